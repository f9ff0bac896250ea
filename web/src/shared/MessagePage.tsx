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
  /** Inside the office, which is the page's main part already. */
  inside?: boolean;
}

export function MessagePage(props: MessagePageProps) {
  const { title, text, details, icon, children, testId, inside = false } = props;
  usePageTitle(title);
  const Part = inside ? "div" : "main";
  return (
    <Part className={classes.page} data-testid={testId}>
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
    </Part>
  );
}
