/** What the wallet's address carries: which history, and a payment to come back with. */
import { paymentSearch, type PaymentSearch } from "../../app/search";

export interface WalletSearch extends PaymentSearch {
  /** A currency or "minutes"; without it the wallet's first. */
  unit?: string;
  /** Days, "2026-01-31". */
  from?: string;
  to?: string;
}

function day(value: unknown): string | undefined {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined;
}

export function walletSearch(search: Record<string, unknown>): WalletSearch {
  const { unit } = search;
  const known = typeof unit === "string" && /^([A-Z]{3}|minutes)$/.test(unit) ? unit : undefined;
  const found = { unit: known, from: day(search.from), to: day(search.to) };
  const entries = Object.entries(found).filter(([, value]) => value !== undefined);
  return { ...(Object.fromEntries(entries) as WalletSearch), ...paymentSearch(search) };
}
