/** Twelve months as bars; a table with the same numbers is there for screen readers. */
import { Text, VisuallyHidden } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../shared/useFormat";
import type { Bar } from "./months";
import classes from "./sales.module.css";

interface SalesChartProps {
  bars: Bar[];
  currency: string;
}

export function SalesChart({ bars, currency }: SalesChartProps) {
  const { t } = useTranslation();
  const { money, locale } = useFormat();
  const name = (month: string, length: "short" | "long") =>
    new Intl.DateTimeFormat(locale, {
      month: length,
      timeZone: "UTC",
      ...(length === "long" ? { year: "numeric" } : {}),
    }).format(new Date(`${month}-01T00:00:00Z`));
  return (
    <figure className={classes.figure} data-testid="sales-chart">
      <div className={classes.bars} aria-hidden>
        {bars.map((bar) => (
          <div
            key={bar.month}
            className={classes.slot}
            title={`${name(bar.month, "long")}: ${money(bar.net, currency)}`}
            data-month={bar.month}
          >
            <div className={classes.track}>
              <div
                className={classes.bar}
                style={{ height: bar.share === 0 ? 2 : `${bar.share * 100}%` }}
                data-empty={bar.share === 0 || undefined}
              />
            </div>
            <Text size="xs" c="dimmed" className={classes.month}>
              {name(bar.month, "short")}
            </Text>
          </div>
        ))}
      </div>
      <VisuallyHidden>
        <table>
          <caption>{t("sales.chart")}</caption>
          <tbody>
            {bars.map((bar) => (
              <tr key={bar.month}>
                <th scope="row">{name(bar.month, "long")}</th>
                <td>{money(bar.net, currency)}</td>
                <td>{t("sales.count", { count: bar.count })}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </VisuallyHidden>
    </figure>
  );
}
