/** The names of the shop's shapes: products, stock, orders, wallet. */
import type { components } from "./schema";

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

export type Quote = Schemas["QuoteBody"];
export type Checkout = Schemas["CheckoutBody"];
export type OrderedInvoice = NonNullable<Checkout["invoice"]>;
