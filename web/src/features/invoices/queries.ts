/** Invoices as the server knows them, and the commands on them. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import type { CreditNote, Invoice, InvoiceDraft, NewCredit, Payment } from "../../api/billing";
import { api, unwrap } from "../../api/client";
import { useIntent } from "../../api/idempotency";
import type { InvoicesSearch } from "./search";

const PAGE = 25;

export const invoiceKey = (id: string) => ["invoice", id] as const;

/** @param own whose invoices are meant by the scope "own" */
export function useInvoices({ scope, ...search }: InvoicesSearch, own: string | undefined) {
  const customer_id = scope === "own" ? own : undefined;
  return useInfiniteQuery({
    queryKey: ["invoices", search, customer_id],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/v1/billing/invoices", {
          params: {
            query: { ...search, customer_id, limit: PAGE, cursor: pageParam ?? undefined },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    enabled: scope !== "own" || own !== undefined,
    placeholderData: (before) => before,
  });
}

export const invoiceQuery = (id: string) => ({
  queryKey: invoiceKey(id),
  queryFn: (): Promise<Invoice> =>
    unwrap(
      api.GET("/api/v1/billing/invoices/{invoice_id}", { params: { path: { invoice_id: id } } }),
    ),
});

export const creditNoteQuery = (id: string) => ({
  queryKey: ["credit-note", id] as const,
  queryFn: (): Promise<CreditNote> =>
    unwrap(
      api.GET("/api/v1/billing/credit-notes/{credit_note_id}", {
        params: { path: { credit_note_id: id } },
      }),
    ),
});

/** Everything that shows invoices asks again; a command's own answer is shown at once. */
function useRefresh() {
  const queries = useQueryClient();
  return (invoice?: Invoice) => {
    if (invoice !== undefined) queries.setQueryData(invoiceKey(invoice.id), invoice);
    for (const key of ["invoice", "invoices", "payments", "credit-note", "sales", "wallet"]) {
      void queries.invalidateQueries({ queryKey: [key] });
    }
  };
}

export type InvoiceCommand =
  { do: "open" | "send" | "remind" | "delete" } | { do: "void" | "uncollectible"; reason: string };

/** Commands on one invoice; each is one intent, so that a lost answer repeats nothing. */
export function useInvoiceCommand(id: string) {
  const intend = useIntent();
  const refresh = useRefresh();
  const params = { path: { invoice_id: id } };
  const send = async (command: InvoiceCommand, headers: Record<string, string>) => {
    switch (command.do) {
      case "open":
        return unwrap(api.POST("/api/v1/billing/invoices/{invoice_id}/open", { params, headers }));
      case "send":
        return unwrap(api.POST("/api/v1/billing/invoices/{invoice_id}/send", { params, headers }));
      case "remind":
        return unwrap(
          api.POST("/api/v1/billing/invoices/{invoice_id}/remind", { params, headers }),
        );
      case "delete":
        return unwrap(api.DELETE("/api/v1/billing/invoices/{invoice_id}", { params, headers }));
      case "void":
        return unwrap(
          api.POST("/api/v1/billing/invoices/{invoice_id}/void", {
            params,
            headers,
            body: { reason: command.reason },
          }),
        );
      case "uncollectible":
        return unwrap(
          api.POST("/api/v1/billing/invoices/{invoice_id}/uncollectible", {
            params,
            headers,
            body: { reason: command.reason },
          }),
        );
    }
  };
  return useMutation({
    mutationFn: async (command: InvoiceCommand): Promise<void> => {
      await intend({ id, ...command }, (headers) => send(command, headers));
    },
    onSuccess: (_none, command) => {
      if (command.do !== "delete") refresh();
    },
  });
}

/** Asks anew for a refund that failed, or puts the money into the customer's wallet. */
export function useRefundRetry(refundId: string) {
  const intend = useIntent();
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async (refund: "original" | "wallet"): Promise<void> => {
      await intend({ refundId, refund }, (headers) =>
        unwrap(
          api.POST("/api/v1/billing/refunds/{refund_id}/retry", {
            params: { path: { refund_id: refundId } },
            headers,
            body: { refund },
          }),
        ),
      );
    },
    onSuccess: () => refresh(),
  });
}

export function useRefund(invoiceId: string) {
  const intend = useIntent();
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (credit: NewCredit): Promise<CreditNote> =>
      intend(credit, (headers) =>
        unwrap(
          api.POST("/api/v1/billing/invoices/{invoice_id}/credit-notes", {
            params: { path: { invoice_id: invoiceId } },
            headers,
            body: credit,
          }),
        ),
      ),
    onSuccess: () => refresh(),
  });
}

/** The seller says that a transfer has arrived. */
export function useConfirmPayment() {
  const intend = useIntent();
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ id, amount, note }: { id: string; amount: string; note: string }) =>
      intend({ id, amount, note }, (headers): Promise<Payment> =>
        unwrap(
          api.POST("/api/v1/billing/payments/{payment_id}/confirm", {
            params: { path: { payment_id: id } },
            headers,
            body: { amount, note },
          }),
        ),
      ),
    onSuccess: () => refresh(),
  });
}

/** Makes a draft, or changes the one that is there. */
export function useSaveInvoice(existing: Invoice | null) {
  const intend = useIntent();
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (draft: InvoiceDraft): Promise<Invoice> =>
      intend({ id: existing?.id, draft }, (headers) =>
        existing === null
          ? unwrap(api.POST("/api/v1/billing/invoices", { headers, body: draft }))
          : unwrap(
              api.PATCH("/api/v1/billing/invoices/{invoice_id}", {
                params: { path: { invoice_id: existing.id } },
                headers,
                body: draft,
              }),
            ),
      ),
    onSuccess: (invoice) => refresh(invoice),
  });
}

/** What a draft would come to; writes nothing. */
export const previewQuery = (draft: InvoiceDraft | null) => ({
  queryKey: ["invoice-preview", draft] as const,
  queryFn: ({ signal }: { signal: AbortSignal }): Promise<Invoice> =>
    unwrap(
      api.POST("/api/v1/billing/invoices/preview", {
        body: draft ?? { lines: [], notes: "" },
        signal,
      }),
    ),
  enabled: draft !== null,
  retry: false,
  staleTime: 60_000,
  placeholderData: (before: Invoice | undefined) => before,
});
