/** The cart for components; a change in one tab shows in all. */
import { useSyncExternalStore } from "react";
import { CART_KEY, readCart, type CartItem } from "./cart";

const listeners = new Set<() => void>();
let cached: { stored: string | null; items: CartItem[] } = { stored: null, items: [] };
/** Where the browser keeps nothing, the cart lives as long as the page. */
let unstored: string | null = null;

function stored(): string | null {
  try {
    return window.localStorage.getItem(CART_KEY);
  } catch {
    return unstored;
  }
}

/** The same array for the same stored text, as `useSyncExternalStore` needs. */
function snapshot(): CartItem[] {
  const text = stored();
  if (text !== cached.stored) cached = { stored: text, items: readCart(text) };
  return cached.items;
}

function subscribe(listener: () => void): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key === CART_KEY || event.key === null) listener();
  };
  listeners.add(listener);
  window.addEventListener("storage", onStorage);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", onStorage);
  };
}

/** Changes the cart as it is now, not as some render saw it. */
export function changeCart(change: (items: CartItem[]) => CartItem[]): void {
  const items = change(snapshot());
  const text = JSON.stringify(items);
  try {
    window.localStorage.setItem(CART_KEY, text);
  } catch {
    unstored = text;
  }
  for (const listener of listeners) listener();
}

export function useCart(): CartItem[] {
  return useSyncExternalStore(subscribe, snapshot);
}
