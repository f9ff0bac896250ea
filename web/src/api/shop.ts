/** The names of the shop's shapes: products, stock, orders, wallet. */
import type { components } from "./schema";
import type { InvoiceLine, InvoiceSummary, TaxAmount } from "./billing";

type Schemas = components["schemas"];

export type Product = Schemas["ProductBody"];
export type ProductKind = Product["kind"];
export type TaxClass = Product["tax_class"];
export type ProductPage = Schemas["ProductPage"];
export type Category = Schemas["CategoryBody"];
export type StockLevel = Schemas["StockBody"];
export type Movement = Schemas["MovementBody"];
export type MovementReason = Movement["reason"];
export type Wallet = Schemas["WalletBody"];
export type Balance = Schemas["BalanceBody"];
export type WalletEntry = Schemas["WalletEntryBody"];
export type EntryKind = WalletEntry["kind"];

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
