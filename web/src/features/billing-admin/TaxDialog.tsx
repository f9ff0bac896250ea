/** Makes a tax or changes one; invoices that were issued keep what they have. */
import { Button, Checkbox, Group, Modal, Radio, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Tax, TaxClass, TaxDraft } from "../../api/billing";
import { notice } from "../../shared/notice";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { splitProblem } from "../../shared/problemText";
import { useSaveTax } from "./queries";

interface TaxDialogProps {
  opened: boolean;
  /** The tax to change; null makes a new one. */
  tax: Tax | null;
  onClose: () => void;
}

const CLASSES: readonly TaxClass[] = ["standard", "reduced", "zero", "exempt"];
const FIELDS = ["name", "rate", "inclusive", "tax_classes"] as const;
const RATE = /^\d{1,3}(\.\d{1,4})?$/;

export function TaxDialog({ opened, tax, onClose }: TaxDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={tax === null ? t("billingSettings.taxes.add") : t("billingSettings.taxes.edit")}
      closeButtonProps={{ "aria-label": t("common.close"), size: 44, iconSize: 20 }}
    >
      <TaxForm tax={tax} onDone={onClose} />
    </Modal>
  );
}

/** A rate as people type it; up to 100 with at most four digits after the point. */
export function rateOf(text: string): string | null {
  const rate = text.trim().replace(",", ".").replace(/%$/, "").trim();
  return RATE.test(rate) && Number(rate) <= 100 ? rate : null;
}

/** What is typed: the rate as text. */
type TaxFields = TaxDraft & { rate: string };

function useTaxForm(tax: Tax | null) {
  const { t } = useTranslation();
  return useForm<TaxFields>({
    initialValues: {
      name: tax?.name ?? "",
      rate: tax?.rate ?? "",
      inclusive: tax?.inclusive ?? false,
      tax_classes: tax?.tax_classes ?? ["standard"],
    },
    validate: {
      name: (value) => (value.trim() === "" ? t("account.required") : null),
      rate: (value) => (rateOf(value) === null ? t("billingSettings.taxes.rateFault") : null),
    },
  });
}

function TaxForm({ tax, onDone }: { tax: Tax | null; onDone: () => void }) {
  const { t } = useTranslation();
  const form = useTaxForm(tax);
  const save = useSaveTax(tax);
  const rest = save.isError ? splitProblem(t, save.error, FIELDS).rest : null;
  const submit = (draft: TaxFields) =>
    save.mutate(
      { ...draft, name: draft.name.trim(), rate: rateOf(draft.rate) ?? draft.rate },
      {
        onSuccess: () => {
          notice({ message: t("billingSettings.saved") });
          onDone();
        },
        onError: (error) => form.setErrors(splitProblem(t, error, FIELDS).byField),
      },
    );
  return (
    <form onSubmit={form.onSubmit(submit)} noValidate data-testid="tax-form">
      <Stack>
        {rest !== null && <ProblemNotice error={rest} />}
        <TextInput
          label={t("billingSettings.taxes.name")}
          placeholder={t("billingSettings.taxes.nameHint")}
          maxLength={60}
          data-autofocus
          data-testid="tax-name"
          {...form.getInputProps("name")}
        />
        <TextInput
          label={t("billingSettings.taxes.rate")}
          inputMode="decimal"
          rightSection={<span aria-hidden>%</span>}
          data-testid="tax-rate"
          {...form.getInputProps("rate")}
        />
        <Radio.Group
          label={t("billingSettings.taxes.how")}
          value={form.values.inclusive ? "inclusive" : "exclusive"}
          onChange={(value) => form.setFieldValue("inclusive", value === "inclusive")}
        >
          <Radio
            value="exclusive"
            label={t("billingSettings.taxes.exclusive")}
            data-testid="tax-exclusive"
          />
          <Radio
            value="inclusive"
            label={t("billingSettings.taxes.inclusive")}
            data-testid="tax-inclusive"
          />
        </Radio.Group>
        <Checkbox.Group
          label={t("billingSettings.taxes.classes")}
          description={t("billingSettings.taxes.classesHint")}
          {...form.getInputProps("tax_classes")}
        >
          <Stack gap={4} mt="xs">
            {CLASSES.map((name) => (
              <Checkbox
                key={name}
                value={name}
                label={t(`billingSettings.taxClass.${name}`)}
                data-testid={`tax-class-${name}`}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" loading={save.isPending} data-testid="save-tax">
            {t("common.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
