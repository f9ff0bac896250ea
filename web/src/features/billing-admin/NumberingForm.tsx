/** How invoices and credit notes are numbered, when they are due, and when one is reminded. */
import { Button, NativeSelect, Paper, Stack, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Seller } from "../../api/billing";
import { notice } from "../../shared/notice";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { splitProblem } from "../../shared/problemText";
import { daysOf } from "../invoices/editor/draft";
import { exampleNumber, formatFault, reminderDays, timeZones } from "./numbering";
import { changeOf, useSaveSeller } from "./queries";

const FIELDS = [
  "invoice_format",
  "credit_note_format",
  "payment_terms_days",
  "reminder_days",
  "time_zone",
] as const;

type Numbering = Record<(typeof FIELDS)[number], string>;

const EXAMPLE = 42;

function useNumbering(seller: Seller) {
  const { t } = useTranslation();
  const format = (value: string) => {
    const fault = formatFault(value);
    return fault === null ? null : t(`billingSettings.numbering.fault.${fault}`);
  };
  return useForm<Numbering>({
    initialValues: {
      invoice_format: seller.invoice_format,
      credit_note_format: seller.credit_note_format,
      payment_terms_days: String(seller.payment_terms_days),
      reminder_days: seller.reminder_days.join(", "),
      time_zone: seller.time_zone,
    },
    validateInputOnChange: true,
    validate: {
      invoice_format: format,
      credit_note_format: format,
      payment_terms_days: (value) =>
        daysOf(value) === null ? t("billingSettings.numbering.fault.days") : null,
      reminder_days: (value) =>
        reminderDays(value) === null ? t("billingSettings.numbering.fault.reminders") : null,
    },
  });
}

export function NumberingForm({ seller }: { seller: Seller }) {
  const { t } = useTranslation();
  const form = useNumbering(seller);
  const save = useSaveSeller();
  const rest = save.isError ? splitProblem(t, save.error, FIELDS).rest : null;
  const submit = (values: Numbering) =>
    save.mutate(
      changeOf(seller, {
        invoice_format: values.invoice_format,
        credit_note_format: values.credit_note_format,
        payment_terms_days: daysOf(values.payment_terms_days) ?? seller.payment_terms_days,
        reminder_days: reminderDays(values.reminder_days) ?? seller.reminder_days,
        time_zone: values.time_zone,
      }),
      {
        onSuccess: () => notice({ message: t("billingSettings.saved") }),
        onError: (error) => form.setErrors(splitProblem(t, error, FIELDS).byField),
      },
    );
  return (
    <Paper withBorder radius="lg" p="lg" maw={560}>
      <form onSubmit={form.onSubmit(submit)} noValidate data-testid="numbering-form">
        <Stack>
          <div>
            <Title order={2} size="h4">
              {t("billingSettings.numbering.title")}
            </Title>
            <Text size="sm" c="dimmed">
              {t("billingSettings.numbering.hint", { year: "{year}", number: "{number:05d}" })}
            </Text>
          </div>
          {rest !== null && <ProblemNotice error={rest} />}
          {(["invoice_format", "credit_note_format"] as const).map((field) => (
            <div key={field}>
              <TextInput
                label={t(`billingSettings.numbering.${field}`)}
                data-testid={field}
                {...form.getInputProps(field)}
              />
              <Example format={form.values[field]} />
            </div>
          ))}
          <TextInput
            inputMode="numeric"
            label={t("billingSettings.numbering.terms")}
            data-testid="payment-terms"
            {...form.getInputProps("payment_terms_days")}
          />
          <TextInput
            label={t("billingSettings.numbering.reminders")}
            description={t("billingSettings.numbering.remindersHint")}
            data-testid="reminder-days"
            {...form.getInputProps("reminder_days")}
          />
          <NativeSelect
            label={t("billingSettings.numbering.zone")}
            description={t("billingSettings.numbering.zoneHint")}
            data={timeZones(seller.time_zone)}
            data-testid="time-zone"
            {...form.getInputProps("time_zone")}
          />
          <Button
            type="submit"
            loading={save.isPending}
            style={{ alignSelf: "flex-start" }}
            data-testid="save-numbering"
          >
            {t("common.save")}
          </Button>
        </Stack>
      </form>
    </Paper>
  );
}

function Example({ format }: { format: string }) {
  const { t } = useTranslation();
  const number = exampleNumber(format, new Date().getFullYear(), EXAMPLE);
  if (number === "") return null;
  return (
    <Text size="sm" c="dimmed" mt={4} data-testid="number-example">
      {t("billingSettings.numbering.example", { number })}
    </Text>
  );
}
