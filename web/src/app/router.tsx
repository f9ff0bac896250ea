/** The addresses of the page, who may see each, and the parts loaded only when needed. */
import { createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { Register } from "../features/account/Register";
import { SetUp } from "../features/account/SetUp";
import { SignIn } from "../features/account/SignIn";
import { billingRoutes } from "./routes/billing";
import { officeRoute, openRoute, rootRoute, type RouterContext } from "./routes/root";
import { openShopRoutes, shopRoutes } from "./routes/shop";
import { roomsSearch, safeNext, type NextSearch } from "./search";

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

const routeTree = rootRoute.addChildren([
  ...children,
  openRoute.addChildren(openShopRoutes),
  officeRoute.addChildren([...officeChildren, ...shopRoutes, ...billingRoutes]),
]);

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
