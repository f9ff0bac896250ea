/**
 * Camera and microphone before the call: opens, switches and closes them, and hands them to the
 * call. Knows nothing of React; `usePreview` reads it.
 */
import {
  createLocalTracks,
  LocalAudioTrack,
  LocalVideoTrack,
  type CreateLocalTracksOptions,
  type LocalTrack,
} from "livekit-client";
import { cameraOptions, microphoneOptions } from "./capture";
import { loadChoices, saveChoices, type Choices } from "./choices";
import { classifyFailure, type CaptureKind, type Failure } from "./failure";

export interface DeviceState<T extends LocalTrack = LocalTrack> {
  /** What the person wants; a failed device is wanted but has no track. */
  wanted: boolean;
  starting: boolean;
  track: T | null;
  failure: Failure | null;
}

export interface PreviewState {
  camera: DeviceState<LocalVideoTrack>;
  microphone: DeviceState<LocalAudioTrack>;
  choices: Choices;
}

type Open = (options: CreateLocalTracksOptions) => Promise<LocalTrack[]>;

export class Preview {
  private state: PreviewState;
  private readonly listeners = new Set<() => void>();
  /** Rises with every change of a device, so that an opening that was overtaken closes its track. */
  private readonly turn: Record<CaptureKind, number> = { camera: 0, microphone: 0 };

  constructor(private readonly open: Open = createLocalTracks) {
    const choices = loadChoices();
    const idle = { starting: false, track: null, failure: null };
    this.state = {
      choices,
      camera: { ...idle, wanted: choices.camera },
      microphone: { ...idle, wanted: choices.microphone },
    };
  }

  readonly getState = (): PreviewState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Opens what the person wants; both at once, so that the browser asks a single question. */
  async start(): Promise<void> {
    const kinds = (["camera", "microphone"] as const).filter((kind) => this.state[kind].wanted);
    if (kinds.length < 2) {
      await Promise.all(kinds.map((kind) => this.openOne(kind)));
      return;
    }
    const turns = kinds.map((kind) => this.begin(kind));
    try {
      const tracks = await this.open(this.options("camera", "microphone"));
      kinds.forEach((kind, index) => this.settle(kind, turns[index] ?? 0, tracks));
    } catch {
      // One missing or refused device must not take the other with it: each is tried alone.
      if (this.turn.camera === turns[0]) await this.openOne("camera");
      if (this.turn.microphone === turns[1]) await this.openOne("microphone");
    }
  }

  /** Turns a device on or off and remembers it. Off closes it, so that its light goes out. */
  async setWanted(kind: CaptureKind, wanted: boolean): Promise<void> {
    this.choose({ [kind]: wanted });
    if (wanted) await this.openOne(kind);
    else this.close(kind, false);
  }

  async setDevice(kind: CaptureKind, deviceId: string): Promise<void> {
    this.choose(kind === "camera" ? { cameraId: deviceId } : { microphoneId: deviceId });
    if (this.state[kind].wanted) await this.openOne(kind);
  }

  setSpeaker(deviceId: string): void {
    this.choose({ speakerId: deviceId });
  }

  async retry(kind: CaptureKind): Promise<void> {
    await this.openOne(kind);
  }

  /** Gives the open tracks away: whoever takes them closes them. */
  take(): LocalTrack[] {
    const { camera, microphone } = this.state;
    this.change("camera", { track: null });
    this.change("microphone", { track: null });
    return [microphone.track, camera.track].filter((track) => track !== null);
  }

  /** Closes everything; `start` may be called again. */
  stop(): void {
    this.close("camera", this.state.camera.wanted);
    this.close("microphone", this.state.microphone.wanted);
  }

  private choose(change: Partial<Choices>): void {
    this.state = { ...this.state, choices: saveChoices(change) };
    this.tell();
  }

  private options(...kinds: CaptureKind[]): CreateLocalTracksOptions {
    const { choices } = this.state;
    return {
      video: kinds.includes("camera") ? cameraOptions(choices) : false,
      audio: kinds.includes("microphone") ? microphoneOptions(choices) : false,
    };
  }

  private async openOne(kind: CaptureKind): Promise<void> {
    const turn = this.begin(kind);
    try {
      this.settle(kind, turn, await this.open(this.options(kind)));
    } catch (error) {
      if (this.turn[kind] !== turn) return;
      this.change(kind, { starting: false, failure: classifyFailure(error) });
    }
  }

  private begin(kind: CaptureKind): number {
    this.state[kind].track?.stop();
    this.change(kind, { wanted: true, starting: true, track: null, failure: null });
    this.turn[kind] += 1;
    return this.turn[kind];
  }

  private settle(kind: CaptureKind, turn: number, tracks: LocalTrack[]): void {
    const type = kind === "camera" ? LocalVideoTrack : LocalAudioTrack;
    const track = tracks.find((candidate) => candidate instanceof type) ?? null;
    if (this.turn[kind] !== turn) {
      track?.stop();
      return;
    }
    this.change(kind, { starting: false, track });
  }

  private close(kind: CaptureKind, wanted: boolean): void {
    this.turn[kind] += 1;
    this.state[kind].track?.stop();
    this.change(kind, { wanted, starting: false, track: null, failure: null });
  }

  private change(kind: CaptureKind, change: Partial<DeviceState>): void {
    this.state = { ...this.state, [kind]: { ...this.state[kind], ...change } };
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
