/** Where a payment stands, in words, with what to do next. */
import { Alert, Button, Group, Loader, Stack, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Payment } from "../../api/billing";
import { IconAlert, IconCheck } from "../../shared/icons";
import { useFormat } from "../../shared/useFormat";
import { goTo } from "./goTo";
import { Instructions } from "./Instructions";
import { failureText } from "./failureText";
import { isOpen, LATE_MS } from "./queries";

interface PaymentProgressProps {
  payment: Payment;
  onAgain: () => void;
}

export function PaymentProgress({ payment, onAgain }: PaymentProgressProps) {
  return (
    <div data-testid="payment-state" data-state={payment.state} aria-live="polite">
      {isOpen(payment) ? (
        <Open payment={payment} onAgain={onAgain} />
      ) : (
        <Settled payment={payment} onAgain={onAgain} />
      )}
    </div>
  );
}

function Open({ payment, onAgain }: PaymentProgressProps) {
  const { t } = useTranslation();
  const next = payment.next_action;
  if (next?.type === "instructions") {
    return <Instructions payment={payment} text={next.text} reference={next.reference} />;
  }
  if (payment.state === "requires_action" && next?.type === "redirect") {
    return (
      <Stack align="flex-start" gap="sm">
        <Text>{t("payment.goOn")}</Text>
        <Group>
          <Button onClick={() => goTo(next.url)} data-testid="go-on">
            {t("payment.goOnAction")}
          </Button>
          <Button variant="default" onClick={onAgain} data-testid="try-again">
            {t("payment.otherWay")}
          </Button>
        </Group>
      </Stack>
    );
  }
  return <Waiting payment={payment} />;
}

/** First a moment of patience, then the truth: it takes longer, and one may leave. */
function Waiting({ payment }: { payment: Payment }) {
  const { t } = useTranslation();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const left = Date.parse(payment.created_at) + LATE_MS - Date.now();
    const timer = setTimeout(() => setLate(true), Math.max(0, left));
    return () => clearTimeout(timer);
  }, [payment.created_at]);
  return (
    <Group gap="md" wrap="nowrap" align="flex-start">
      <Loader size="sm" aria-hidden />
      <div>
        <Text fw={600}>{t("payment.waiting")}</Text>
        {late && (
          <Text c="dimmed" data-testid="payment-late">
            {t("payment.late")}
          </Text>
        )}
      </div>
    </Group>
  );
}

function Settled({ payment, onAgain }: PaymentProgressProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const amount = format.money(payment.amount, payment.currency);
  if (payment.state === "succeeded") {
    return (
      <Alert color="green" icon={<IconCheck />} title={t("payment.succeeded", { amount })}>
        {t("payment.succeededText")}
      </Alert>
    );
  }
  if (payment.state === "disputed") {
    return (
      <Alert color="orange" icon={<IconAlert />} title={t("payment.disputed")}>
        {t("payment.disputedText")}
      </Alert>
    );
  }
  const cancelled = payment.state === "cancelled";
  return (
    <Alert
      color={cancelled ? "gray" : "red"}
      icon={<IconAlert />}
      title={cancelled ? t("payment.cancelled") : t("payment.failed")}
      data-testid={cancelled ? undefined : "payment-declined"}
    >
      <Stack align="flex-start" gap="sm">
        <Text size="sm">
          {cancelled ? t("payment.cancelledText") : failureText(t, payment.failure)}{" "}
          {t("payment.notCharged")}
        </Text>
        <Button onClick={onAgain} data-testid="try-again">
          {payment.method === "test" || payment.method === "stripe"
            ? t("payment.otherCard")
            : t("payment.otherWay")}
        </Button>
      </Stack>
    </Alert>
  );
}
