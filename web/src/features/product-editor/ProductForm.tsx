/** The fields of a product, new or known. */
import {
  Button,
  Group,
  NumberInput,
  Paper,
  Select,
  Stack,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useForm, type UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { TaxClass } from "../../api/shop";
import { MoneyInput } from "../../shared/MoneyInput";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { splitProblem } from "../../shared/problemText";
import { CategoryField } from "./CategoryField";
import { currencies } from "./currencies";
import { draftFaults, MAX_DESCRIPTION, MAX_NAME, TAX_CLASSES, type ProductDraft } from "./draft";
import { KindField } from "./KindField";
import { StockField } from "./StockField";
import classes from "./Editor.module.css";

/** The server's names of the fields, and ours. */
const FIELDS = {
  name: "name",
  description: "description",
  price: "price",
  currency: "currency",
  sku: "sku",
  category_id: "category",
  tax_class: "taxClass",
  minutes: "minutes",
  stock: "stock",
} as const satisfies Record<string, keyof ProductDraft>;
type ServerField = keyof typeof FIELDS;

interface ProductFormProps {
  initial: ProductDraft;
  isNew: boolean;
  saving: boolean;
  /** Rejects with a Problem, whose fields the form shows. */
  onSave: (draft: ProductDraft) => Promise<void>;
  error: unknown;
}

export function ProductForm({ initial, isNew, saving, onSave, error }: ProductFormProps) {
  const { t } = useTranslation();
  const form = useForm<ProductDraft>({
    initialValues: initial,
    validate: (draft) => draftFaults(t, draft, isNew),
  });
  const split = (problem: unknown) => {
    const parts = splitProblem(t, problem, Object.keys(FIELDS) as ServerField[]);
    const errors = Object.fromEntries(
      Object.entries(parts.byField).map(([name, text]) => [FIELDS[name as ServerField], text]),
    );
    if (parts.rest?.code !== "products.sku_taken") return { errors, rest: parts.rest };
    return { errors: { ...errors, sku: t("products.skuTaken") }, rest: null };
  };
  const rest = error === null ? null : split(error).rest;
  return (
    <form
      onSubmit={form.onSubmit((draft) => {
        onSave(draft).catch((problem: unknown) => form.setErrors(split(problem).errors));
      })}
      noValidate
      data-testid="product-form"
    >
      <Stack gap="lg">
        {rest !== null && <ProblemNotice error={rest} />}
        <KindField
          value={form.values.kind}
          onChange={(kind) => {
            form.setFieldValue("kind", kind);
            // Things can run out; an hour or a pack rarely does.
            if (isNew && !form.isTouched("limited")) {
              form.setFieldValue("limited", kind === "goods");
            }
          }}
        />
        <Words form={form} />
        <Figures form={form} isNew={isNew} />
        {isNew && <StockField form={form} />}
        <Group>
          <Button type="submit" loading={saving} data-testid="save-product">
            {isNew ? t("products.createAction") : t("products.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export type ProductFormValues = UseFormReturnType<ProductDraft>;

function Words({ form }: { form: ProductFormValues }) {
  const { t } = useTranslation();
  return (
    <Paper withBorder radius="lg" p="lg">
      <Stack>
        <TextInput
          size="md"
          label={t("products.name")}
          placeholder={t("products.namePlaceholder")}
          maxLength={MAX_NAME}
          data-testid="product-name"
          {...form.getInputProps("name")}
        />
        <Textarea
          size="md"
          label={t("products.description")}
          description={t("products.descriptionHint")}
          maxLength={MAX_DESCRIPTION}
          autosize
          minRows={3}
          maxRows={12}
          data-testid="product-description"
          {...form.getInputProps("description")}
        />
        <CategoryField form={form} />
      </Stack>
    </Paper>
  );
}

function Figures({ form, isNew }: { form: ProductFormValues; isNew: boolean }) {
  const { t } = useTranslation();
  const { currency, kind } = form.values;
  return (
    <Paper withBorder radius="lg" p="lg">
      <div className={classes.figures}>
        <MoneyInput
          size="md"
          label={t("products.price")}
          currency={currency}
          data-testid="product-price"
          {...form.getInputProps("price")}
          value={form.values.price}
          onChange={(price) => form.setFieldValue("price", price)}
        />
        <Select
          size="md"
          label={t("products.currency")}
          data={currencies(currency)}
          searchable
          allowDeselect={false}
          data-testid="product-currency"
          {...form.getInputProps("currency")}
        />
        {kind === "minutes" && (
          <NumberInput
            size="md"
            label={t("products.minutes")}
            min={1}
            max={1_000_000}
            allowDecimal={false}
            hideControls
            data-testid="product-minutes"
            {...form.getInputProps("minutes")}
          />
        )}
        <Select
          size="md"
          label={t("products.tax")}
          data={TAX_CLASSES.map((value) => ({ value, label: t(`products.taxes.${value}`) }))}
          allowDeselect={false}
          data-testid="product-tax"
          {...form.getInputProps("taxClass")}
          onChange={(value) => form.setFieldValue("taxClass", value as TaxClass)}
        />
        <TextInput
          size="md"
          label={t("products.sku")}
          description={isNew ? t("products.skuHint") : undefined}
          inputWrapperOrder={["label", "input", "description", "error"]}
          maxLength={64}
          data-testid="product-sku"
          {...form.getInputProps("sku")}
          onChange={(event) =>
            form.setFieldValue("sku", event.currentTarget.value.toLocaleUpperCase("en"))
          }
        />
      </div>
    </Paper>
  );
}
