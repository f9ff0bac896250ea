/** The names of the shop's shapes: products, stock, orders, wallet. */
import type { InvoiceLine, InvoiceSummary, TaxAmount } from "./billing";
import type { Page } from "./types";

export type ProductKind = "goods" | "session" | "minutes";
export type TaxClass = "standard" | "reduced" | "zero" | "exempt";

export interface Product {
  id: string;
  name: string;
  description: string;
  kind: ProductKind;
  sku: string;
  price: string;
  currency: string;
  category: { id: string; name: string } | null;
  tax_class: TaxClass;
  minutes: number | null;
  stock: { limited: boolean; available: number | null };
  status: "active" | "archived";
  host: { id: string; name: string };
  created_at: string;
  updated_at: string;
  version: number;
}

export interface Category {
  id: string;
  name: string;
  parent_id: string | null;
  position: number;
  children: Category[];
}

export type ProductPage = Page<Product>;

export interface QuoteLine {
  product_id: string;
  name: string;
  quantity: number;
  unit_price: string;
  net: string;
}

export interface Quote {
  lines: QuoteLine[];
  taxes: TaxAmount[];
  subtotal: string;
  tax_total: string;
  total: string;
  currency: string;
}

export interface Checkout {
  id: string;
  state: "reserved" | "paid" | "expired" | "cancelled" | "failed" | "refunded";
  invoice: InvoiceSummary & { lines: InvoiceLine[] };
  expires_at: string;
  created_at: string;
}

export interface StockLevel {
  limited: boolean;
  on_hand: number | null;
  reserved: number;
  available: number | null;
}

export type MovementReason =
  "received" | "counted" | "damaged" | "returned" | "corrected" | "sold" | "unlimited";

export interface Movement {
  id: string;
  quantity: number;
  reason: MovementReason;
  note: string;
  balance: number | null;
  reference: string | null;
  actor: { id: string; name: string } | null;
  created_at: string;
}

/** Amounts of money as decimal strings. */
export interface Balance {
  currency: string;
  balance: string;
  held: string;
  available: string;
}

export interface Wallet {
  balances: Balance[];
  /** Seconds. */
  minutes: { balance: number; held: number; available: number };
}

export type EntryKind =
  "top_up" | "purchase" | "hold" | "capture" | "release" | "refund" | "withdrawal" | "expiry";

export interface WalletEntry {
  id: string;
  kind: EntryKind;
  /** A currency, or "minutes": then amounts are seconds. */
  unit: string;
  amount: string;
  balance: string;
  available: string;
  reference: { type: string; id: string; number: string | null };
  created_at: string;
}
