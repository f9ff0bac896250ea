/** Subtotal, each tax, total: numbers in line. */
import { Group, Skeleton, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { TaxAmount } from "../../api/billing";
import { formatRate } from "../../shared/rates";
import { useFormat } from "../../shared/useFormat";
import classes from "./Checkout.module.css";

interface TotalsProps {
  currency: string;
  subtotal: string;
  /** Undefined while the server still counts. */
  total: string | undefined;
  taxes: readonly TaxAmount[];
}

export function Totals({ currency, subtotal, total, taxes }: TotalsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const rate = (tax: TaxAmount) => formatRate(tax.rate, format.locale);
  return (
    <Stack gap={6} component="dl" m={0} data-testid="totals">
      <Row label={t("cart.subtotal")} value={format.money(subtotal, currency)} />
      {taxes.map((tax) => (
        <Row
          key={`${tax.name} ${tax.rate} ${tax.inclusive}`}
          label={
            tax.inclusive
              ? t("cart.taxIncluded", { name: tax.name, rate: rate(tax) })
              : t("cart.tax", { name: tax.name, rate: rate(tax) })
          }
          value={format.money(tax.amount, currency)}
          quiet
        />
      ))}
      <Row
        label={t("cart.total")}
        value={total === undefined ? undefined : format.money(total, currency)}
        strong
      />
    </Stack>
  );
}

interface RowProps {
  label: string;
  value: string | undefined;
  quiet?: boolean;
  strong?: boolean;
}

function Row({ label, value, quiet = false, strong = false }: RowProps) {
  const look = { c: quiet ? "dimmed" : undefined, fw: strong ? 650 : undefined };
  return (
    <Group justify="space-between" wrap="nowrap" className={strong ? classes.total : undefined}>
      <Text component="dt" {...look}>
        {label}
      </Text>
      {value === undefined ? (
        <Skeleton component="dd" width={90} height={22} m={0} />
      ) : (
        <Text
          component="dd"
          m={0}
          className={classes.amount}
          data-testid={strong ? "total" : undefined}
          {...look}
        >
          {value}
        </Text>
      )}
    </Group>
  );
}
