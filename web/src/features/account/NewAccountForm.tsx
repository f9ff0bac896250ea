/** The fields of a new account, for register and set-up. */
import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { splitProblem } from "../../shared/problemText";
import { checkEmail, checkNewPassword, checkRequired } from "./forms";

export interface NewAccount {
  name: string;
  email: string;
  password: string;
}

const FIELDS = ["name", "email", "password"] as const;
/** These refusals are about one field although the server names none. */
const FIELD_OF_CODE: Record<string, (typeof FIELDS)[number] | undefined> = {
  "users.email_taken": "email",
  "users.password_too_long": "password",
};

interface NewAccountFormProps {
  action: string;
  testId: string;
  /** Makes the account; rejects with a Problem. */
  create: (account: NewAccount) => Promise<void>;
  texts?: { emailTaken?: string; setupToken?: string };
}

export function NewAccountForm({ action, testId, create, texts }: NewAccountFormProps) {
  const { t } = useTranslation();
  const form = useForm<NewAccount>({
    initialValues: { name: "", email: "", password: "" },
    validate: {
      name: (value) => checkRequired(t, value),
      email: (value) => checkEmail(t, value),
      password: (value) => checkNewPassword(t, value),
    },
  });
  const split = (error: unknown) => {
    const parts = splitProblem(t, error, FIELDS);
    const field = FIELD_OF_CODE[parts.rest?.code ?? ""];
    if (field === undefined) return parts;
    const text =
      field === "email"
        ? (texts?.emailTaken ?? t("account.register.taken"))
        : t("account.passwordLong");
    return { byField: { ...parts.byField, [field]: text }, rest: null };
  };
  const mutation = useMutation({
    mutationFn: create,
    onError: (error) => form.setErrors(split(error).byField),
  });
  const rest = mutation.isError ? split(mutation.error).rest : null;
  const refusedToken = rest?.code === "users.setup_token_invalid";
  return (
    <form
      onSubmit={form.onSubmit((values) =>
        mutation.mutate({ ...values, name: values.name.trim(), email: values.email.trim() }),
      )}
      noValidate
      data-testid={testId}
    >
      <Stack>
        {rest !== null && (
          <ProblemNotice error={rest} text={refusedToken ? texts?.setupToken : undefined} />
        )}
        <TextInput
          label={t("account.name")}
          description={t("account.nameHint")}
          autoComplete="name"
          data-testid="name"
          {...form.getInputProps("name")}
        />
        <TextInput
          label={t("account.email")}
          type="email"
          autoComplete="username"
          inputMode="email"
          data-testid="email"
          {...form.getInputProps("email")}
        />
        <PasswordInput
          label={t("account.password")}
          description={t("account.passwordHint")}
          autoComplete="new-password"
          data-testid="password"
          {...form.getInputProps("password")}
        />
        <Button type="submit" loading={mutation.isPending} data-testid="submit" fullWidth>
          {action}
        </Button>
      </Stack>
    </form>
  );
}
