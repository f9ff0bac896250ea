/** What to do when a camera or microphone did not start: its own words for each reason. */
import { Alert, Button, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { IconMicrophoneOff, IconVideoOff } from "../../shared/icons";
import type { CaptureKind, Failure } from "./failure";
import { deviceName, failureTitle } from "./failureText";

interface DeviceHelpProps {
  /** "both" when camera and microphone failed for the same reason. */
  kind: CaptureKind | "both";
  failure: Failure;
  onRetry: () => void;
}

export function DeviceHelp({ kind, failure, onRetry }: DeviceHelpProps) {
  const { t } = useTranslation();
  const device = deviceName(t, kind, failure);
  return (
    <Alert
      color="yellow"
      radius="md"
      icon={kind === "microphone" ? <IconMicrophoneOff /> : <IconVideoOff />}
      title={failureTitle(t, kind, failure)}
      data-testid={`${kind}-help`}
      data-failure={failure}
    >
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{t(`prejoin.help.${failure}.text`, { device })}</Text>
        {failure !== "insecure" && (
          <Button variant="default" onClick={onRetry} data-testid={`${kind}-retry`}>
            {t("prejoin.help.retry")}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
