/** Renders a part of the page with everything it stands on, at an address. */
import { MantineProvider } from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from "@tanstack/react-router";
import { render, type RenderResult } from "@testing-library/react";
import type { FunctionComponent, ReactNode } from "react";
import { theme } from "../app/theme";

export function Frame({ children }: { children: ReactNode }) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return (
    <QueryClientProvider client={queries}>
      <MantineProvider theme={theme} env="test">
        <ModalsProvider>
          <Notifications />
          {children}
        </ModalsProvider>
      </MantineProvider>
    </QueryClientProvider>
  );
}

interface Place {
  /** The route's own path, as in the router of the page. */
  path: string;
  /** The address to open; the path itself when left out. */
  at?: string;
  /** The page stands inside the office, as its route id then says. */
  inOffice?: boolean;
  /** The page stands among those that need no account. */
  inOpen?: boolean;
}

/** Renders `component` as the page of one route; other addresses show their own name. */
export async function renderAt(
  component: FunctionComponent,
  { path, at = path, inOffice = false, inOpen = false }: Place,
): Promise<RenderResult & { address: () => string }> {
  const root = createRootRoute({
    component: Outlet,
    notFoundComponent: () => <p>elsewhere</p>,
  });
  const framed = inOffice || inOpen;
  const id = inOpen ? "open" : "office";
  const frame = createRoute({ getParentRoute: () => root, id, component: Outlet });
  const route = createRoute({ getParentRoute: () => (framed ? frame : root), path, component });
  const router = createRouter({
    routeTree: root.addChildren(framed ? [frame.addChildren([route])] : [route]),
    history: createMemoryHistory({ initialEntries: [at] }),
  });
  await router.load();
  const view = render(
    <Frame>
      {/* The page's own router type is registered globally; this one is a small stand-in. */}
      <RouterProvider router={router as never} />
    </Frame>,
  );
  return { ...view, address: () => router.state.location.href };
}
