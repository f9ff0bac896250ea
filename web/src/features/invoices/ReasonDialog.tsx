/** Voiding and writing off are final and want a reason, which stays with the invoice. */
import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Invoice } from "../../api/billing";
import { notice } from "../../shared/notice";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { splitProblem } from "../../shared/problemText";
import { useInvoiceCommand } from "./queries";

type Ending = "void" | "uncollectible";

interface ReasonDialogProps {
  invoice: Invoice;
  /** What it is about; null while closed. */
  about: Ending | null;
  onClose: () => void;
}

export function ReasonDialog({ invoice, about, onClose }: ReasonDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={about !== null}
      onClose={onClose}
      title={about === null ? "" : t(`invoices.ending.${about}.title`)}
      closeButtonProps={{ "aria-label": t("common.close"), size: 44, iconSize: 20 }}
    >
      {about !== null && <ReasonForm invoice={invoice} about={about} onDone={onClose} />}
    </Modal>
  );
}

interface ReasonFormProps {
  invoice: Invoice;
  about: Ending;
  onDone: () => void;
}

function ReasonForm({ invoice, about, onDone }: ReasonFormProps) {
  const { t } = useTranslation();
  const command = useInvoiceCommand(invoice.id);
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const missing = reason.trim() === "" ? t("account.required") : null;
  const problem = command.isError ? splitProblem(t, command.error, ["reason"]) : null;
  const submit = () => {
    setTried(true);
    if (missing !== null) return;
    command.mutate(
      { do: about, reason: reason.trim() },
      {
        onSuccess: () => {
          notice({ message: t(`invoices.done.${about}`) });
          onDone();
        },
      },
    );
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack>
        <Text size="sm">{t(`invoices.ending.${about}.text`)}</Text>
        {problem?.rest != null && <ProblemNotice error={problem.rest} />}
        <TextInput
          label={t("invoices.ending.reason")}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          maxLength={500}
          error={(tried && missing) || problem?.byField.reason}
          data-autofocus
          data-testid="reason"
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t("common.cancel")}
          </Button>
          <Button color="red" type="submit" loading={command.isPending} data-testid="confirm-end">
            {t(`invoices.action.${about}`)}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
