/**
 * The cart: kept on this device, the same in all its tabs. Name and price are what the person saw
 * when adding; the server's quote decides, and a difference is told.
 */
import type { Product } from "../../api/shop";

export interface CartItem {
  productId: string;
  quantity: number;
  name: string;
  price: string;
  currency: string;
}

export const CART_KEY = "videocall.cart";
/** More of one thing is an order for the host, not for a shop page. */
export const MAX_QUANTITY = 999;

function isItem(value: unknown): value is CartItem {
  if (typeof value !== "object" || value === null) return false;
  const item = value as Record<string, unknown>;
  const texts = [item.productId, item.name, item.price, item.currency];
  return (
    texts.every((text) => typeof text === "string") &&
    /^\d+(\.\d+)?$/.test(String(item.price)) &&
    Number.isInteger(item.quantity) &&
    Number(item.quantity) > 0
  );
}

/** Reads what storage holds; anything odd is an empty cart. */
export function readCart(stored: string | null): CartItem[] {
  try {
    const value: unknown = JSON.parse(stored ?? "[]");
    return Array.isArray(value) ? value.filter(isItem) : [];
  } catch {
    return [];
  }
}

function bounded(quantity: number, most: number): number {
  return Math.max(1, Math.min(quantity, most, MAX_QUANTITY));
}

/** Adds pieces of a product, never more than there are. */
export function withProduct(items: CartItem[], product: Product, quantity: number): CartItem[] {
  const most = product.stock.available ?? MAX_QUANTITY;
  if (most < 1) return items;
  const before = items.find((item) => item.productId === product.id);
  const item: CartItem = {
    productId: product.id,
    quantity: bounded((before?.quantity ?? 0) + quantity, most),
    name: product.name,
    price: product.price,
    currency: product.currency,
  };
  if (before === undefined) return [...items, item];
  return items.map((other) => (other === before ? item : other));
}

/** Sets how many; less than one takes the line out. */
export function withQuantity(items: CartItem[], productId: string, quantity: number): CartItem[] {
  if (quantity < 1) return items.filter((item) => item.productId !== productId);
  return items.map((item) =>
    item.productId === productId ? { ...item, quantity: bounded(quantity, MAX_QUANTITY) } : item,
  );
}

export function pieces(items: readonly CartItem[]): number {
  return items.reduce((sum, item) => sum + item.quantity, 0);
}
