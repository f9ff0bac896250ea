/** Begins the payment of an invoice; what `PaymentPanel` wants as `start`. */
import type { Payment } from "../../api/billing";
import { api, unwrap } from "../../api/client";
import { idempotent } from "../../api/idempotency";
import type { PaymentOrder } from "./order";

export function payInvoice(invoiceId: string): (order: PaymentOrder) => Promise<Payment> {
  return (order) =>
    unwrap(
      api.POST("/api/v1/billing/invoices/{invoice_id}/pay", {
        params: { path: { invoice_id: invoiceId } },
        headers: idempotent(order.key),
        body: {
          payment_method: order.method,
          amount: order.amount,
          return_url: order.returnUrl,
        },
      }),
    );
}
