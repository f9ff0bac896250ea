/** The sums below the lines of an invoice: net, taxes, total, what is paid and what is left. */
import { useTranslation } from "react-i18next";
import type { Invoice } from "../../api/billing";
import { compareAmounts } from "../../shared/money";
import { formatRate } from "../../shared/rates";
import { useFormat } from "../../shared/useFormat";
import classes from "./document.module.css";

export function Totals({ invoice }: { invoice: Invoice }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const money = (amount: string) => format.money(amount, invoice.currency);
  const some = (amount: string) => compareAmounts(amount, "0") !== 0;
  return (
    <dl className={classes.totals} data-testid="totals">
      <Row label={t("invoices.subtotal")} value={money(invoice.subtotal)} />
      {invoice.taxes.map((tax) => (
        <Row
          key={`${tax.name} ${tax.rate} ${tax.inclusive}`}
          label={t(tax.inclusive ? "invoices.taxIncluded" : "invoices.tax", {
            name: tax.name,
            rate: formatRate(tax.rate, i18n.language),
          })}
          value={money(tax.amount)}
        />
      ))}
      <Row label={t("invoices.total")} value={money(invoice.total)} strong testId="total" />
      {some(invoice.credited) && (
        <Row label={t("invoices.credited")} value={`−${money(invoice.credited)}`} />
      )}
      {some(invoice.paid) && <Row label={t("invoices.paid")} value={money(invoice.paid)} />}
      {some(invoice.refunded) && (
        <Row label={t("invoices.refunded")} value={`−${money(invoice.refunded)}`} />
      )}
      {invoice.status !== "draft" && (
        <Row label={t("invoices.due")} value={money(invoice.due)} strong testId="due" />
      )}
    </dl>
  );
}

interface RowProps {
  label: string;
  value: string;
  strong?: boolean;
  testId?: string;
}

function Row({ label, value, strong = false, testId }: RowProps) {
  return (
    <div className={strong ? classes.strong : undefined}>
      <dt>{label}</dt>
      <dd data-testid={testId}>{value}</dd>
    </div>
  );
}
