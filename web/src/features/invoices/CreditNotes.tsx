/** What was taken back of an invoice, and where the money went. */
import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { CreditNote, Invoice } from "../../api/billing";
import { useMe } from "../../api/useSession";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { useFormat } from "../../shared/useFormat";
import { downloadCreditNote } from "./pdf";
import { PdfButton } from "./PdfButton";
import { creditNoteQuery, useRefundRetry } from "./queries";

export function CreditNotes({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation();
  if (invoice.credit_notes.length === 0) return null;
  return (
    <Paper withBorder radius="lg" p="lg">
      <Title order={2} size="h4" mb="sm">
        {t("invoices.creditNotes")}
      </Title>
      <Stack component="ul" gap="md" m={0} p={0} style={{ listStyle: "none" }}>
        {invoice.credit_notes.map((note) => (
          <Note key={note.id} note={note} currency={invoice.currency} />
        ))}
      </Stack>
    </Paper>
  );
}

interface NoteProps {
  note: Invoice["credit_notes"][number];
  currency: string;
}

function Note({ note, currency }: NoteProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const whole = useQuery(creditNoteQuery(note.id)).data;
  return (
    <li data-testid="credit-note" data-number={note.number}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text fw={600}>{note.number}</Text>
        <Text fw={600} style={{ fontVariantNumeric: "tabular-nums" }}>
          {format.money(note.total, currency)}
        </Text>
      </Group>
      <Text size="sm" c="dimmed">
        {format.day(note.issued_at)}
        {whole !== undefined && whole.reason !== "" && ` · ${whole.reason}`}
      </Text>
      {whole?.refunds.map((refund) => (
        <RefundRow key={refund.id} refund={refund} currency={currency} />
      ))}
      <PdfButton
        mt="xs"
        label={t("invoices.pdf")}
        what={t("invoices.pdfOf", { number: note.number })}
        download={(language) => downloadCreditNote(note, language)}
        testId="credit-note-pdf"
      />
    </li>
  );
}

function RefundRow({
  refund,
  currency,
}: {
  refund: CreditNote["refunds"][number];
  currency: string;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const admin = useMe()?.role === "admin";
  return (
    <>
      <Text size="sm" data-testid="refund" data-state={refund.state}>
        {t(`invoices.refundState.${refund.state}`, {
          amount: format.money(refund.amount, currency),
          method: t(`payment.methodName.${refund.method}`),
        })}
      </Text>
      {admin && refund.state === "failed" && <FailedRefund refundId={refund.id} />}
    </>
  );
}

/** Two ways on from a refund that the provider refused. */
function FailedRefund({ refundId }: { refundId: string }) {
  const { t } = useTranslation();
  const retry = useRefundRetry(refundId);
  return (
    <Stack gap="xs" mt="xs">
      {retry.isError && <ProblemNotice error={retry.error} />}
      <Group gap="xs">
        <Button
          variant="light"
          loading={retry.isPending}
          onClick={() => retry.mutate("original")}
          data-testid="refund-again"
        >
          {t("invoices.refundAgain")}
        </Button>
        <Button
          variant="default"
          disabled={retry.isPending}
          onClick={() => retry.mutate("wallet")}
          data-testid="refund-to-wallet"
        >
          {t("invoices.refundToWallet")}
        </Button>
      </Group>
    </Stack>
  );
}
