/** The first administrator, by the one-time link that the server printed at its first start. */
import { Alert, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { openApi, unwrap } from "../../api/client";
import { session } from "../../api/session";
import { LinkButton } from "../../shared/links";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { AuthCard } from "./AuthCard";
import { setupQuery } from "./setupQuery";
import { NewAccountForm, type NewAccount } from "./NewAccountForm";

/** The token travels behind the # so that it reaches no server log. */
export function tokenFromHash(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, "")).get("token") || null;
}

export function SetUp() {
  const { t } = useTranslation();
  const router = useRouter();
  const [token] = useState(() => tokenFromHash(window.location.hash));
  const setup = useQuery(setupQuery);
  const create = async (account: NewAccount) => {
    const body = { ...account, token: token ?? "", session: "cookie" as const };
    session.accept(await unwrap(openApi.POST("/api/v1/users/setup", { body })));
    router.history.replace("/");
  };
  if (setup.data?.needed === false) {
    return (
      <AuthCard title={t("account.setUp.title")} text={t("account.setUp.done")}>
        <LinkButton to="/sign-in" fullWidth>
          {t("account.setUp.toSignIn")}
        </LinkButton>
      </AuthCard>
    );
  }
  return (
    <AuthCard title={t("account.setUp.title")} text={t("account.setUp.text")}>
      {setup.isError && <ProblemNotice error={setup.error} onRetry={() => void setup.refetch()} />}
      {setup.isPending && <Skeleton height={320} />}
      {setup.data?.needed === true && token === null && (
        <Alert color="yellow" data-testid="set-up-no-token">
          {t("account.setUp.noToken")}
        </Alert>
      )}
      {setup.data?.needed === true && token !== null && (
        <NewAccountForm
          testId="set-up-form"
          action={t("account.setUp.action")}
          create={create}
          texts={{ setupToken: t("account.setUp.wrongToken") }}
        />
      )}
    </AuthCard>
  );
}
