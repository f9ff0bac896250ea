/** Things of the shop for tests. */
import type { Product } from "../api/shop";

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
