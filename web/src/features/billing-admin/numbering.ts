/** How a format of numbers reads: `{year}-{number:05d}` is 2026-00042. */
const NUMBER = /\{number(?::0([1-9])d?)?\}/g;
const YEAR = /\{year\}/g;
const PLAIN = /^[A-Za-z0-9./_ -]*$/;

export type FormatFault = "number" | "year" | "unknown";

/** What is wrong with a format; null when it is fine. */
export function formatFault(format: string): FormatFault | null {
  const numbers = format.match(NUMBER) ?? [];
  // Two places for one number make it unreadable; none makes all invoices the same.
  if (numbers.length !== 1) return "number";
  // Numbers begin anew each year: without the year they would repeat.
  if ((format.match(YEAR) ?? []).length !== 1) return "year";
  return PLAIN.test(format.replace(NUMBER, "").replace(YEAR, "")) ? null : "unknown";
}

/** The number as the format writes it; "" for a faulty format. */
export function exampleNumber(format: string, year: number, number: number): string {
  if (formatFault(format) !== null) return "";
  return format
    .replaceAll("{year}", String(year))
    .replace(NUMBER, (_all, width: string | undefined) =>
      String(number).padStart(width === undefined ? 0 : Number(width), "0"),
    );
}

/** Days typed as a list, "3, 10": rising, at most five, within a year; null when they are not. */
export function reminderDays(text: string): number[] | null {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== "");
  if (parts.some((part) => !/^\d{1,3}$/.test(part))) return null;
  const days = [...new Set(parts.map(Number))].sort((a, b) => a - b);
  return days.length <= 5 && days.every((day) => day >= 1 && day <= 365) ? days : null;
}

/** The time zones the browser knows, and the one that is set. */
export function timeZones(current: string): string[] {
  return [...new Set([current, "UTC", ...Intl.supportedValuesOf("timeZone")])].sort();
}
