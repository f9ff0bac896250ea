/** The last twelve months with what was sold in each, also where it was nothing. */
import type { SalesSummary } from "../../api/billing";

export interface Bar {
  /** As "2026-01". */
  month: string;
  net: string;
  count: number;
  /** Of the highest bar, 0 to 1; for drawing only. */
  share: number;
}

const MONTHS = 12;

/** The first day of the eleventh month before a day, so that a year of whole months ends there. */
export function yearBefore(today: string): string {
  const [year = 0, month = 1] = today.split("-").map(Number);
  return `${monthName(year, month - (MONTHS - 1))}-01`;
}

function monthName(year: number, month: number): string {
  const moved = new Date(Date.UTC(year, month - 1, 1));
  return moved.toISOString().slice(0, 7);
}

/** Twelve bars that end with the month of `last` ("2026-03-14"). */
export function bars(months: SalesSummary["months"], last: string): Bar[] {
  const [year = 0, month = 1] = last.split("-").map(Number);
  const known = new Map(months.map((one) => [one.month, one]));
  const highest = Math.max(0, ...months.map((one) => Number(one.net)));
  return Array.from({ length: MONTHS }, (_none, index) => {
    const name = monthName(year, month - (MONTHS - 1) + index);
    const { net = "0", count = 0 } = known.get(name) ?? {};
    // Credits can bring a month below zero; a bar can't go there.
    const share = highest === 0 ? 0 : Math.max(0, Number(net) / highest);
    return { month: name, net, count, share };
  });
}

/** A day in the person's time zone as "2026-03-14". */
export function localDay(moment: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}
