/** Listens for the shortcuts and for Space, which opens a muted microphone while it is held. */
import { useEffect, useRef, useState } from "react";
import { isTyping, shortcutOf, type Shortcut } from "./shortcuts";
import type { Switch } from "./useSwitches";

export function useShortcuts(enabled: boolean, run: (shortcut: Shortcut) => void): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    if (!enabled) return undefined;
    const pressed = (event: KeyboardEvent) => {
      const shortcut = shortcutOf(event);
      if (shortcut === null) return;
      event.preventDefault();
      latest.current(shortcut);
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [enabled]);
}

/** True while the microphone is open because Space is held. */
export function usePushToTalk(enabled: boolean, microphone: Switch): boolean {
  const [talking, setTalking] = useState(false);
  const latest = useRef(microphone);
  useEffect(() => {
    latest.current = microphone;
  });
  useEffect(() => {
    if (!enabled) return undefined;
    return listenForSpace(() => latest.current, setTalking);
  }, [enabled]);
  return talking;
}

function listenForSpace(microphone: () => Switch, tell: (talking: boolean) => void): () => void {
  let held = false;
  // A button that was clicked keeps focus; Space talks all the same. One that was reached by
  // keyboard is pressed by Space, as everywhere.
  let byKeyboard = false;
  const pointer = () => (byKeyboard = false);
  const ours = (event: KeyboardEvent) => {
    if (event.code !== "Space" || isTyping(event.target)) return false;
    return !(
      byKeyboard &&
      event.target instanceof HTMLElement &&
      event.target.matches("button, a")
    );
  };
  const down = (event: KeyboardEvent) => {
    if (event.key === "Tab" || event.key.startsWith("Arrow")) byKeyboard = true;
    if (!ours(event)) return;
    event.preventDefault();
    if (held || event.repeat || microphone().on) return;
    held = true;
    tell(true);
    microphone().set(true);
  };
  const release = () => {
    if (!held) return;
    held = false;
    tell(false);
    microphone().set(false);
  };
  const up = (event: KeyboardEvent) => {
    if (event.code !== "Space") return;
    if (ours(event)) event.preventDefault();
    release();
  };
  document.addEventListener("pointerdown", pointer);
  document.addEventListener("keydown", down);
  document.addEventListener("keyup", up);
  window.addEventListener("blur", release);
  return () => {
    release();
    document.removeEventListener("pointerdown", pointer);
    document.removeEventListener("keydown", down);
    document.removeEventListener("keyup", up);
    window.removeEventListener("blur", release);
  };
}
