/** Single keys that work in the call, and when they must not. */

export type Shortcut = "microphone" | "camera" | "chat" | "people" | "hand" | "list";

const KEYS: Record<string, Shortcut> = {
  d: "microphone",
  e: "camera",
  c: "chat",
  p: "people",
  h: "hand",
  "?": "list",
};

/** Keys as the list of shortcuts names them. */
export const SHORTCUT_KEYS: ReadonlyArray<readonly [Shortcut, string]> = [
  ["microphone", "D"],
  ["camera", "E"],
  ["chat", "C"],
  ["people", "P"],
  ["hand", "H"],
  ["list", "?"],
];

/** Where keys write text, no key is a shortcut. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  return target.matches(
    "input, textarea, select, [role='textbox'], [role='menu'] *, [role='dialog'] *",
  );
}

/** The shortcut of a key press, or null. Keys held with Ctrl, Alt or Meta belong to the browser. */
export function shortcutOf(event: KeyboardEvent): Shortcut | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return null;
  if (event.defaultPrevented || isTyping(event.target)) return null;
  return KEYS[event.key.toLowerCase()] ?? null;
}

const STORED = "videocall.shortcuts";

/** Single keys can be switched off: some people's speech input or hands type them by accident. */
export function shortcutsEnabled(): boolean {
  try {
    return window.localStorage.getItem(STORED) !== "off";
  } catch {
    return true;
  }
}

export function enableShortcuts(on: boolean): void {
  try {
    window.localStorage.setItem(STORED, on ? "on" : "off");
  } catch {
    // Without storage the choice lasts as long as the call.
  }
}
