/** Writing an invoice by hand, and changing a draft; what it comes to is computed by the server. */
import { Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Invoice, Seller } from "../../../api/billing";
import { LinkButton, TextLink } from "../../../shared/links";
import { notice } from "../../../shared/notice";
import { ProblemNotice } from "../../../shared/ProblemNotice";
import { usePageTitle } from "../../../shared/usePageTitle";
import { sellerQuery } from "../../billing-admin/queries";
import { IconArrowLeft } from "../../../shared/icons";
import classes from "../invoices.module.css";
import { invoiceQuery, previewQuery, useSaveInvoice } from "../queries";
import { Totals } from "../Totals";
import { emptyForm, formOf, previewOf, draftOf, type EditorForm } from "./draft";
import { EditorFields } from "./EditorFields";

export function NewInvoicePage() {
  const seller = useQuery(sellerQuery);
  if (seller.isError) return <ProblemNotice error={seller.error} />;
  if (seller.data === undefined) return <Skeleton height={480} radius="lg" aria-hidden />;
  return <Editor existing={null} seller={seller.data} />;
}

export function EditInvoicePage() {
  const { t } = useTranslation();
  const { invoiceId } = useParams({ from: "/office/invoices/$invoiceId/edit" });
  const seller = useQuery(sellerQuery);
  const invoice = useQuery(invoiceQuery(invoiceId));
  const error = seller.error ?? invoice.error;
  if (error !== null) return <ProblemNotice error={error} />;
  if (seller.data === undefined || invoice.data === undefined) {
    return <Skeleton height={480} radius="lg" aria-hidden />;
  }
  if (invoice.data.status !== "draft") {
    return (
      <Stack align="flex-start">
        <Title order={1}>{t("invoiceEditor.final.title")}</Title>
        <Text c="dimmed">{t("invoiceEditor.final.text")}</Text>
        <LinkButton to="/invoices/$invoiceId" params={{ invoiceId }}>
          {t("invoiceEditor.final.action")}
        </LinkButton>
      </Stack>
    );
  }
  return <Editor key={invoiceId} existing={invoice.data} seller={seller.data} />;
}

interface EditorProps {
  existing: Invoice | null;
  seller: Seller;
}

function Editor({ existing, seller }: EditorProps) {
  const { t } = useTranslation();
  const title = existing === null ? t("invoiceEditor.newTitle") : t("invoiceEditor.editTitle");
  usePageTitle(title);
  const navigate = useNavigate();
  const save = useSaveInvoice(existing);
  const [form, setForm] = useState<EditorForm>(() =>
    existing === null
      ? emptyForm(seller.language, seller.payment_terms_days)
      : formOf(existing, seller.payment_terms_days),
  );
  const submit = () =>
    save.mutate(draftOf(form), {
      onSuccess: (invoice) => {
        notice({ message: t("invoiceEditor.saved") });
        void navigate({ to: "/invoices/$invoiceId", params: { invoiceId: invoice.id } });
      },
    });
  return (
    <Stack gap="lg">
      <TextLink to="/invoices" className={classes.back}>
        <IconArrowLeft size={18} aria-hidden /> {t("invoices.all")}
      </TextLink>
      <div>
        <Title order={1}>{title}</Title>
        <Text c="dimmed">{t("invoiceEditor.hint")}</Text>
      </div>
      <div className={classes.columns}>
        <EditorFields
          form={form}
          currency={seller.currency}
          saving={save.isPending}
          error={save.error}
          onChange={(part) => setForm((before) => ({ ...before, ...part }))}
          onSubmit={submit}
        />
        <Summary form={form} />
      </div>
    </Stack>
  );
}

/** The live sums: exactly what the server would write, so nothing is computed here. */
function Summary({ form }: { form: EditorForm }) {
  const { t } = useTranslation();
  const [wanted] = useDebouncedValue(previewOf(form), 300);
  const preview = useQuery(previewQuery(wanted));
  return (
    <Paper withBorder radius="lg" p="lg" className={classes.summary} aria-live="polite">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          {t("invoiceEditor.summary")}
        </Title>
      </Group>
      {wanted === null && <Text c="dimmed">{t("invoiceEditor.summaryEmpty")}</Text>}
      {wanted !== null && preview.isPending && <Skeleton height={110} radius="md" aria-hidden />}
      {wanted !== null && preview.isError && <ProblemNotice error={preview.error} />}
      {wanted !== null && preview.data !== undefined && !preview.isError && (
        <Totals invoice={preview.data} />
      )}
    </Paper>
  );
}
