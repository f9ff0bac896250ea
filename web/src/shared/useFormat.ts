/** Money, dates and numbers in the language of the page. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { formatDay, formatMoment } from "./dates";
import { formatMoney } from "./money";

export interface Format {
  /** The language's own code, for `Intl`. */
  locale: string;
  money: (amount: string, currency: string) => string;
  day: (moment: string) => string;
  moment: (moment: string) => string;
  number: (value: number) => string;
  /** A length of time in hours and minutes: "1 h 30 min", below a minute in seconds. */
  seconds: (value: number) => string;
}

export function useFormat(): Format {
  const { t, i18n } = useTranslation();
  const locale = i18n.language;
  return useMemo(() => {
    const number = (value: number) => new Intl.NumberFormat(locale).format(value);
    return {
      locale,
      number,
      money: (amount, currency) => formatMoney(amount, currency, locale),
      day: (moment) => formatDay(moment, locale),
      moment: (moment) => formatMoment(moment, locale),
      seconds: (value) => {
        const sign = value < 0 ? "−" : "";
        const whole = Math.abs(Math.trunc(value));
        if (whole > 0 && whole < 60) return `${sign}${t("common.unit.seconds", { count: whole })}`;
        const hours = Math.trunc(whole / 3600);
        const minutes = Math.trunc((whole % 3600) / 60);
        const parts = [
          ...(hours > 0 ? [t("common.unit.hours", { hours: number(hours) })] : []),
          ...(minutes > 0 || hours === 0 ? [t("common.unit.minutes", { minutes })] : []),
        ];
        return `${sign}${parts.join(" ")}`;
      },
    };
  }, [locale, t]);
}
