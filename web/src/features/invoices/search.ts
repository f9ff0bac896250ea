/** What the addresses of invoices carry after the question mark. */
import type { InvoiceStatus } from "../../api/billing";

export const STATUSES: readonly InvoiceStatus[] = [
  "draft",
  "open",
  "paid",
  "void",
  "uncollectible",
];
export const SORTS = ["-created_at", "-issued_at", "due_at"] as const;
/** Only those written to oneself; all that one may see without it. */
export const SCOPES = ["own"] as const;

export type InvoiceSort = (typeof SORTS)[number];
export type InvoiceScope = (typeof SCOPES)[number];

export interface InvoicesSearch {
  status?: InvoiceStatus;
  overdue?: true;
  q?: string;
  /** Issued from and to, as days. */
  from?: string;
  to?: string;
  sort?: InvoiceSort;
  scope?: InvoiceScope;
}

function oneOf<T extends string>(values: readonly T[], value: unknown): T | undefined {
  return values.find((known) => known === value);
}

/** A day as the address and the server write it, or nothing. */
export function dayOf(value: unknown): string | undefined {
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return undefined;
  const moment = new Date(`${value}T00:00:00Z`);
  // The 31st of June is read as the 1st of July: not what was asked for.
  if (Number.isNaN(moment.getTime()) || !moment.toISOString().startsWith(value)) return undefined;
  return value;
}

function wordOf(value: unknown): string | undefined {
  // A number in the address arrives as a number.
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && text.trim() !== "" ? text.trim().slice(0, 100) : undefined;
}

/** Leaves out what is missing, unknown or the default, so that the address stays short. */
export function invoicesSearch(search: Record<string, unknown>): InvoicesSearch {
  const sort = oneOf(SORTS, search.sort);
  const all: InvoicesSearch = {
    status: oneOf(STATUSES, search.status),
    overdue: search.overdue === true || search.overdue === "true" ? true : undefined,
    q: wordOf(search.q),
    from: dayOf(search.from),
    to: dayOf(search.to),
    sort: sort === SORTS[0] ? undefined : sort,
    scope: oneOf(SCOPES, search.scope),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Whether somebody narrowed the list. */
export function isFiltered({ status, overdue, q, from, to }: InvoicesSearch): boolean {
  return [status, overdue, q, from, to].some((value) => value !== undefined);
}
