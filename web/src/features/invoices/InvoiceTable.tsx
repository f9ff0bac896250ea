/** Invoices as a table; the whole row leads to the invoice. */
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { InvoiceSummary } from "../../api/billing";
import { DataTable, type Column } from "../../shared/DataTable";
import { TextLink } from "../../shared/links";
import { compareAmounts } from "../../shared/money";
import { useFormat } from "../../shared/useFormat";
import { StatusBadge } from "./StatusBadge";

interface InvoiceTableProps {
  invoices: InvoiceSummary[];
  withCustomer: boolean;
}

export function InvoiceTable({ invoices, withCustomer }: InvoiceTableProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const day = (moment: string | null) => (moment === null ? "–" : format.day(moment));
  const columns: Column<InvoiceSummary>[] = [
    {
      key: "number",
      header: t("invoices.number"),
      phone: "title",
      cell: (invoice) => (
        <TextLink to="/invoices/$invoiceId" params={{ invoiceId: invoice.id }} fw={600}>
          {invoice.number ?? t("invoices.noNumber")}
        </TextLink>
      ),
    },
    ...(withCustomer
      ? [
          {
            key: "customer",
            header: t("invoices.customer"),
            cell: (invoice: InvoiceSummary) => invoice.customer.name,
          },
        ]
      : []),
    {
      key: "issued",
      header: t("invoices.issued"),
      cell: (invoice) => day(invoice.issued_at ?? invoice.created_at),
    },
    {
      key: "due",
      header: t("invoices.dueAt"),
      // Once nothing is to be paid, the day says nothing.
      cell: (invoice) => (invoice.status === "open" ? day(invoice.due_at) : null),
    },
    {
      key: "status",
      header: t("invoices.state"),
      cell: (invoice) => <StatusBadge invoice={invoice} />,
    },
    {
      key: "total",
      header: t("invoices.total"),
      numeric: true,
      cell: (invoice) => <Amounts invoice={invoice} />,
    },
  ];
  return (
    <DataTable
      label={t("invoices.title")}
      columns={columns}
      rows={invoices}
      rowKey={(invoice) => invoice.id}
      rowProps={(invoice) => ({ "data-testid": "invoice", "data-invoice": invoice.id })}
      linked
    />
  );
}

/** The total, and below it what is left of it where a part is paid. */
function Amounts({ invoice }: { invoice: InvoiceSummary }) {
  const { t } = useTranslation();
  const format = useFormat();
  const partly = invoice.status === "open" && compareAmounts(invoice.due, invoice.total) < 0;
  return (
    <span>
      <Text component="span" fw={600}>
        {format.money(invoice.total, invoice.currency)}
      </Text>
      {partly && (
        <Text component="span" size="sm" c="dimmed" display="block">
          {t("invoices.left", { amount: format.money(invoice.due, invoice.currency) })}
        </Text>
      )}
    </span>
  );
}
