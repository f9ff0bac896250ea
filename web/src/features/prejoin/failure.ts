/** Why a camera or microphone did not start, in the five kinds that need different help. */
import { MediaDeviceFailure } from "livekit-client";

export type CaptureKind = "camera" | "microphone";
export type Failure = "refused" | "missing" | "busy" | "insecure" | "unknown";

/** Browsers give no devices to pages on plain http, except on the computer itself. */
export function capturePossible(): boolean {
  return typeof navigator.mediaDevices?.getUserMedia === "function";
}

export function classifyFailure(error: unknown): Failure {
  if (!capturePossible()) return "insecure";
  const name = error instanceof Error ? error.name : "";
  if (name === "OverconstrainedError") return "missing";
  switch (MediaDeviceFailure.getFailure(error)) {
    case MediaDeviceFailure.PermissionDenied:
      return "refused";
    case MediaDeviceFailure.NotFound:
      return "missing";
    case MediaDeviceFailure.DeviceInUse:
      return "busy";
    default:
      return "unknown";
  }
}
