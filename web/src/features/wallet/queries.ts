/** The wallet as the server knows it, and paying into it. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Payment } from "../../api/billing";
import { api, unwrap } from "../../api/client";
import { idempotent } from "../../api/idempotency";
import type { Wallet, WalletEntry } from "../../api/shop";
import type { Page } from "../../api/types";
import type { PaymentOrder } from "../payment/order";

/** The payment panel refreshes everything below this key once a payment has settled. */
export const WALLET = ["wallet"] as const;
const PAGE = 25;

export const walletQuery = queryOptions({
  queryKey: [...WALLET, "balances"],
  queryFn: (): Promise<Wallet> => unwrap(api.GET("/api/v1/billing/wallet")),
});

export interface HistoryFilter {
  unit: string;
  from?: string;
  to?: string;
}

export const entriesQuery = (filter: HistoryFilter) =>
  infiniteQueryOptions({
    queryKey: [...WALLET, "entries", filter],
    queryFn: ({ pageParam }): Promise<Page<WalletEntry>> =>
      unwrap(
        api.GET("/api/v1/billing/wallet/entries", {
          params: { query: { ...filter, limit: PAGE, cursor: pageParam ?? undefined } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (before) => before,
  });

/** Begins a top-up; what `PaymentPanel` wants as `start`. */
export function payIn(currency: string): (order: PaymentOrder) => Promise<Payment> {
  return async (order) => {
    const topUp = await unwrap(
      api.POST("/api/v1/billing/wallet/top-ups", {
        headers: idempotent(order.key),
        body: {
          amount: order.amount,
          currency,
          payment_method: order.method,
          return_url: order.returnUrl,
        },
      }),
    );
    return topUp.payment;
  };
}

/** The statement as a CSV file. */
export function statement(filter: HistoryFilter): Promise<Blob> {
  return unwrap(
    api.GET("/api/v1/billing/wallet/statement", {
      params: { query: { ...filter, format: "csv" } },
      parseAs: "blob",
    }),
  ) as Promise<Blob>;
}
