/** The fields of an invoice: to whom, what for, until when. */
import {
  Button,
  Group,
  NativeSelect,
  Paper,
  Stack,
  Textarea,
  TextInput,
  Title,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Locale } from "../../../api/types";
import { LOCALES } from "../../../i18n";
import { IconPlus } from "../../../shared/icons";
import { ProblemNotice } from "../../../shared/ProblemNotice";
import { splitProblem } from "../../../shared/problemText";
import { checkEmail } from "../../account/forms";
import { taxesQuery } from "../../billing-admin/queries";
import { daysOf, emptyLine, lineFaults, type EditorForm, type LineForm } from "./draft";
import { LineFields } from "./LineFields";

interface EditorFieldsProps {
  form: EditorForm;
  currency: string;
  saving: boolean;
  error: unknown;
  onChange: (part: Partial<EditorForm>) => void;
  onSubmit: () => void;
}

const FIELDS = ["customer_email", "due_days", "notes"] as const;

export function EditorFields({
  form,
  currency,
  saving,
  error,
  onChange,
  onSubmit,
}: EditorFieldsProps) {
  const { t } = useTranslation();
  const [tried, setTried] = useState(false);
  const problem = error === null ? null : splitProblem(t, error, FIELDS);
  const emailFault = checkEmail(t, form.email);
  const dueFault = daysOf(form.dueDays) === null ? t("invoiceEditor.dueFault") : null;
  const submit = () => {
    setTried(true);
    const faulty = form.lines.some((line) => lineFaults(line).length > 0);
    if (emailFault === null && dueFault === null && !faulty) onSubmit();
  };
  return (
    <form
      noValidate
      data-testid="invoice-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap="lg">
        {problem?.rest != null && <ProblemNotice error={problem.rest} />}
        <Paper withBorder radius="lg" p="lg">
          <Stack>
            <TextInput
              type="email"
              label={t("invoiceEditor.customer")}
              description={t("invoiceEditor.customerHint")}
              value={form.email}
              onChange={(event) => onChange({ email: event.currentTarget.value })}
              error={(tried && emailFault) || problem?.byField.customer_email}
              data-testid="customer-email"
            />
            <Group grow align="flex-start">
              <TextInput
                inputMode="numeric"
                label={t("invoiceEditor.due")}
                value={form.dueDays}
                onChange={(event) => onChange({ dueDays: event.currentTarget.value.trim() })}
                error={(tried && dueFault) || problem?.byField.due_days}
                data-testid="due-days"
              />
              <NativeSelect
                label={t("invoiceEditor.language")}
                value={form.language}
                onChange={(event) => onChange({ language: event.currentTarget.value as Locale })}
                data={LOCALES.map((locale) => ({
                  value: locale,
                  label: t(`common.language.${locale}`),
                }))}
                data-testid="invoice-language"
              />
            </Group>
          </Stack>
        </Paper>
        <Lines form={form} currency={currency} tried={tried} onChange={onChange} />
        <Paper withBorder radius="lg" p="lg">
          <Textarea
            label={t("invoiceEditor.notes")}
            description={t("invoiceEditor.notesHint")}
            autosize
            minRows={2}
            maxLength={2000}
            value={form.notes}
            onChange={(event) => onChange({ notes: event.currentTarget.value })}
            error={problem?.byField.notes}
            data-testid="invoice-notes"
          />
        </Paper>
        <Button
          type="submit"
          loading={saving}
          style={{ alignSelf: "flex-start" }}
          data-testid="save-invoice"
        >
          {t("invoiceEditor.save")}
        </Button>
      </Stack>
    </form>
  );
}

type LinesProps = Pick<EditorFieldsProps, "form" | "currency" | "onChange"> & { tried: boolean };

function Lines({ form, currency, tried, onChange }: LinesProps) {
  const { t } = useTranslation();
  const taxes = useQuery(taxesQuery).data ?? [];
  const put = (key: string, part: Partial<LineForm>) =>
    onChange({
      lines: form.lines.map((line) => (line.key === key ? { ...line, ...part } : line)),
    });
  return (
    <Paper withBorder radius="lg" p="lg">
      <Title order={2} size="h4" mb="md">
        {t("invoiceEditor.lines")}
      </Title>
      <Stack gap="xl">
        {form.lines.map((line, index) => (
          <LineFields
            key={line.key}
            line={line}
            index={index}
            currency={currency}
            taxes={taxes}
            faults={tried ? lineFaults(line) : []}
            onChange={(part) => put(line.key, part)}
            onRemove={
              form.lines.length === 1
                ? null
                : () => onChange({ lines: form.lines.filter((one) => one.key !== line.key) })
            }
          />
        ))}
        <Button
          variant="default"
          leftSection={<IconPlus size={18} aria-hidden />}
          onClick={() => onChange({ lines: [...form.lines, emptyLine()] })}
          style={{ alignSelf: "flex-start" }}
          data-testid="add-line"
        >
          {t("invoiceEditor.addLine")}
        </Button>
      </Stack>
    </Paper>
  );
}
