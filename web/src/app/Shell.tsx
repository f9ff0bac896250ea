/** Around every page: leaves to sign-in when the session ends, and brings focus to a new page. */
import { Outlet, useRouter, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { session } from "../api/session";

export function Shell() {
  const router = useRouter();
  useEffect(
    () =>
      session.subscribe(() => {
        // Guards of the shown page run again: the office leads to sign-in, a room keeps its preview.
        if (session.getStatus() === "signed-out") void router.invalidate();
      }),
    [router],
  );
  useFocusOnNavigation();
  return <Outlet />;
}

/** A screen reader hears the heading of the page it came to. */
function useFocusOnNavigation(): void {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const first = useRef(path);
  useEffect(() => {
    if (first.current === path) return;
    first.current = path;
    const heading = document.querySelector<HTMLElement>("h1");
    if (heading === null) return;
    heading.tabIndex = -1;
    heading.style.outline = "none";
    heading.focus({ preventScroll: true });
  }, [path]);
}
