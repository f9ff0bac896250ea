/** How this page opens cameras and microphones, in the prejoin and in the call alike. */
import { VideoPresets, type AudioCaptureOptions, type VideoCaptureOptions } from "livekit-client";
import type { Choices } from "./choices";

export function cameraOptions(choices: Choices): VideoCaptureOptions {
  return { deviceId: choices.cameraId, resolution: VideoPresets.h720.resolution };
}

export function microphoneOptions(choices: Choices): AudioCaptureOptions {
  const processed = !choices.originalSound;
  return {
    deviceId: choices.microphoneId,
    echoCancellation: processed,
    noiseSuppression: processed,
    autoGainControl: processed,
  };
}
