/** Quotes and orders as the server knows them, and the commands on them. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import { useIntent } from "../../api/idempotency";
import type { Checkout, Quote } from "../../api/shop";
import type { Locale } from "../../api/types";
import type { CartItem } from "../cart/cart";
import { PRODUCTS } from "../catalogue/queries";

export const checkoutKey = (id: string) => ["checkout", id] as const;
/** How often an order that waits for money is looked at, in milliseconds. */
const LIVE_MS = 5000;

const wanted = (items: readonly CartItem[]) =>
  items.map((item) => ({ product_id: item.productId, quantity: item.quantity }));

export const quoteQuery = (items: readonly CartItem[]) =>
  queryOptions({
    queryKey: ["quote", wanted(items)],
    queryFn: (): Promise<Quote> =>
      unwrap(api.POST("/api/v1/billing/checkouts/quote", { body: { items: wanted(items) } })),
    staleTime: 0,
    gcTime: 0,
    placeholderData: (before: Quote | undefined) => before,
  });

/** An order and how far this device's clock is ahead of the server's. */
export interface SeenCheckout {
  checkout: Checkout;
  aheadMs: number;
}

/** The header counts whole seconds: less than this may be nothing. */
const SAME_CLOCK_MS = 2000;

function aheadMs(response: Response): number {
  const server = Date.parse(response.headers.get("Date") ?? "");
  const ahead = Number.isNaN(server) ? 0 : Date.now() - server;
  return Math.abs(ahead) < SAME_CLOCK_MS ? 0 : ahead;
}

export const checkoutQuery = (id: string) =>
  queryOptions({
    queryKey: checkoutKey(id),
    queryFn: async (): Promise<SeenCheckout> => {
      const call = api.GET("/api/v1/billing/checkouts/{checkout_id}", {
        params: { path: { checkout_id: id } },
      });
      const checkout: Checkout = await unwrap(call);
      return { checkout, aheadMs: aheadMs((await call).response) };
    },
    refetchInterval: (query) => (query.state.data?.checkout.state === "reserved" ? LIVE_MS : false),
  });

interface Order {
  items: readonly CartItem[];
  total: string;
  language: Locale;
}

/** Reserves and opens the invoice; a repeated press after a lost answer makes no second order. */
export function usePlaceOrder() {
  const intent = useIntent("order");
  return useMutation({
    mutationFn: ({ items, total, language }: Order): Promise<Checkout> => {
      const body = { items: wanted(items), expected_total: total, language };
      return intent(body, (headers) =>
        unwrap(api.POST("/api/v1/billing/checkouts", { body, headers })),
      );
    },
  });
}

export function useCancelOrder(id: string) {
  const queries = useQueryClient();
  const intent = useIntent();
  return useMutation({
    mutationFn: (): Promise<Checkout> =>
      intent({ cancel: id }, (headers) =>
        unwrap(
          api.POST("/api/v1/billing/checkouts/{checkout_id}/cancel", {
            params: { path: { checkout_id: id } },
            headers,
          }),
        ),
      ),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: PRODUCTS });
      return queries.invalidateQueries({ queryKey: checkoutKey(id) });
    },
  });
}
