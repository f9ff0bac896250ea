/** The person's own picture before the call, with the two switches on it. */
import { ActionIcon, Loader, Text, Tooltip } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { IconMicrophone, IconMicrophoneOff, IconVideo, IconVideoOff } from "../../shared/icons";
import type { CaptureKind } from "./failure";
import type { Preview, PreviewState } from "./preview";
import classes from "./Mirror.module.css";

export function Mirror({ preview, state }: { preview: Preview; state: PreviewState }) {
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  const track = state.camera.track;
  useEffect(() => {
    const element = video.current;
    if (element === null || track === null) return undefined;
    track.attach(element);
    return () => {
      track.detach(element);
    };
  }, [track]);
  const asking = state.camera.starting || state.microphone.starting;
  return (
    <div className={classes.frame}>
      <video
        ref={video}
        className={classes.video}
        data-shown={track !== null || undefined}
        aria-label={t("prejoin.preview")}
        autoPlay
        muted
        playsInline
        data-testid="preview"
      />
      {track === null && (
        <div className={classes.off}>
          {asking ? <Loader color="teal.4" /> : <IconVideoOff size={40} aria-hidden />}
          <Text>{asking ? t("prejoin.asking") : t("prejoin.cameraOff")}</Text>
        </div>
      )}
      <div className={classes.switches}>
        <Switch kind="microphone" preview={preview} on={state.microphone.wanted} />
        <Switch kind="camera" preview={preview} on={state.camera.wanted} />
      </div>
    </div>
  );
}

function Switch({ kind, preview, on }: { kind: CaptureKind; preview: Preview; on: boolean }) {
  const { t } = useTranslation();
  const label =
    kind === "camera"
      ? on
        ? t("prejoin.turnCameraOff")
        : t("prejoin.turnCameraOn")
      : on
        ? t("prejoin.turnMicrophoneOff")
        : t("prejoin.turnMicrophoneOn");
  const Icon = ICONS[kind][on ? "on" : "off"];
  return (
    <Tooltip label={label}>
      <ActionIcon
        className={classes.switch}
        data-off={!on || undefined}
        size={52}
        radius="xl"
        aria-label={label}
        aria-pressed={on}
        onClick={() => void preview.setWanted(kind, !on)}
        data-testid={`preview-${kind}`}
      >
        <Icon size={24} />
      </ActionIcon>
    </Tooltip>
  );
}

const ICONS = {
  camera: { on: IconVideo, off: IconVideoOff },
  microphone: { on: IconMicrophone, off: IconMicrophoneOff },
} as const;
