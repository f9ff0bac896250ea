/** Sign-in with e-mail and password; returns to where the person came from. */
import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { openApi, unwrap } from "../../api/client";
import { asProblem } from "../../api/problem";
import { session } from "../../api/session";
import { TextLink } from "../../shared/links";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { splitProblem } from "../../shared/problemText";
import { AuthCard } from "./AuthCard";
import { checkEmail, checkRequired } from "./forms";
import { setupQuery } from "./setupQuery";

const FIELDS = ["email", "password"] as const;

export function SignIn() {
  const { t } = useTranslation();
  const { next } = useSearch({ from: "/sign-in" });
  const router = useRouter();
  const form = useForm({
    initialValues: { email: "", password: "" },
    validate: {
      email: (value) => checkEmail(t, value),
      password: (value) => checkRequired(t, value),
    },
  });
  const signIn = useMutation({
    mutationFn: (values: typeof form.values) =>
      unwrap(
        openApi.POST("/api/v1/users/login", {
          body: { email: values.email.trim(), password: values.password, session: "cookie" },
        }),
      ),
    onSuccess: (tokens) => {
      session.accept(tokens);
      router.history.push(next ?? "/");
    },
    onError: (error) => form.setErrors(splitProblem(t, error, FIELDS).byField),
  });
  // Whoever opens a fresh server without its link learns about it here instead of failing to sign in.
  const setup = useQuery(setupQuery);
  const rest = signIn.isError ? splitProblem(t, signIn.error, FIELDS).rest : null;
  const wrong = rest !== null && asProblem(rest).code === "auth.invalid_credentials";
  return (
    <AuthCard
      title={t("account.signIn.title")}
      text={next?.startsWith("/rooms/") === true ? t("account.signIn.toRoom") : undefined}
    >
      <form
        onSubmit={form.onSubmit((values) => signIn.mutate(values))}
        noValidate
        data-testid="sign-in-form"
      >
        <Stack>
          {setup.data?.needed === true && (
            <Alert color="yellow" data-testid="set-up-needed">
              {t("account.setUp.noToken")}
            </Alert>
          )}
          {rest !== null && (
            <ProblemNotice error={rest} text={wrong ? t("account.signIn.wrong") : undefined} />
          )}
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
            autoComplete="current-password"
            data-testid="password"
            {...form.getInputProps("password")}
          />
          <Button type="submit" loading={signIn.isPending} data-testid="submit" fullWidth>
            {t("account.signIn.action")}
          </Button>
          <TextLink to="/register" search={{ next }} ta="center" py="xs">
            {t("account.signIn.register")}
          </TextLink>
        </Stack>
      </form>
    </AuthCard>
  );
}
