/** What the person chose last time on this device: devices, and whether they join heard and seen. */

export interface Choices {
  camera: boolean;
  microphone: boolean;
  cameraId?: string;
  microphoneId?: string;
  speakerId?: string;
  /** No noise suppression, echo cancellation or gain control: for music, with headphones. */
  originalSound: boolean;
}

const KEY = "videocall.choices";
const DEFAULTS: Choices = { camera: true, microphone: true, originalSound: false };

type Store = Pick<Storage, "getItem" | "setItem">;

function store(): Store | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

function flag(value: unknown, fallback: boolean): boolean {
  return typeof value === "boolean" ? value : fallback;
}

function id(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The remembered choices; whatever is missing or malformed falls back to the defaults. */
export function loadChoices(from: Store | null = store()): Choices {
  let parsed: Record<string, unknown> = {};
  try {
    const value: unknown = JSON.parse(from?.getItem(KEY) ?? "{}");
    if (typeof value === "object" && value !== null) parsed = value as Record<string, unknown>;
  } catch {
    // A broken entry is as good as none.
  }
  return {
    camera: flag(parsed.camera, DEFAULTS.camera),
    microphone: flag(parsed.microphone, DEFAULTS.microphone),
    originalSound: flag(parsed.originalSound, DEFAULTS.originalSound),
    cameraId: id(parsed.cameraId),
    microphoneId: id(parsed.microphoneId),
    speakerId: id(parsed.speakerId),
  };
}

/** Remembers some choices, keeping the others. */
export function saveChoices(change: Partial<Choices>, to: Store | null = store()): Choices {
  const choices = { ...loadChoices(to), ...change };
  try {
    to?.setItem(KEY, JSON.stringify(choices));
  } catch {
    // A full or forbidden storage only means that nothing is remembered.
  }
  return choices;
}
