/** What to do when a camera or microphone did not start: its own words for each reason. */
import { Alert, Button, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { IconMicrophoneOff, IconVideoOff } from "../../shared/icons";
import type { CaptureKind, Failure } from "./failure";

interface DeviceHelpProps {
  kind: CaptureKind;
  failure: Failure;
  onRetry: () => void;
}

export function DeviceHelp({ kind, failure, onRetry }: DeviceHelpProps) {
  const { t } = useTranslation();
  const camera = kind === "camera";
  const known = camera ? t("prejoin.help.theCamera") : t("prejoin.help.theMicrophone");
  const any = camera ? t("prejoin.help.aCamera") : t("prejoin.help.aMicrophone");
  const device = failure === "missing" ? any : known;
  const title = t(`prejoin.help.${failure}.title`, { device });
  return (
    <Alert
      color="yellow"
      radius="md"
      icon={camera ? <IconVideoOff /> : <IconMicrophoneOff />}
      title={title.charAt(0).toLocaleUpperCase() + title.slice(1)}
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
