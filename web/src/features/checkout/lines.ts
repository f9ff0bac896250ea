/** The lines of the cart beside what the shop says now: gone, too few, another price. */
import { useQueries, useQueryClient } from "@tanstack/react-query";
import { asProblem } from "../../api/problem";
import type { Product } from "../../api/shop";
import { compareAmounts } from "../../shared/money";
import { withQuantity, type CartItem } from "../cart/cart";
import { productKey, productQuery } from "../catalogue/queries";

export interface CartLine {
  item: CartItem;
  /** Undefined while loading. */
  product: Product | undefined;
  gone: boolean;
  /** How many can be had, when that is less than wanted. */
  short: number | null;
  /** What it cost when it came into the cart, when that is not the price now. */
  oldPrice: string | null;
}

export function cartLine(item: CartItem, product: Product | undefined, missing: boolean): CartLine {
  const gone = missing || product?.status === "archived";
  const available = product?.stock.available ?? null;
  const short = !gone && available !== null && available < item.quantity ? available : null;
  const changed =
    product !== undefined &&
    product.currency === item.currency &&
    compareAmounts(product.price, item.price) !== 0;
  return { item, product, gone, short, oldPrice: changed ? item.price : null };
}

export const isMissing = (line: CartLine): boolean => line.gone || line.short !== null;

/** The cart with only what can be had. */
export function whatIsLeft(items: CartItem[], lines: readonly CartLine[]): CartItem[] {
  return lines.filter(isMissing).reduce((rest, line) => {
    return withQuantity(rest, line.item.productId, line.gone ? 0 : (line.short ?? 0));
  }, items);
}

/** The cart at the prices of now. */
export function atNewPrices(items: CartItem[], lines: readonly CartLine[]): CartItem[] {
  return items.map((item) => {
    const product = lines.find((line) => line.item.productId === item.productId)?.product;
    if (product === undefined) return item;
    return { ...item, name: product.name, price: product.price, currency: product.currency };
  });
}

export function useCartLines(items: readonly CartItem[]): {
  lines: CartLine[];
  refresh: () => Promise<void>;
} {
  const queries = useQueryClient();
  const results = useQueries({ queries: items.map((item) => productQuery(item.productId)) });
  const lines = items.map((item, index) => {
    const result = results[index];
    const missing = result?.isError === true && asProblem(result.error).status === 404;
    return cartLine(item, result?.data, missing);
  });
  const refresh = async () => {
    await Promise.all(
      items.map((item) => queries.invalidateQueries({ queryKey: productKey(item.productId) })),
    );
  };
  return { lines, refresh };
}
