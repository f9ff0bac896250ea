/** The names of the office's shapes: invoices, payments, sales, and what the seller sets up. Amounts are decimal strings. */

export type MethodId = "test" | "manual" | "stripe" | "wallet";
export type MethodKind = "card" | "bank_transfer" | "wallet";

export interface PaymentMethod {
  id: MethodId;
  kind: MethodKind;
  name: string;
  enabled: boolean;
  configured: boolean;
  instructions: string;
  publishable_key: string | null;
}

export type PaymentState =
  "pending" | "requires_action" | "succeeded" | "failed" | "cancelled" | "disputed";

export type NextAction =
  | { type: "redirect"; url: string }
  | { type: "instructions"; text: string; reference: string }
  | { type: "stripe"; client_secret: string; publishable_key: string };

export interface Payment {
  id: string;
  purpose: "invoice" | "top_up";
  invoice: { id: string; number: string | null } | null;
  top_up_id: string | null;
  customer: { id: string; name: string };
  method: MethodId;
  state: PaymentState;
  amount: string;
  currency: string;
  refunded: string;
  failure: { code: string; message: string } | null;
  next_action: NextAction | null;
  created_at: string;
  succeeded_at: string | null;
}

export type InvoiceStatus = "draft" | "open" | "paid" | "void" | "uncollectible";

/** One of the two; percent up to 100. */
export interface Discount {
  percent?: string | null;
  amount?: string | null;
}

export interface LineTax {
  tax_id: string | null;
  name: string;
  rate: string;
  inclusive: boolean;
}

export interface InvoiceLine {
  id: string;
  product_id: string | null;
  description: string;
  quantity: string;
  unit_price: string;
  discount: Discount | null;
  taxes: LineTax[];
  net: string;
  tax: string;
  host_id: string | null;
}

export interface TaxAmount {
  name: string;
  rate: string;
  inclusive: boolean;
  base: string;
  amount: string;
}

export interface InvoiceSummary {
  id: string;
  number: string | null;
  status: InvoiceStatus;
  overdue: boolean;
  currency: string;
  language: "en" | "id";
  customer: { id: string; name: string; email: string | null };
  subtotal: string;
  tax_total: string;
  total: string;
  paid: string;
  credited: string;
  refunded: string;
  due: string;
  notes: string;
  source: "manual" | "checkout";
  checkout_id: string | null;
  created_at: string;
  issued_at: string | null;
  due_at: string | null;
  paid_at: string | null;
  voided_at: string | null;
  can_manage: boolean;
  can_pay: boolean;
}

export interface Invoice extends InvoiceSummary {
  lines: InvoiceLine[];
  taxes: TaxAmount[];
  credit_notes: { id: string; number: string; total: string; issued_at: string }[];
  due_days: number | null;
  /** Why it was annulled or written off. */
  reason: string;
}

/** What an invoice would come to; nothing is written for it. */
export interface InvoicePreview {
  currency: string;
  lines: { description: string; net: string; unit_price: string; quantity: string }[];
  taxes: TaxAmount[];
  subtotal: string;
  tax_total: string;
  total: string;
}

export interface LineDraft {
  product_id?: string;
  description?: string;
  quantity: string;
  unit_price?: string;
  discount?: Discount | null;
  tax_ids?: string[];
}

export interface InvoiceDraft {
  customer_id?: string;
  customer_email?: string;
  language?: "en" | "id";
  notes?: string;
  due_days?: number;
  lines: LineDraft[];
}

export type RefundTo = "original" | "wallet" | "none";

export interface NewCredit {
  lines?: { line_id: string; quantity: string }[];
  amount?: string;
  reason: string;
  refund: RefundTo;
  return_to_stock?: boolean;
}

export interface CreditNote {
  id: string;
  number: string;
  invoice: { id: string; number: string | null };
  currency: string;
  total: string;
  reason: string;
  refunds: {
    id: string;
    amount: string;
    method: MethodId;
    state: "pending" | "succeeded" | "failed";
    failure: { code: string; message: string } | null;
  }[];
  issued_at: string;
}

export type TaxClass = "standard" | "reduced" | "zero" | "exempt";

export interface Tax {
  id: string;
  name: string;
  rate: string;
  inclusive: boolean;
  tax_classes: TaxClass[];
}

export interface Seller {
  name: string;
  address: string[];
  tax_number: string;
  registration_number: string;
  email: string;
  phone: string;
  website: string;
  bank_details: string;
  language: "en" | "id";
  payment_terms_days: number;
  reminder_days: number[];
  invoice_format: string;
  credit_note_format: string;
  /** IANA name; it decides the year of a number. */
  time_zone: string;
  footer: string;
  currency: string;
  has_logo: boolean;
  complete: boolean;
}

export interface Sale {
  id: string;
  invoice: { id: string; number: string | null; status: InvoiceStatus };
  product_id: string | null;
  description: string;
  quantity: string;
  net: string;
  tax: string;
  credited: string;
  currency: string;
  customer: { id: string; name: string };
  sold_at: string;
}

export interface SalesSummary {
  currency: string;
  net: string;
  credited: string;
  count: number;
  months: { month: string; net: string; count: number }[];
  products: { product_id: string | null; name: string; net: string; count: number }[];
}
