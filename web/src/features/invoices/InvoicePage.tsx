/** One invoice: the document, what to do with it, its payments and its credit notes. */
import { Alert, Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Invoice } from "../../api/billing";
import { asProblem } from "../../api/problem";
import { useMe } from "../../api/useSession";
import { IconArrowLeft } from "../../shared/icons";
import { LinkButton, TextLink } from "../../shared/links";
import { notice } from "../../shared/notice";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { useFormat } from "../../shared/useFormat";
import { usePageTitle } from "../../shared/usePageTitle";
import { payInvoice } from "../payment/pay";
import { PaymentPanel } from "../payment/PaymentPanel";
import { CreditNotes } from "./CreditNotes";
import { InvoiceActions } from "./InvoiceActions";
import { InvoiceDocument } from "./InvoiceDocument";
import classes from "./invoices.module.css";
import { PaymentHistory } from "./PaymentHistory";
import { invoiceQuery } from "./queries";
import { StatusBadge } from "./StatusBadge";

export function InvoicePage() {
  const { t } = useTranslation();
  const { invoiceId } = useParams({ from: "/office/invoices/$invoiceId" });
  const invoice = useQuery(invoiceQuery(invoiceId));
  usePageTitle(invoice.data === undefined ? t("invoices.one") : titleOf(t, invoice.data));
  return (
    <Stack gap="lg">
      <TextLink to="/invoices" className={classes.back}>
        <IconArrowLeft size={18} aria-hidden /> {t("invoices.all")}
      </TextLink>
      {invoice.isPending && <Skeleton height={560} radius="lg" aria-hidden />}
      {invoice.isError && invoice.data === undefined && (
        <Missing error={invoice.error} onRetry={() => void invoice.refetch()} />
      )}
      {invoice.data !== undefined && <Shown invoice={invoice.data} />}
    </Stack>
  );
}

function titleOf(t: TFunction, invoice: Invoice): string {
  if (invoice.number === null) return t("invoices.noNumber");
  return t("invoices.oneNumber", { number: invoice.number });
}

function Missing({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation();
  if (asProblem(error).status !== 404) return <ProblemNotice error={error} onRetry={onRetry} />;
  return (
    <Stack align="flex-start" data-testid="invoice-missing">
      <Title order={1}>{t("invoices.missing.title")}</Title>
      <Text c="dimmed">{t("invoices.missing.text")}</Text>
      <LinkButton to="/invoices">{t("invoices.all")}</LinkButton>
    </Stack>
  );
}

function Shown({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation();
  return (
    <>
      <Group justify="space-between" gap="md">
        <Group gap="sm">
          <Title order={1}>{titleOf(t, invoice)}</Title>
          <StatusBadge invoice={invoice} />
        </Group>
        <InvoiceActions invoice={invoice} />
      </Group>
      <Standing invoice={invoice} />
      <div className={classes.columns}>
        <InvoiceDocument invoice={invoice} />
        <Stack gap="lg" className={classes.aside}>
          <PayBox invoice={invoice} />
          <PaymentHistory invoice={invoice} />
          <CreditNotes invoice={invoice} />
        </Stack>
      </div>
    </>
  );
}

/** What the state means and what happens next, where that is not plain. */
function Standing({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (invoice.status === "draft" && invoice.can_manage) {
    return <Text c="dimmed">{t("invoices.standing.draft")}</Text>;
  }
  if (invoice.status === "open" && invoice.overdue && invoice.due_at !== null) {
    return (
      <Alert color="orange" data-testid="overdue">
        {t("invoices.standing.overdue", { day: format.day(invoice.due_at) })}
      </Alert>
    );
  }
  if (invoice.status === "void" || invoice.status === "uncollectible") {
    return (
      <Text c="dimmed">
        {t(`invoices.standing.${invoice.status}`)}{" "}
        {invoice.reason !== "" && t("invoices.standing.reason", { reason: invoice.reason })}
      </Text>
    );
  }
  return null;
}

/** Stays while a payment is in the address, so that its end can be read after the invoice is paid. */
function PayBox({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { payment } = useSearch({ from: "/office/invoices/$invoiceId" });
  const onPayment = useCallback(
    (id: string | null) =>
      void navigate({
        to: "/invoices/$invoiceId",
        params: { invoiceId: invoice.id },
        search: id === null ? {} : { payment: id },
        replace: true,
      }),
    [navigate, invoice.id],
  );
  const onPaid = useCallback(() => notice({ message: t("invoices.thanks") }), [t]);
  const mine = useMe()?.id === invoice.customer.id;
  if (!invoice.can_pay && payment === undefined) return null;
  return (
    <Paper
      withBorder
      radius="lg"
      p="lg"
      className={mine || payment !== undefined ? classes.first : undefined}
    >
      <Title order={2} size="h4" mb="md">
        {mine ? t("payment.title") : t("invoices.takePayment")}
      </Title>
      <PaymentPanel
        amount={invoice.due}
        currency={invoice.currency}
        partial
        returnTo={`/invoices/${invoice.id}`}
        paymentId={payment ?? null}
        start={payInvoice(invoice.id)}
        onPayment={onPayment}
        onPaid={onPaid}
      />
    </Paper>
  );
}
