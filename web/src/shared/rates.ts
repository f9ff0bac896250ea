/** Percentages as the wire has them ("19.00"), written without idle zeros in the person's language. */
export function formatRate(rate: string, locale: string): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 4 }).format(Number(rate));
}
