import { LocalAudioTrack, LocalVideoTrack, type CreateLocalTracksOptions } from "livekit-client";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { loadChoices, saveChoices } from "./choices";
import { classifyFailure } from "./failure";
import { meterShare } from "./LevelMeter";
import { Preview } from "./preview";

class Hardware {
  readonly stopped: string[] = [];
  refuse: { video?: string; audio?: string } = {};
  opened = 0;

  private track(type: typeof LocalVideoTrack | typeof LocalAudioTrack, name: string) {
    const track = Object.create(type.prototype) as LocalVideoTrack | LocalAudioTrack;
    track.stop = () => void this.stopped.push(name);
    return track;
  }

  readonly open = vi.fn(async (options: CreateLocalTracksOptions) => {
    const failure =
      (options.video ? this.refuse.video : undefined) ??
      (options.audio ? this.refuse.audio : undefined);
    if (failure !== undefined) throw new DOMException("no", failure);
    this.opened += 1;
    return [
      ...(options.video ? [this.track(LocalVideoTrack, `camera ${this.opened}`)] : []),
      ...(options.audio ? [this.track(LocalAudioTrack, `microphone ${this.opened}`)] : []),
    ];
  });
}

let hardware: Hardware;
beforeEach(() => {
  hardware = new Hardware();
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia: () => undefined } });
});

describe("the preview", () => {
  it("asks for camera and microphone with a single question", async () => {
    const preview = new Preview(hardware.open);
    await preview.start();
    expect(hardware.open).toHaveBeenCalledTimes(1);
    expect(preview.getState().camera.track).toBeInstanceOf(LocalVideoTrack);
    expect(preview.getState().microphone.track).toBeInstanceOf(LocalAudioTrack);
  });

  it("keeps the microphone when the camera is refused, and says why", async () => {
    hardware.refuse = { video: "NotAllowedError" };
    const preview = new Preview(hardware.open);
    await preview.start();
    expect(preview.getState().camera).toMatchObject({ track: null, failure: "refused" });
    expect(preview.getState().microphone.track).not.toBeNull();
  });

  it("opens a refused camera on a retry", async () => {
    hardware.refuse = { video: "NotReadableError" };
    const preview = new Preview(hardware.open);
    await preview.start();
    expect(preview.getState().camera.failure).toBe("busy");
    hardware.refuse = {};
    await preview.retry("camera");
    expect(preview.getState().camera).toMatchObject({ failure: null, starting: false });
    expect(preview.getState().camera.track).not.toBeNull();
  });

  it("turns the camera's light off and remembers it for the next call", async () => {
    const preview = new Preview(hardware.open);
    await preview.start();
    await preview.setWanted("camera", false);
    expect(hardware.stopped).toEqual(["camera 1"]);
    expect(new Preview(hardware.open).getState().camera.wanted).toBe(false);
  });

  it("closes a track that opened after the person had moved on", async () => {
    const preview = new Preview(hardware.open);
    const starting = preview.start();
    preview.stop();
    await starting;
    expect(hardware.stopped.sort()).toEqual(["camera 1", "microphone 1"]);
    expect(preview.getState().camera.track).toBeNull();
  });

  it("does not close the tracks that the call has taken", async () => {
    const preview = new Preview(hardware.open);
    await preview.start();
    expect(preview.take()).toHaveLength(2);
    preview.stop();
    expect(hardware.stopped).toEqual([]);
  });

  it("opens the chosen device in place of the old one", async () => {
    const preview = new Preview(hardware.open);
    await preview.start();
    await preview.setDevice("camera", "second");
    expect(hardware.stopped).toEqual(["camera 1"]);
    expect(hardware.open.mock.lastCall?.[0].video).toMatchObject({ deviceId: "second" });
  });
});

describe("why a device failed", () => {
  it.each([
    ["NotAllowedError", "refused"],
    ["NotFoundError", "missing"],
    ["OverconstrainedError", "missing"],
    ["NotReadableError", "busy"],
    ["AbortError", "unknown"],
  ] as const)("%s is %s", (name, failure) => {
    const error = new Error("x");
    error.name = name;
    expect(classifyFailure(error)).toBe(failure);
  });

  it("is the address when the browser offers no devices at all", () => {
    vi.stubGlobal("navigator", {});
    expect(classifyFailure(new TypeError("undefined"))).toBe("insecure");
  });
});

describe("choices", () => {
  it("survive broken storage", () => {
    window.localStorage.setItem("videocall.choices", '{"camera": "yes", "cameraId": 3');
    expect(loadChoices()).toMatchObject({ camera: true, microphone: true, originalSound: false });
  });

  it("change one at a time", () => {
    saveChoices({ microphone: false });
    saveChoices({ cameraId: "front" });
    expect(loadChoices()).toMatchObject({ microphone: false, camera: true, cameraId: "front" });
  });
});

describe("the level meter", () => {
  it("shows quiet speech and never leaves its scale", () => {
    expect(meterShare(0)).toBe(0);
    expect(meterShare(0.02)).toBeGreaterThan(0.1);
    expect(meterShare(5)).toBe(1);
    expect(meterShare(Number.NaN)).toBe(0);
  });
});
