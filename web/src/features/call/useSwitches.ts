/** The person's own microphone, camera and screen: state, switches, and words when one fails. */
import { useLocalParticipant } from "@livekit/components-react";
import type { LocalParticipant } from "livekit-client";
import { useCallback, useMemo, useRef, useState } from "react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { classifyFailure } from "../prejoin/failure";
import { failureTitle } from "../prejoin/failureText";

export interface Switch {
  on: boolean;
  busy: boolean;
  set: (on: boolean) => void;
}

export interface Switches {
  microphone: Switch;
  camera: Switch;
  screen: Switch;
}

type Kind = keyof Switches;

const SETTERS: Record<Kind, (who: LocalParticipant, on: boolean) => Promise<unknown>> = {
  microphone: (who, on) => who.setMicrophoneEnabled(on),
  camera: (who, on) => who.setCameraEnabled(on),
  // Sound of the shared tab or screen comes along where the browser offers it.
  screen: (who, on) => who.setScreenShareEnabled(on, { audio: true }),
};

/** True for the one failure that is a decision: the person closed the browser's screen picker. */
function pickerClosed(kind: Kind, error: unknown): boolean {
  return kind === "screen" && error instanceof Error && error.name === "NotAllowedError";
}

export function useSwitches(tell: (text: string) => void): Switches {
  const { t } = useTranslation();
  const { localParticipant, isMicrophoneEnabled, isCameraEnabled, isScreenShareEnabled } =
    useLocalParticipant();
  const [busy, setBusy] = useState<Record<Kind, boolean>>({
    microphone: false,
    camera: false,
    screen: false,
  });
  // Presses are carried out in order: hold-to-talk may let go before the microphone is open.
  const queue = useRef<Promise<void>>(Promise.resolve());
  const set = useCallback(
    (kind: Kind, on: boolean) => {
      const work = async () => {
        setBusy((before) => ({ ...before, [kind]: true }));
        try {
          await SETTERS[kind](localParticipant, on);
        } catch (error) {
          if (!pickerClosed(kind, error)) tell(failureText(t, kind, error));
        } finally {
          setBusy((before) => ({ ...before, [kind]: false }));
        }
      };
      queue.current = queue.current.then(work);
    },
    [localParticipant, tell, t],
  );
  return useMemo(
    () => ({
      microphone: {
        on: isMicrophoneEnabled,
        busy: busy.microphone,
        set: (on) => set("microphone", on),
      },
      camera: { on: isCameraEnabled, busy: busy.camera, set: (on) => set("camera", on) },
      screen: { on: isScreenShareEnabled, busy: busy.screen, set: (on) => set("screen", on) },
    }),
    [isMicrophoneEnabled, isCameraEnabled, isScreenShareEnabled, busy, set],
  );
}

function failureText(t: TFunction, kind: Kind, error: unknown): string {
  if (kind === "screen") return t("call.note.shareFailed");
  return failureTitle(t, kind, classifyFailure(error));
}
