/** Paying, from the choice of a way to the receipt: used by orders, invoices and the wallet. */
import { Skeleton, Stack } from "@mantine/core";
import { useEffect, useRef } from "react";
import type { MethodId, Payment } from "../../api/billing";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { MethodForm } from "./MethodForm";
import type { PaymentOrder } from "./order";
import { PaymentProgress } from "./PaymentProgress";
import { usePayment } from "./queries";

export type { PaymentOrder } from "./order";

export interface PaymentPanelProps {
  /** What is to be paid, as a decimal string; with `partial` one may pay less. */
  amount: string;
  currency: string;
  partial?: boolean;
  /** Ways that make no sense here: the wallet can't top up itself. */
  without?: readonly MethodId[];
  /** Path of this page to come back to; the provider's page adds `?payment=<id>`. */
  returnTo: string;
  /** The payment in the address, or null while none has begun. */
  paymentId: string | null;
  start: (order: PaymentOrder) => Promise<Payment>;
  /** Puts a payment into the address; null takes it out, to choose again. */
  onPayment: (paymentId: string | null) => void;
  /** Called once for a payment that succeeded. */
  onPaid: (payment: Payment) => void;
}

export function PaymentPanel(props: PaymentPanelProps) {
  const { paymentId, onPayment, onPaid } = props;
  const payment = usePayment(paymentId);
  const told = useRef<string | null>(null);
  useEffect(() => {
    const data = payment.data;
    if (paymentId === null || data?.state !== "succeeded" || told.current === data.id) return;
    told.current = data.id;
    onPaid(data);
  }, [payment.data, paymentId, onPaid]);
  return (
    <Stack gap="md" data-testid="payment-panel">
      {paymentId === null && <MethodForm {...props} />}
      {paymentId !== null && payment.isPending && <Skeleton height={160} radius="md" />}
      {paymentId !== null && payment.isError && payment.data === undefined && (
        <ProblemNotice error={payment.error} onRetry={() => void payment.refetch()} />
      )}
      {paymentId !== null && payment.data !== undefined && (
        <PaymentProgress payment={payment.data} onAgain={() => onPayment(null)} />
      )}
    </Stack>
  );
}
