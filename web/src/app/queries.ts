/** The cache of server state: one for the page, emptied when the person signs out. */
import { QueryClient } from "@tanstack/react-query";
import { asProblem } from "../api/problem";
import type { Session } from "../api/session";

/** Refusals are answers: only what may heal by itself is asked again. */
export function shouldRetry(failures: number, error: unknown): boolean {
  const { status } = asProblem(error);
  const mayHeal = status === 0 || status === 429 || status >= 500;
  return mayHeal && failures < 2;
}

export function makeQueries(session: Session): QueryClient {
  const queries = new QueryClient({
    defaultOptions: {
      queries: { retry: shouldRetry, staleTime: 10_000, refetchOnWindowFocus: true },
    },
  });
  session.subscribe(() => {
    if (session.getStatus() === "signed-out") queries.clear();
  });
  return queries;
}
