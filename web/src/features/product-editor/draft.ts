/** The form of a product: its values, its rules, and what of it goes to the server. */
import type { TFunction } from "i18next";
import type { Product, ProductKind, TaxClass } from "../../api/shop";
import { isAmount } from "../../shared/money";

export interface ProductDraft {
  kind: ProductKind;
  name: string;
  description: string;
  price: string;
  currency: string;
  sku: string;
  category: string | null;
  taxClass: TaxClass;
  minutes: number | "";
  /** Only for a new product; later stock changes by movements. */
  limited: boolean;
  stock: number | "";
}

export const TAX_CLASSES: readonly TaxClass[] = ["standard", "reduced", "zero", "exempt"];
export const MAX_NAME = 120;
export const MAX_DESCRIPTION = 5000;

export function emptyDraft(currency: string): ProductDraft {
  return {
    kind: "session",
    name: "",
    description: "",
    price: "",
    currency,
    sku: "",
    category: null,
    taxClass: "standard",
    minutes: "",
    limited: false,
    stock: "",
  };
}

export function draftOf(product: Product): ProductDraft {
  return {
    kind: product.kind,
    name: product.name,
    description: product.description,
    price: product.price,
    currency: product.currency,
    sku: product.sku,
    category: product.category?.id ?? null,
    taxClass: product.tax_class,
    minutes: product.minutes ?? "",
    limited: product.stock.limited,
    stock: "",
  };
}

type Faults = Partial<Record<keyof ProductDraft, string>>;

/** What is wrong before the server is asked; it checks all of it again. */
export function draftFaults(t: TFunction, draft: ProductDraft, isNew: boolean): Faults {
  const faults: Faults = {};
  if (draft.name.trim() === "") faults.name = t("account.required");
  if (!isAmount(draft.price, draft.currency)) faults.price = t("products.priceMissing");
  if (draft.kind === "minutes" && !(Number(draft.minutes) >= 1)) {
    faults.minutes = t("products.minutesMissing");
  }
  if (isNew && draft.limited && draft.stock === "") faults.stock = t("products.stockMissing");
  return faults;
}

function shared(draft: ProductDraft) {
  return {
    kind: draft.kind,
    name: draft.name.trim(),
    description: draft.description.trim(),
    price: draft.price,
    currency: draft.currency,
    category_id: draft.category,
    tax_class: draft.taxClass,
    minutes: draft.kind === "minutes" ? Number(draft.minutes) : null,
  };
}

export function newBody(draft: ProductDraft) {
  return {
    ...shared(draft),
    sku: draft.sku.trim() || null,
    stock: draft.limited && draft.stock !== "" ? draft.stock : null,
  };
}

/** An emptied SKU is left as it was: a product always has one. */
export function changeBody(draft: ProductDraft) {
  const sku = draft.sku.trim();
  return { ...shared(draft), ...(sku === "" ? {} : { sku }) };
}
