/** Who sells: what stands on every invoice, and a small look at how it will. */
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
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Seller } from "../../api/billing";
import type { Locale } from "../../api/types";
import { LOCALES } from "../../i18n";
import { notice } from "../../shared/notice";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { splitProblem } from "../../shared/problemText";
import { looksLikeEmail } from "../account/forms";
import classes from "./admin.module.css";
import { LogoPanel } from "./LogoPanel";
import { changeOf, useSaveSeller } from "./queries";

const FIELDS = [
  "name",
  "address",
  "tax_number",
  "registration_number",
  "email",
  "phone",
  "website",
  "bank_details",
  "language",
  "footer",
] as const;

type SellerFields = Record<Exclude<(typeof FIELDS)[number], "language">, string> & {
  language: Locale;
};

/** The address is typed as lines and sent as a list. */
export function addressLines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

export function SellerPanel({ seller }: { seller: Seller }) {
  return (
    <div className={classes.columns}>
      <SellerForm seller={seller} />
      <LogoPanel seller={seller} />
    </div>
  );
}

function useSellerForm(seller: Seller) {
  const { t } = useTranslation();
  return useForm<SellerFields>({
    initialValues: {
      name: seller.name,
      address: seller.address.join("\n"),
      tax_number: seller.tax_number,
      registration_number: seller.registration_number,
      email: seller.email,
      phone: seller.phone,
      website: seller.website,
      bank_details: seller.bank_details,
      language: seller.language,
      footer: seller.footer,
    },
    validate: {
      name: (value) => (value.trim() === "" ? t("account.required") : null),
      email: (value) =>
        value.trim() === "" || looksLikeEmail(value) ? null : t("account.emailInvalid"),
    },
  });
}

function SellerForm({ seller }: { seller: Seller }) {
  const { t } = useTranslation();
  const form = useSellerForm(seller);
  const save = useSaveSeller();
  const rest = save.isError ? splitProblem(t, save.error, FIELDS).rest : null;
  const submit = (values: SellerFields) =>
    save.mutate(changeOf(seller, { ...values, address: addressLines(values.address) }), {
      onSuccess: () => notice({ message: t("billingSettings.saved") }),
      onError: (error) => form.setErrors(splitProblem(t, error, FIELDS).byField),
    });
  const text = (field: Exclude<(typeof FIELDS)[number], "language">) => ({
    label: t(`billingSettings.seller.${field}`),
    "data-testid": `seller-${field}`,
    ...form.getInputProps(field),
  });
  return (
    <Paper withBorder radius="lg" p="lg">
      <form onSubmit={form.onSubmit(submit)} noValidate data-testid="seller-form">
        <Stack>
          <Title order={2} size="h4">
            {t("billingSettings.seller.title")}
          </Title>
          {rest !== null && <ProblemNotice error={rest} />}
          <TextInput {...text("name")} autoComplete="organization" />
          <Textarea {...text("address")} autosize minRows={3} autoComplete="street-address" />
          <Group grow align="flex-start" preventGrowOverflow={false}>
            <TextInput {...text("tax_number")} />
            <TextInput {...text("registration_number")} />
          </Group>
          <Group grow align="flex-start" preventGrowOverflow={false}>
            <TextInput {...text("email")} type="email" />
            <TextInput {...text("phone")} type="tel" />
          </Group>
          <TextInput {...text("website")} type="url" />
          <Textarea
            {...text("bank_details")}
            description={t("billingSettings.seller.bankHint")}
            autosize
            minRows={3}
          />
          <NativeSelect
            label={t("billingSettings.seller.language")}
            description={t("billingSettings.seller.languageHint")}
            data={LOCALES.map((locale) => ({
              value: locale,
              label: t(`common.language.${locale}`),
            }))}
            data-testid="seller-language"
            {...form.getInputProps("language")}
          />
          <Textarea
            {...text("footer")}
            description={t("billingSettings.seller.footerHint")}
            autosize
            minRows={2}
          />
          <Button
            type="submit"
            loading={save.isPending}
            style={{ alignSelf: "flex-start" }}
            data-testid="save-seller"
          >
            {t("common.save")}
          </Button>
        </Stack>
      </form>
    </Paper>
  );
}
