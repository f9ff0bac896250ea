/** The form of an invoice written by hand, and what it asks of the server. */
import type { Invoice, InvoiceDraft, LineDraft } from "../../../api/billing";
import type { Locale } from "../../../api/types";

export interface LineForm {
  /** For React only: lines may be equal in everything else. */
  key: string;
  productId: string | null;
  description: string;
  quantity: string;
  unitPrice: string;
  discountKind: "percent" | "amount";
  /** "" is no discount. */
  discount: string;
  /** null leaves the choice to the product's tax class, or to the seller's standard tax. */
  taxIds: string[] | null;
}

export interface EditorForm {
  email: string;
  language: Locale;
  dueDays: string;
  notes: string;
  lines: LineForm[];
}

let made = 0;

export function emptyLine(): LineForm {
  made += 1;
  return {
    key: `line-${made}`,
    productId: null,
    description: "",
    quantity: "1",
    unitPrice: "",
    discountKind: "percent",
    discount: "",
    taxIds: null,
  };
}

/** The form of a new invoice; `email` when one comes from a customer. */
export function emptyForm(language: Locale, dueDays: number): EditorForm {
  return { email: "", language, dueDays: String(dueDays), notes: "", lines: [emptyLine()] };
}

/** The form of a draft that is there. */
export function formOf(invoice: Invoice, dueDays: number): EditorForm {
  return {
    email: invoice.customer.email ?? "",
    language: invoice.language,
    dueDays: String(invoice.due_days ?? dueDays),
    notes: invoice.notes,
    lines: invoice.lines.map((line) => ({
      ...emptyLine(),
      productId: line.product_id,
      description: line.description,
      quantity: plain(line.quantity),
      unitPrice: line.unit_price,
      discountKind: line.discount?.amount != null ? "amount" : "percent",
      discount: line.discount?.amount ?? line.discount?.percent ?? "",
      taxIds: line.taxes.flatMap((tax) => (tax.tax_id === null ? [] : [tax.tax_id])),
    })),
  };
}

/** Without idle zeros: "1.0000" is 1. */
export function plain(quantity: string): string {
  return quantity.includes(".") ? quantity.replace(/\.?0+$/, "") : quantity;
}

const QUANTITY = /^\d{1,6}(\.\d{1,3})?$/;
const PERCENT = /^(100(\.0+)?|\d{1,2}(\.\d{1,2})?)$/;

export type LineFault = "description" | "quantity" | "unitPrice" | "discount";

/** What of a line is not filled in well. */
export function lineFaults(line: LineForm): LineFault[] {
  const faults: LineFault[] = [];
  if (line.description.trim() === "") faults.push("description");
  if (!QUANTITY.test(line.quantity) || Number(line.quantity) === 0) faults.push("quantity");
  if (line.unitPrice === "") faults.push("unitPrice");
  if (line.discount !== "" && line.discountKind === "percent" && !PERCENT.test(line.discount)) {
    faults.push("discount");
  }
  return faults;
}

function discountOf(line: LineForm): LineDraft["discount"] {
  if (line.discount === "") return null;
  return line.discountKind === "percent" ? { percent: line.discount } : { amount: line.discount };
}

export function lineDraft(line: LineForm): LineDraft {
  return {
    ...(line.productId === null ? {} : { product_id: line.productId }),
    description: line.description.trim(),
    quantity: line.quantity,
    unit_price: line.unitPrice,
    ...(line.discount === "" ? {} : { discount: discountOf(line) }),
    ...(line.taxIds === null ? {} : { tax_ids: line.taxIds }),
  };
}

/** Days until an invoice is due that make sense: 0 to a year. */
export function daysOf(text: string): number | null {
  if (!/^\d{1,3}$/.test(text)) return null;
  const days = Number(text);
  return days <= 365 ? days : null;
}

export function draftOf(form: EditorForm): InvoiceDraft {
  const days = daysOf(form.dueDays);
  return {
    customer_email: form.email.trim(),
    language: form.language,
    notes: form.notes.trim(),
    ...(days === null ? {} : { due_days: days }),
    lines: form.lines.map(lineDraft),
  };
}

/** What can be computed already: the lines that are filled in; null when there is none. */
export function previewOf(form: EditorForm): InvoiceDraft | null {
  const lines = form.lines.filter((line) => lineFaults(line).length === 0).map(lineDraft);
  return lines.length === 0 ? null : { lines, notes: "" };
}
