/** A page that says what happened in plain words and offers one way on. */
import { Code, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { usePageTitle } from "./usePageTitle";
import classes from "./MessagePage.module.css";

interface MessagePageProps {
  title: string;
  text: string;
  /** Raw words for whoever mends it. */
  details?: string;
  icon?: ReactNode;
  children?: ReactNode;
  testId?: string;
}

export function MessagePage({ title, text, details, icon, children, testId }: MessagePageProps) {
  usePageTitle(title);
  return (
    <main className={classes.page} data-testid={testId}>
      <Stack gap="md" maw={460} align="center" ta="center">
        {icon !== undefined && (
          <ThemeIcon size={64} radius="xl" variant="light" aria-hidden>
            {icon}
          </ThemeIcon>
        )}
        <Title order={1}>{title}</Title>
        <Text size="lg" c="dimmed">
          {text}
        </Text>
        {details !== undefined && <Code>{details}</Code>}
        {children}
      </Stack>
    </main>
  );
}
