/** Whether the controls are shown: they go after some seconds of calm and come back with any movement or key. */
import { useCallback, useEffect, useRef, useState } from "react";

const CALM_MS = 4000;

/** @param held keeps the controls while true: a menu or panel is open, or nobody else is there */
export function useAutoHide(held: boolean): { shown: boolean; toggle: () => void } {
  const [shown, setShown] = useState(true);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const wake = useCallback(() => {
    setShown(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setShown(false), CALM_MS);
  }, []);
  useEffect(() => {
    wake();
    const byPointer = (event: PointerEvent) => {
      // A tap is for `toggle`: waking by it first would turn the tap into hiding again.
      if (event.pointerType !== "touch") wake();
    };
    document.addEventListener("pointermove", byPointer);
    document.addEventListener("keydown", wake);
    document.addEventListener("focusin", wake);
    return () => {
      clearTimeout(timer.current);
      document.removeEventListener("pointermove", byPointer);
      document.removeEventListener("keydown", wake);
      document.removeEventListener("focusin", wake);
    };
  }, [wake]);
  const toggle = useCallback(() => {
    clearTimeout(timer.current);
    if (shown) setShown(false);
    else wake();
  }, [shown, wake]);
  return { shown: shown || held, toggle };
}
