/** A bank transfer: where to, how much, and the reference that lets the seller find it. */
import { Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Payment } from "../../api/billing";
import { CopyButton } from "../../shared/CopyButton";
import { useFormat } from "../../shared/useFormat";
import classes from "./payment.module.css";

interface InstructionsProps {
  payment: Payment;
  text: string;
  reference: string;
}

export function Instructions({ payment, text, reference }: InstructionsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Stack gap="md" data-testid="payment-instructions">
      <Text>{t("payment.transfer")}</Text>
      <Paper withBorder radius="md" p="md">
        <Stack gap="sm">
          {text !== "" && <Text className={classes.lines}>{text}</Text>}
          <Fact
            label={t("payment.transferAmount")}
            value={format.money(payment.amount, payment.currency)}
          />
          <Group justify="space-between" gap="sm">
            <Fact label={t("payment.reference")} value={reference} testId="payment-reference" />
            <CopyButton
              value={reference}
              label={t("payment.copyReference")}
              variant="default"
              testId="copy-reference"
            />
          </Group>
        </Stack>
      </Paper>
      <Text c="dimmed" size="sm">
        {t("payment.transferAfter")}
      </Text>
    </Stack>
  );
}

function Fact({ label, value, testId }: { label: string; value: string; testId?: string }) {
  return (
    <div>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fw={600} className={classes.fact} data-testid={testId}>
        {value}
      </Text>
    </div>
  );
}
