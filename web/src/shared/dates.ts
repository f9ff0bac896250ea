/** Dates as the person's language and time zone write them. */

/** Day, month, year and time of an RFC 3339 moment. */
export function formatMoment(moment: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(
    new Date(moment),
  );
}

/** Day, month and year of an RFC 3339 moment. */
export function formatDay(moment: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(new Date(moment));
}
