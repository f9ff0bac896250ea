/** A new customer's account; signs in at once, so that nobody types the password twice. */
import { useRouter, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { openApi, unwrap } from "../../api/client";
import { session } from "../../api/session";
import type { Locale } from "../../api/types";
import { TextLink } from "../../shared/links";
import { AuthCard } from "./AuthCard";
import { NewAccountForm, type NewAccount } from "./NewAccountForm";

export function Register() {
  const { t, i18n } = useTranslation();
  const { next } = useSearch({ from: "/register" });
  const router = useRouter();
  const register = async (account: NewAccount) => {
    const locale = i18n.language as Locale;
    await unwrap(openApi.POST("/api/v1/users/register", { body: { ...account, locale } }));
    const { email, password } = account;
    session.accept(
      await unwrap(
        openApi.POST("/api/v1/users/login", { body: { email, password, session: "cookie" } }),
      ),
    );
    router.history.push(next ?? "/");
  };
  return (
    <AuthCard
      title={t("account.register.title")}
      text={next?.startsWith("/rooms/") === true ? t("account.register.toRoom") : undefined}
    >
      <NewAccountForm
        testId="register-form"
        action={t("account.register.action")}
        create={register}
        texts={{ emailTaken: t("account.register.taken") }}
      />
      <TextLink to="/sign-in" search={{ next }} ta="center" py="xs">
        {t("account.register.signIn")}
      </TextLink>
    </AuthCard>
  );
}
