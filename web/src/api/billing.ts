/** The names of the office's shapes: invoices, payments, sales, and what the seller sets up. Amounts are decimal strings. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type PaymentMethod = Schemas["PaymentMethodBody"];
export type MethodId = PaymentMethod["id"];
export type Payment = Schemas["PaymentBody"];
export type PaymentState = Payment["state"];

export type Invoice = Schemas["InvoiceBody"];
export type InvoiceSummary = Schemas["InvoiceSummary"];
export type InvoiceStatus = Invoice["status"];
export type InvoiceLine = Invoice["lines"][number];
export type TaxAmount = Schemas["TaxSumBody"];
export type InvoiceDraft = Schemas["NewInvoiceBody"];
export type LineDraft = InvoiceDraft["lines"][number];

export type CreditNote = Schemas["CreditNoteBody"];
export type NewCredit = Schemas["CreditOrderBody"];
export type RefundTo = Schemas["RefundTarget"];

export type Seller = Schemas["SellerBody"];
export type SellerChange = Schemas["SellerChangeBody"];
export type Tax = Schemas["TaxBody"];
export type TaxDraft = Schemas["NewTaxBody"];
export type TaxClass = Tax["tax_classes"][number];

export type Sale = Schemas["SaleBody"];
export type SalesSummary = Schemas["SalesSummaryBody"];
