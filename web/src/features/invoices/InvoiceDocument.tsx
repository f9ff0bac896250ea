/** The invoice as a document: who to whom, what for, how much. */
import { Paper, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Invoice, InvoiceLine } from "../../api/billing";
import { formatRate } from "../../shared/rates";
import { useFormat } from "../../shared/useFormat";
import { sellerQuery } from "../billing-admin/queries";
import { SellerLogo } from "../billing-admin/SellerLogo";
import classes from "./document.module.css";
import { Totals } from "./Totals";

export function InvoiceDocument({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation();
  const seller = useQuery(sellerQuery).data;
  return (
    <Paper
      component="article"
      withBorder
      radius="lg"
      className={classes.paper}
      aria-label={t("invoices.document")}
      data-testid="invoice-document"
    >
      <header className={classes.head}>
        <div>
          {seller?.has_logo === true && <SellerLogo className={classes.logo} />}
          <Text fw={650} size="lg">
            {seller?.name}
          </Text>
          {seller?.address.map((line) => (
            <Text key={line} size="sm" c="dimmed">
              {line}
            </Text>
          ))}
          {seller !== undefined && seller.tax_number !== "" && (
            <Text size="sm" c="dimmed">
              {t("invoices.taxNumber", { number: seller.tax_number })}
            </Text>
          )}
        </div>
        <Facts invoice={invoice} />
      </header>
      <section className={classes.to}>
        <Text size="sm" c="dimmed">
          {t("invoices.billedTo")}
        </Text>
        <Text fw={600} data-testid="invoice-customer">
          {invoice.customer.name}
        </Text>
        {invoice.customer.email !== null && <Text size="sm">{invoice.customer.email}</Text>}
      </section>
      <Lines invoice={invoice} />
      <Totals invoice={invoice} />
      {invoice.notes !== "" && <Text className={classes.notes}>{invoice.notes}</Text>}
      {seller !== undefined && seller.footer !== "" && (
        <Text size="sm" c="dimmed" className={classes.foot}>
          {seller.footer}
        </Text>
      )}
    </Paper>
  );
}

function Facts({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation();
  const format = useFormat();
  const rows: [string, string | null][] = [
    [t("invoices.number"), invoice.number],
    [t("invoices.issued"), invoice.issued_at && format.day(invoice.issued_at)],
    [t("invoices.dueAt"), invoice.due_at && format.day(invoice.due_at)],
    [t("invoices.paidAt"), invoice.paid_at && format.day(invoice.paid_at)],
  ];
  return (
    <dl className={classes.facts}>
      {rows.map(
        ([label, value]) =>
          value !== null && (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

function Lines({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation();
  const format = useFormat();
  const money = (amount: string) => format.money(amount, invoice.currency);
  return (
    <table className={classes.lines}>
      <thead>
        <tr>
          <th>{t("invoices.description")}</th>
          <th className={classes.number}>{t("invoices.quantity")}</th>
          <th className={classes.number}>{t("invoices.unitPrice")}</th>
          <th className={classes.number}>{t("invoices.net")}</th>
        </tr>
      </thead>
      <tbody>
        {invoice.lines.map((line) => (
          <tr key={line.id} data-testid="invoice-line">
            <td className={classes.what}>
              {line.description}
              <LineFacts line={line} money={money} />
            </td>
            <td className={classes.number} data-label={t("invoices.quantity")}>
              {format.number(Number(line.quantity))}
            </td>
            <td className={classes.number} data-label={t("invoices.unitPrice")}>
              {money(line.unit_price)}
            </td>
            <td className={classes.number} data-label={t("invoices.net")}>
              {money(line.net)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Discount and taxes of a line, in small. */
function LineFacts({ line, money }: { line: InvoiceLine; money: (amount: string) => string }) {
  const { t, i18n } = useTranslation();
  const { discount } = line;
  const facts = [
    ...(discount?.percent != null
      ? [t("invoices.discount", { discount: `${formatRate(discount.percent, i18n.language)}%` })]
      : []),
    ...(discount?.amount != null
      ? [t("invoices.discount", { discount: money(discount.amount) })]
      : []),
    ...line.taxes.map((tax) => `${tax.name} ${formatRate(tax.rate, i18n.language)}%`),
  ];
  if (facts.length === 0) return null;
  return (
    <Text size="sm" c="dimmed">
      {facts.join(" · ")}
    </Text>
  );
}
