/** Takes an invoice back, whole or in part: a credit note is written, and the money goes where one says. */
import { Button, Checkbox, Group, Modal, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Invoice, RefundTo } from "../../api/billing";
import { MoneyInput } from "../../shared/MoneyInput";
import { compareAmounts } from "../../shared/money";
import { notice } from "../../shared/notice";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { splitProblem } from "../../shared/problemText";
import { useFormat } from "../../shared/useFormat";
import { creditable } from "./actions";
import { useRefund } from "./queries";
import { creditOf, emptyRefund, isFaulty, refundFaults, type Extent } from "./refund";
import { RefundLines } from "./RefundLines";

interface RefundDialogProps {
  invoice: Invoice;
  opened: boolean;
  onClose: () => void;
}

export function RefundDialog({ invoice, opened, onClose }: RefundDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="lg"
      title={t("invoices.refund.title")}
      closeButtonProps={{ "aria-label": t("common.close"), size: 44, iconSize: 20 }}
    >
      <RefundFields invoice={invoice} onDone={onClose} />
    </Modal>
  );
}

const EXTENTS: readonly Extent[] = ["whole", "lines", "amount"];
const TARGETS: readonly RefundTo[] = ["original", "wallet", "none"];
const FIELDS = ["amount", "reason", "lines", "refund"] as const;

function RefundFields({ invoice, onDone }: { invoice: Invoice; onDone: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const refund = useRefund(invoice.id);
  const [form, setForm] = useState(() => emptyRefund(invoice));
  const [tried, setTried] = useState(false);
  const change = (part: Partial<typeof form>) => setForm((before) => ({ ...before, ...part }));
  const faults = refundFaults(form, invoice);
  const most = format.money(creditable(invoice), invoice.currency);
  const problem = refund.isError ? splitProblem(t, refund.error, FIELDS) : null;
  const paid = compareAmounts(invoice.paid, "0") > 0;
  const submit = () => {
    setTried(true);
    if (isFaulty(faults)) return;
    refund.mutate(creditOf(form), {
      onSuccess: (note) => {
        notice({ message: t("invoices.refund.done", { number: note.number }) });
        onDone();
      },
    });
  };
  return (
    <form
      noValidate
      data-testid="refund-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack>
        <Text size="sm">{t("invoices.refund.text", { most })}</Text>
        {problem?.rest != null && <ProblemNotice error={problem.rest} />}
        <Radio.Group
          label={t("invoices.refund.extent")}
          value={form.extent}
          onChange={(value) => change({ extent: value as Extent })}
        >
          {EXTENTS.map((extent) => (
            <Radio
              key={extent}
              value={extent}
              label={t(`invoices.refund.extents.${extent}`, { most })}
              data-testid={`refund-${extent}`}
            />
          ))}
        </Radio.Group>
        {form.extent === "lines" && (
          <RefundLines
            invoice={invoice}
            quantities={form.quantities}
            wrong={tried ? faults.quantities : {}}
            missing={tried && faults.lines === true}
            onChange={(quantities) => change({ quantities })}
          />
        )}
        {form.extent === "amount" && (
          <MoneyInput
            label={t("invoices.refund.amount")}
            currency={invoice.currency}
            value={form.amount}
            onChange={(amount) => change({ amount })}
            error={
              tried && faults.amount !== undefined
                ? t(`invoices.refund.amountFault.${faults.amount}`, { most })
                : problem?.byField.amount
            }
            data-testid="refund-amount-value"
          />
        )}
        <TextInput
          label={t("invoices.refund.reason")}
          description={t("invoices.refund.reasonHint")}
          value={form.reason}
          onChange={(event) => change({ reason: event.currentTarget.value })}
          maxLength={500}
          error={tried && faults.reason === true ? t("account.required") : problem?.byField.reason}
          data-testid="refund-reason"
        />
        {paid && (
          <Radio.Group
            label={t("invoices.refund.where")}
            value={form.refund}
            onChange={(value) => change({ refund: value as RefundTo })}
          >
            {TARGETS.map((target) => (
              <Radio
                key={target}
                value={target}
                label={t(`invoices.refund.to.${target}`)}
                data-testid={`refund-to-${target}`}
              />
            ))}
          </Radio.Group>
        )}
        {form.extent !== "amount" && invoice.lines.some((line) => line.product_id !== null) && (
          <Checkbox
            label={t("invoices.refund.stock")}
            checked={form.returnToStock}
            onChange={(event) => change({ returnToStock: event.currentTarget.checked })}
            data-testid="refund-stock"
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" loading={refund.isPending} data-testid="refund-submit">
            {t("invoices.refund.action")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
