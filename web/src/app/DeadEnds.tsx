/** Pages for addresses that lead nowhere and for failures nobody foresaw. */
import { Button } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { asProblem } from "../api/problem";
import { LinkButton } from "../shared/links";
import { MessagePage } from "../shared/MessagePage";

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <MessagePage
      testId="not-found"
      title={t("common.notFound.title")}
      text={t("common.notFound.text")}
    >
      <LinkButton to="/">{t("common.notFound.action")}</LinkButton>
    </MessagePage>
  );
}

export function CrashPage({ error }: ErrorComponentProps) {
  const { t } = useTranslation();
  return (
    <MessagePage
      testId="crash"
      title={t("common.crash.title")}
      text={t("common.crash.text")}
      details={asProblem(error).message}
    >
      <Button onClick={() => window.location.reload()}>{t("common.crash.action")}</Button>
    </MessagePage>
  );
}
