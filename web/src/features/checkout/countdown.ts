/** The time left of a reservation, by the server's clock. */
import { useEffect, useState } from "react";

/** Whole seconds left, never below 0. */
export function secondsLeft(expiresAt: string, now: number, aheadMs: number): number {
  return Math.max(0, Math.ceil((Date.parse(expiresAt) - (now - aheadMs)) / 1000));
}

/** "4:09", above an hour "1:04:09". */
export function clock(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.trunc(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

export function useSecondsLeft(expiresAt: string, aheadMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return secondsLeft(expiresAt, now, aheadMs);
}
