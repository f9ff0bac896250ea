/** A change of the address after a pause in typing, unless the person has gone elsewhere meanwhile. */
import { useDebouncedCallback } from "@mantine/hooks";
import { useRouter } from "@tanstack/react-router";
import { useRef } from "react";

/**
 * Without the check a filter typed just before following a link would pull the person back.
 * @param pauseMs milliseconds without a further call
 */
export function useDebouncedHere<T>(apply: (value: T) => void, pauseMs: number) {
  const router = useRouter();
  const typedAt = useRef("");
  const later = useDebouncedCallback((value: T) => {
    if (router.latestLocation.pathname === typedAt.current) apply(value);
  }, pauseMs);
  return (value: T) => {
    typedAt.current = router.latestLocation.pathname;
    later(value);
  };
}
