/** The quiet frame of sign-in, register and set-up: one form, one main action. */
import { Group, Paper, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Locale } from "../../api/types";
import { Logo } from "../../app/Logo";
import { chooseLocale, LOCALES } from "../../i18n";
import { usePageTitle } from "../../shared/usePageTitle";
import classes from "./AuthCard.module.css";

export function AuthCard({
  title,
  text,
  children,
}: {
  title: string;
  text?: string;
  children: ReactNode;
}) {
  const { t, i18n } = useTranslation();
  usePageTitle(title);
  return (
    <main className={classes.page}>
      <Stack gap="lg" w="100%" maw={420}>
        <Group gap="sm">
          <Logo />
          <Text fw={650}>{t("common.appName")}</Text>
        </Group>
        <Paper className={classes.card} p={{ base: "lg", sm: "xl" }} radius="lg" withBorder>
          <Stack gap="lg">
            <div>
              <Title order={1}>{title}</Title>
              {text !== undefined && (
                <Text c="dimmed" mt="xs">
                  {text}
                </Text>
              )}
            </div>
            {children}
          </Stack>
        </Paper>
        <SegmentedControl
          value={i18n.language}
          onChange={(locale) => void chooseLocale(locale as Locale)}
          data={LOCALES.map((locale) => ({ value: locale, label: t(`common.language.${locale}`) }))}
          aria-label={t("common.language.label")}
          data-testid="language"
        />
      </Stack>
    </main>
  );
}
