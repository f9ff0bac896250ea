/** Menu entries that change camera, microphone or speaker during the call. */
import { Menu } from "@mantine/core";
import { useMediaDeviceSelect, useRoomContext } from "@livekit/components-react";
import { LocalAudioTrack, Track } from "livekit-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { IconCheck } from "../../shared/icons";
import { microphoneOptions } from "../prejoin/capture";
import { loadChoices, saveChoices, type Choices } from "../prejoin/choices";

const REMEMBER = {
  audioinput: (id: string): Partial<Choices> => ({ microphoneId: id }),
  audiooutput: (id: string): Partial<Choices> => ({ speakerId: id }),
  videoinput: (id: string): Partial<Choices> => ({ cameraId: id }),
} as const;

export function DeviceItems({ kind, label }: { kind: MediaDeviceKind; label: string }) {
  const { t } = useTranslation();
  const { devices, activeDeviceId, setActiveMediaDevice } = useMediaDeviceSelect({ kind });
  const named = devices.filter((device) => device.deviceId !== "");
  const choose = async (id: string) => {
    await setActiveMediaDevice(id);
    saveChoices(REMEMBER[kind](id));
  };
  if (named.length === 0) return null;
  return (
    <>
      <Menu.Label>{label}</Menu.Label>
      {named.map((device, index) => {
        const active = device.deviceId === activeDeviceId;
        return (
          <Menu.Item
            key={device.deviceId}
            role="menuitemradio"
            aria-checked={active}
            rightSection={active ? <IconCheck size={18} /> : null}
            onClick={() => void choose(device.deviceId).catch(() => undefined)}
            data-testid={`device-${kind}`}
            data-device={device.deviceId}
          >
            {device.label || t("prejoin.unnamedDevice", { number: index + 1 })}
          </Menu.Item>
        );
      })}
    </>
  );
}

/** Sound without the filters made for speech: music passes whole. */
export function OriginalSoundItem() {
  const { t } = useTranslation();
  const room = useRoomContext();
  const [on, setOn] = useState(() => loadChoices().originalSound);
  const toggle = async () => {
    const choices = saveChoices({ originalSound: !on });
    setOn(choices.originalSound);
    const options = microphoneOptions(choices);
    room.options.audioCaptureDefaults = { ...room.options.audioCaptureDefaults, ...options };
    const track = room.localParticipant.getTrackPublication(Track.Source.Microphone)?.track;
    if (track instanceof LocalAudioTrack) await track.restartTrack(options);
  };
  return (
    <Menu.Item
      role="menuitemcheckbox"
      aria-checked={on}
      rightSection={on ? <IconCheck size={18} /> : null}
      onClick={() => void toggle().catch(() => undefined)}
      data-testid="original-sound"
    >
      {t("call.bar.originalSound")}
    </Menu.Item>
  );
}
