/** What the addresses of product lists carry: search, filters, order. Never trusts them. */
import type { ProductKind } from "../../api/shop";

export const KINDS: readonly ProductKind[] = ["session", "minutes", "goods"];
/** The first is the default and leaves the address clean. */
export const SORTS = ["-created_at", "price", "-price", "name"] as const;
export type ProductSort = (typeof SORTS)[number];

export interface CatalogueSearch {
  q?: string;
  category?: string;
  kind?: ProductKind;
  /** Amounts as on the wire, "10.00". */
  min?: string;
  max?: string;
  sort?: ProductSort;
}

/** The router reads an address's `10` as a number. */
function text(value: unknown): string | undefined {
  const written = typeof value === "number" ? String(value) : value;
  return typeof written === "string" && written.trim() !== "" ? written : undefined;
}

function amount(value: unknown): string | undefined {
  const written = text(value);
  return written !== undefined && /^\d{1,15}(\.\d{1,3})?$/.test(written) ? written : undefined;
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  return allowed.find((entry) => entry === value);
}

/** Keys without a value are left out, so that addresses stay short. */
function withoutGaps<T extends object>(search: T): T {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;
}

export function catalogueSearch(search: Record<string, unknown>): CatalogueSearch {
  const sort = oneOf(search.sort, SORTS);
  return withoutGaps({
    q: text(search.q),
    category: text(search.category),
    kind: oneOf(search.kind, KINDS),
    min: amount(search.min),
    max: amount(search.max),
    sort: sort === SORTS[0] ? undefined : sort,
  });
}

export interface OwnProductsSearch {
  q?: string;
  kind?: ProductKind;
  category?: string;
  status?: "archived";
  sort?: ProductSort;
}

export function ownProductsSearch(search: Record<string, unknown>): OwnProductsSearch {
  const { q, kind, category, sort } = catalogueSearch(search);
  return withoutGaps({ q, kind, category, sort, status: oneOf(search.status, ["archived"]) });
}
