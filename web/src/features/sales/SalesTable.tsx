/** Every sale, newest first; the row leads to its invoice. */
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Sale } from "../../api/billing";
import { DataTable, type Column } from "../../shared/DataTable";
import { TextLink } from "../../shared/links";
import { compareAmounts } from "../../shared/money";
import { useFormat } from "../../shared/useFormat";

export function SalesTable({ sales }: { sales: Sale[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns: Column<Sale>[] = [
    {
      key: "what",
      header: t("sales.what"),
      phone: "title",
      cell: (sale) => (
        <TextLink to="/invoices/$invoiceId" params={{ invoiceId: sale.invoice.id }} fw={600}>
          {sale.description}
        </TextLink>
      ),
    },
    { key: "date", header: t("sales.date"), cell: (sale) => format.day(sale.sold_at) },
    { key: "customer", header: t("sales.customer"), cell: (sale) => sale.customer.name },
    {
      key: "invoice",
      header: t("sales.invoice"),
      phone: "hide",
      cell: (sale) => sale.invoice.number ?? "–",
    },
    {
      key: "quantity",
      header: t("sales.quantity"),
      numeric: true,
      cell: (sale) => format.number(Number(sale.quantity)),
    },
    {
      key: "net",
      header: t("sales.net"),
      numeric: true,
      cell: (sale) => (
        <span>
          <Text component="span" fw={600}>
            {format.money(sale.net, sale.currency)}
          </Text>
          {compareAmounts(sale.credited, "0") > 0 && (
            <Text component="span" size="sm" c="dimmed" display="block" data-testid="sale-credited">
              {t("sales.creditedOf", { amount: format.money(sale.credited, sale.currency) })}
            </Text>
          )}
        </span>
      ),
    },
  ];
  return (
    <DataTable
      label={t("sales.title")}
      columns={columns}
      rows={sales}
      rowKey={(sale) => sale.id}
      rowProps={(sale) => ({ "data-testid": "sale", "data-invoice": sale.invoice.id })}
      linked
    />
  );
}
