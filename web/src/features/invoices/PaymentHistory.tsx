/** Every attempt to pay an invoice, and the seller's word that a transfer has arrived. */
import { Badge, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Invoice, Payment } from "../../api/billing";
import { useMe } from "../../api/useSession";
import { LinkButton } from "../../shared/links";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { compareAmounts } from "../../shared/money";
import { useFormat } from "../../shared/useFormat";
import { failureText } from "../payment/failureText";
import { invoicePaymentsQuery, isOpen } from "../payment/queries";
import { ConfirmDialog } from "./ConfirmDialog";

const COLOURS = {
  pending: "blue",
  requires_action: "blue",
  succeeded: "green",
  failed: "red",
  cancelled: "gray",
  disputed: "orange",
} as const;

export function PaymentHistory({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation();
  const admin = useMe()?.role === "admin";
  const [confirming, setConfirming] = useState<Payment | null>(null);
  const payments = useQuery({
    ...invoicePaymentsQuery(invoice.id),
    enabled: invoice.status !== "draft",
  });
  if (payments.isError) {
    return <ProblemNotice error={payments.error} onRetry={() => void payments.refetch()} />;
  }
  if (payments.data === undefined || payments.data.length === 0) return null;
  return (
    <Paper withBorder radius="lg" p="lg">
      <Title order={2} size="h4" mb="sm">
        {t("invoices.payments")}
      </Title>
      <Stack component="ul" gap="md" m={0} p={0} style={{ listStyle: "none" }}>
        {payments.data.map((payment) => (
          <li key={payment.id} data-testid="payment" data-state={payment.state}>
            <PaymentRow payment={payment} />
            {invoice.can_pay && isOpen(payment) && payment.next_action !== null && (
              <LinkButton
                mt="xs"
                mr="xs"
                variant="default"
                to="/invoices/$invoiceId"
                params={{ invoiceId: invoice.id }}
                search={{ payment: payment.id }}
                data-testid="show-payment"
              >
                {payment.method === "manual"
                  ? t("payment.showInstructions")
                  : t("payment.goOnAction")}
              </LinkButton>
            )}
            {admin && payment.method === "manual" && isOpen(payment) && (
              <Button
                mt="xs"
                variant="light"
                onClick={() => setConfirming(payment)}
                data-testid="confirm-payment"
              >
                {t("invoices.confirm.action")}
              </Button>
            )}
          </li>
        ))}
      </Stack>
      <ConfirmDialog payment={confirming} onClose={() => setConfirming(null)} />
    </Paper>
  );
}

function PaymentRow({ payment }: { payment: Payment }) {
  const { t } = useTranslation();
  const format = useFormat();
  const refunded = compareAmounts(payment.refunded, "0") > 0;
  return (
    <>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text fw={600} style={{ fontVariantNumeric: "tabular-nums" }}>
          {format.money(payment.amount, payment.currency)}
        </Text>
        <Badge
          variant="light"
          tt="none"
          color={COLOURS[payment.state]}
          c="var(--mantine-color-text)"
        >
          {t(`payment.state.${payment.state}`)}
        </Badge>
      </Group>
      <Text size="sm" c="dimmed">
        {t(`payment.methodName.${payment.method}`)} · {format.moment(payment.created_at)}
      </Text>
      {payment.state === "failed" && <Text size="sm">{failureText(t, payment.failure)}</Text>}
      {refunded && (
        <Text size="sm">
          {t("invoices.refundedOf", { amount: format.money(payment.refunded, payment.currency) })}
        </Text>
      )}
    </>
  );
}
