/** What the address of the sales carries after the question mark. */
import { dayOf } from "../invoices/search";

export interface SalesSearch {
  /** Sold from and to, as days. */
  from?: string;
  to?: string;
  product?: string;
}

export function salesSearch(search: Record<string, unknown>): SalesSearch {
  const { product } = search;
  const all: SalesSearch = {
    from: dayOf(search.from),
    to: dayOf(search.to),
    product: typeof product === "string" && /^[\w-]{1,64}$/.test(product) ? product : undefined,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
