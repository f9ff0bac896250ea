/** The addresses of the page, who may see each, and the parts loaded only when needed. */
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import type { Session } from "../api/session";
import { profileQuery } from "../api/useSession";
import { Register } from "../features/account/Register";
import { SetUp } from "../features/account/SetUp";
import { SignIn } from "../features/account/SignIn";
import { CrashPage, NotFoundPage } from "./DeadEnds";
import { Office } from "./Office";
import { Shell } from "./Shell";
import { roomsSearch, safeNext, type NextSearch } from "./search";

export interface RouterContext {
  queries: QueryClient;
  session: Session;
}

const rootRoute = createRootRouteWithContext<RouterContext>()({
  beforeLoad: async ({ context }) => {
    await context.session.restore();
  },
  component: Shell,
  notFoundComponent: NotFoundPage,
  errorComponent: CrashPage,
});

/** Pages for signed-in people; others sign in first and come back. */
const officeRoute = createRoute({
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

const validateNext = (search: Record<string, unknown>): NextSearch => ({
  next: safeNext(search.next),
});

/** Whoever is signed in already has nothing to do on the pages before sign-in. */
function leaveIfSignedIn({ context, search }: { context: RouterContext; search: NextSearch }) {
  if (context.session.getStatus() === "signed-in") throw redirect({ href: search.next ?? "/" });
}

const children = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/sign-in",
    validateSearch: validateNext,
    beforeLoad: leaveIfSignedIn,
    component: SignIn,
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/register",
    validateSearch: validateNext,
    beforeLoad: leaveIfSignedIn,
    component: Register,
  }),
  createRoute({ getParentRoute: () => rootRoute, path: "/set-up", component: SetUp }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/rooms/$roomId",
    component: lazyRouteComponent(() => import("../features/room/RoomPage"), "RoomPage"),
  }),
] as const;

const officeChildren = [
  createRoute({
    getParentRoute: () => officeRoute,
    path: "/",
    validateSearch: roomsSearch,
    component: lazyRouteComponent(() => import("../features/rooms/RoomsPage"), "RoomsPage"),
  }),
  createRoute({
    getParentRoute: () => officeRoute,
    path: "/profile",
    component: lazyRouteComponent(() => import("../features/profile/ProfilePage"), "ProfilePage"),
  }),
  createRoute({
    getParentRoute: () => officeRoute,
    path: "/people",
    validateSearch: (search: Record<string, unknown>): { search?: string } =>
      typeof search.search === "string" && search.search !== "" ? { search: search.search } : {},
    component: lazyRouteComponent(() => import("../features/people/PeoplePage"), "PeoplePage"),
  }),
] as const;

const routeTree = rootRoute.addChildren([...children, officeRoute.addChildren(officeChildren)]);

export function makeRouter(context: RouterContext) {
  return createRouter({
    routeTree,
    context,
    defaultPreload: "intent",
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
