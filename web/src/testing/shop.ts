/** Things of the shop for tests. */
import type { Checkout, OrderedInvoice, Product } from "../api/shop";

export function aProduct(extra: Partial<Product> = {}): Product {
  return {
    id: "p1",
    name: "Piano lesson",
    description: "An hour at the piano.",
    kind: "session",
    sku: "PIANO-LESSON",
    price: "40.00",
    currency: "USD",
    category: null,
    tax_class: "standard",
    minutes: null,
    stock: { limited: false, available: null },
    status: "active",
    host: { id: "h1", name: "Hana" },
    created_at: "2026-01-01T10:00:00Z",
    updated_at: "2026-01-01T10:00:00Z",
    version: 1,
    ...extra,
  };
}

/** An open invoice over one lesson of 40.00. */
export function anInvoice(extra: Partial<OrderedInvoice> = {}): OrderedInvoice {
  return {
    id: "i1",
    number: "2026-00001",
    status: "open",
    overdue: false,
    currency: "USD",
    language: "en",
    customer: { id: "c1", name: "Citra", email: null },
    subtotal: "40.00",
    tax_total: "4.00",
    total: "44.00",
    paid: "0.00",
    credited: "0.00",
    refunded: "0.00",
    due: "44.00",
    due_days: null,
    notes: "",
    reason: "",
    source: "checkout",
    checkout_id: "k1",
    created_at: "2026-01-01T10:00:00Z",
    issued_at: "2026-01-01T10:00:00Z",
    due_at: "2026-01-15T10:00:00Z",
    paid_at: null,
    voided_at: null,
    can_manage: false,
    can_pay: true,
    lines: [
      {
        id: "l1",
        product_id: "p1",
        description: "Piano lesson",
        quantity: "1",
        unit_price: "40.00",
        discount: null,
        taxes: [],
        net: "40.00",
        tax: "4.00",
        host_id: "h1",
      },
    ],
    taxes: [{ name: "VAT", rate: "10.00", inclusive: false, base: "40.00", amount: "4.00" }],
    credit_notes: [],
    ...extra,
  };
}

/** An order that is kept for another half hour. */
export function aCheckout(extra: Partial<Checkout> = {}): Checkout {
  return {
    id: "k1",
    state: "reserved",
    invoice: anInvoice(),
    expires_at: new Date(Date.now() + 1_800_000).toISOString(),
    created_at: new Date().toISOString(),
    ...extra,
  };
}
