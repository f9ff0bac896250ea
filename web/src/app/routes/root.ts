/** What every address hangs on: the root, and the office for signed-in people. */
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, redirect } from "@tanstack/react-router";
import type { Session } from "../../api/session";
import { profileQuery } from "../../api/useSession";
import { CrashPage, NotFoundPage } from "../DeadEnds";
import { Office } from "../Office";
import { Shell } from "../Shell";

export interface RouterContext {
  queries: QueryClient;
  session: Session;
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  beforeLoad: async ({ context }) => {
    await context.session.restore();
  },
  component: Shell,
  notFoundComponent: NotFoundPage,
  errorComponent: CrashPage,
});

/** Pages in the frame of the office that everybody may see, also before signing in. */
export const openRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "open",
  component: Office,
});

/** Pages for signed-in people; others sign in first and come back. */
export const officeRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "office",
  beforeLoad: ({ context, location }) => {
    if (context.session.getStatus() !== "signed-in") {
      const next = location.href === "/" ? undefined : location.href;
      throw redirect({ to: "/sign-in", search: { next } });
    }
    void context.queries.prefetchQuery(profileQuery);
  },
  component: Office,
});
