/** A failure in words, with its code and request id to copy. */
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { asProblem } from "../api/problem";
import { CopyButton } from "./CopyButton";
import { IconAlert } from "./icons";
import { problemDetails, problemText } from "./problemText";

interface ProblemNoticeProps {
  error: unknown;
  /** Replaces the text for the code where the place knows better words. */
  text?: string;
  onRetry?: () => void;
}

export function ProblemNotice({ error, text, onRetry }: ProblemNoticeProps) {
  const { t } = useTranslation();
  const problem = asProblem(error);
  return (
    <Alert color="red" role="alert" icon={<IconAlert />} data-testid="problem" radius="md">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{text ?? problemText(t, problem)}</Text>
        <Group gap="xs" c="dimmed">
          <Text size="xs" data-testid="problem-details">
            {t("errors.code")} {problemDetails(problem)}
          </Text>
          <CopyButton
            value={problemDetails(problem)}
            label={t("errors.copyDetails")}
            size="xs"
            variant="subtle"
            color="red"
          />
        </Group>
        {onRetry !== undefined && (
          <Button variant="light" color="red" onClick={onRetry}>
            {t("common.retry")}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
