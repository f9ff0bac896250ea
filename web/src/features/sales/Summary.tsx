/** The sums of the chosen days, with the months as a picture. */
import { Paper, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { SalesSummary } from "../../api/billing";
import { useFormat } from "../../shared/useFormat";
import { bars, localDay } from "./months";
import classes from "./sales.module.css";
import { SalesChart } from "./SalesChart";
import type { SalesSearch } from "./search";

export function Summary({ summary, search }: { summary: SalesSummary; search: SalesSearch }) {
  const { t } = useTranslation();
  const format = useFormat();
  const money = (amount: string) => format.money(amount, summary.currency);
  return (
    <Paper withBorder radius="lg" p="lg" data-testid="sales-summary">
      <Stack gap="lg">
        <dl className={classes.figures}>
          <div>
            <dt>{t("sales.sold")}</dt>
            <dd data-testid="sales-net">{money(summary.net)}</dd>
          </div>
          <div>
            <dt>{t("sales.takenBack")}</dt>
            <dd data-testid="sales-credited">{money(summary.credited)}</dd>
          </div>
          <div>
            <dt>{t("sales.number")}</dt>
            <dd data-testid="sales-count">{format.number(summary.count)}</dd>
          </div>
        </dl>
        <SalesChart
          bars={bars(summary.months, search.to ?? localDay(new Date()))}
          currency={summary.currency}
        />
      </Stack>
    </Paper>
  );
}
