/** Names the browser's tab after what the page shows. */
import { useDocumentTitle } from "@mantine/hooks";
import { useTranslation } from "react-i18next";

/** @param title what the page shows; empty while it is not known yet */
export function usePageTitle(title: string): void {
  const { t } = useTranslation();
  useDocumentTitle(title === "" ? t("common.appName") : `${title} · ${t("common.appName")}`);
}
