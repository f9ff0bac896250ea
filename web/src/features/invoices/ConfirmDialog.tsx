/** The administrator says how much of a transfer has arrived. */
import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Payment } from "../../api/billing";
import { MoneyInput } from "../../shared/MoneyInput";
import { notice } from "../../shared/notice";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { splitProblem } from "../../shared/problemText";
import { useFormat } from "../../shared/useFormat";
import { amountFault } from "../payment/order";
import { useConfirmPayment } from "./queries";

interface ConfirmDialogProps {
  payment: Payment | null;
  onClose: () => void;
}

export function ConfirmDialog({ payment, onClose }: ConfirmDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={payment !== null}
      onClose={onClose}
      title={t("invoices.confirm.title")}
      closeButtonProps={{ "aria-label": t("common.close"), size: 44, iconSize: 20 }}
    >
      {payment !== null && <ConfirmForm payment={payment} onDone={onClose} />}
    </Modal>
  );
}

function ConfirmForm({ payment, onDone }: { payment: Payment; onDone: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const confirm = useConfirmPayment();
  const [amount, setAmount] = useState(payment.amount);
  const [note, setNote] = useState("");
  const fault = amountFault(amount, payment.amount, payment.currency);
  const most = format.money(payment.amount, payment.currency);
  const problem = confirm.isError ? splitProblem(t, confirm.error, ["amount", "note"]) : null;
  const submit = () => {
    if (fault !== null) return;
    confirm.mutate(
      { id: payment.id, amount, note: note.trim() },
      {
        onSuccess: () => {
          notice({ message: t("invoices.confirm.done") });
          onDone();
        },
      },
    );
  };
  return (
    <form
      noValidate
      data-testid="confirm-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack>
        <Text size="sm">{t("invoices.confirm.text")}</Text>
        {problem?.rest != null && <ProblemNotice error={problem.rest} />}
        <MoneyInput
          label={t("invoices.confirm.amount")}
          description={t("invoices.confirm.amountHint")}
          currency={payment.currency}
          value={amount}
          onChange={setAmount}
          error={
            fault === null ? problem?.byField.amount : t(`payment.amountFault.${fault}`, { most })
          }
          data-autofocus
          data-testid="confirm-amount"
        />
        <TextInput
          label={t("invoices.confirm.note")}
          description={t("invoices.confirm.noteHint")}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          maxLength={500}
          error={problem?.byField.note}
          data-testid="confirm-note"
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" loading={confirm.isPending} data-testid="confirm-submit">
            {t("invoices.confirm.action")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
