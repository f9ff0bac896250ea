/** Ways to pay and payments as the server knows them. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Payment, PaymentMethod, PaymentState } from "../../api/billing";
import { api, unwrap } from "../../api/client";

export const METHODS = ["payment-methods"] as const;
export const paymentKey = (id: string) => ["payment", id] as const;
export const paymentsKey = (invoiceId: string) => ["payments", invoiceId] as const;

/** A payment in one of these states may still change without anybody here doing anything. */
const OPEN: readonly PaymentState[] = ["pending", "requires_action"];
const FAST_MS = 1500;
const SLOW_MS = 5000;
const TRANSFER_MS = 30_000;
/** After this the page stops hurrying: a late card answers within seconds, a bank within days. */
export const LATE_MS = 20_000;

export const isOpen = (payment: Payment): boolean => OPEN.includes(payment.state);

/** How soon to ask again, in milliseconds; false when the payment has come to its end. */
export function nextLook(payment: Payment | undefined, waitedMs: number): number | false {
  if (payment !== undefined && !isOpen(payment)) return false;
  if (payment?.next_action?.type === "instructions") return TRANSFER_MS;
  return waitedMs < LATE_MS ? FAST_MS : SLOW_MS;
}

export const methodsQuery = {
  queryKey: METHODS,
  queryFn: async (): Promise<PaymentMethod[]> =>
    (await unwrap(api.GET("/api/v1/billing/payment-methods"))).items,
  staleTime: 60_000,
};

export const useMethods = () => useQuery(methodsQuery);

/** A payment, looked at again until it is settled; the server asks the provider each time. */
export function usePayment(id: string | null) {
  const queries = useQueryClient();
  const payment = useQuery({
    queryKey: paymentKey(id ?? ""),
    queryFn: (): Promise<Payment> =>
      unwrap(
        api.GET("/api/v1/billing/payments/{payment_id}", {
          params: { path: { payment_id: id ?? "" }, query: { refresh: true } },
        }),
      ),
    enabled: id !== null,
    refetchInterval: (query) => {
      const begun = query.state.data?.created_at;
      const waited = begun === undefined ? 0 : Date.now() - Date.parse(begun);
      return nextLook(query.state.data, waited);
    },
  });
  const state = payment.data?.state;
  useEffect(() => {
    if (state === undefined) return;
    // Whatever lists payments, invoices or balances shows the new state at once.
    for (const key of ["payments", "invoice", "invoices", "wallet", "sales"]) {
      void queries.invalidateQueries({ queryKey: [key] });
    }
  }, [queries, state]);
  return payment;
}

/** All payments of an invoice, newest first. */
export const invoicePaymentsQuery = (invoiceId: string) => ({
  queryKey: paymentsKey(invoiceId),
  queryFn: async (): Promise<Payment[]> =>
    (
      await unwrap(
        api.GET("/api/v1/billing/payments", { params: { query: { invoice_id: invoiceId } } }),
      )
    ).items,
});
