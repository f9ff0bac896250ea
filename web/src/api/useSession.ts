/** The session and its person, for components. */
import { useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { api, unwrap } from "./client";
import { session, type SessionStatus } from "./session";
import type { User } from "./types";

export function useSessionStatus(): SessionStatus {
  return useSyncExternalStore(session.subscribe, session.getStatus);
}

export const PROFILE = ["profile"] as const;

export const profileQuery = {
  queryKey: PROFILE,
  queryFn: (): Promise<User> => unwrap(api.GET("/api/v1/users/profile")),
  staleTime: 5 * 60_000,
};

/** The signed-in person; undefined while loading and when signed out. */
export function useMe(): User | undefined {
  const status = useSessionStatus();
  return useQuery({ ...profileQuery, enabled: status === "signed-in" }).data;
}
