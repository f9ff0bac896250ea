/** What a failed camera or microphone is called in the sentences about it. */
import type { TFunction } from "i18next";
import type { CaptureKind, Failure } from "./failure";

/** The device as the sentences of the help name it: "your camera", or "camera" where there is none. */
export function deviceName(t: TFunction, kind: CaptureKind | "both", failure: Failure): string {
  const names = {
    camera: [t("prejoin.help.theCamera"), t("prejoin.help.aCamera")],
    microphone: [t("prejoin.help.theMicrophone"), t("prejoin.help.aMicrophone")],
    both: [t("prejoin.help.theBoth"), t("prejoin.help.aBoth")],
  } as const;
  return names[kind][failure === "missing" ? 1 : 0];
}

/** The headline of the help. */
export function failureTitle(t: TFunction, kind: CaptureKind | "both", failure: Failure): string {
  const title = t(`prejoin.help.${failure}.title`, { device: deviceName(t, kind, failure) });
  return title.charAt(0).toLocaleUpperCase() + title.slice(1);
}
