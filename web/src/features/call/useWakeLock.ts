/** Keeps a phone's screen on during the call, where the browser can. */
import { useEffect } from "react";

export function useWakeLock(): void {
  useEffect(() => {
    if (!("wakeLock" in navigator)) return undefined;
    let lock: WakeLockSentinel | null = null;
    let current = true;
    const acquire = async () => {
      if (document.visibilityState !== "visible") return;
      const got = await navigator.wakeLock.request("screen");
      if (current) lock = got;
      else await got.release();
    };
    // A low battery may refuse it; the call goes on, only the screen may sleep.
    const attempt = () => void acquire().catch(() => undefined);
    attempt();
    // The browser lets go of the lock whenever the page is hidden.
    document.addEventListener("visibilitychange", attempt);
    return () => {
      current = false;
      document.removeEventListener("visibilitychange", attempt);
      void lock?.release().catch(() => undefined);
    };
  }, []);
}
