/** Whether this installation still waits for its first administrator. */
import { openApi, unwrap } from "../../api/client";

export const setupQuery = {
  queryKey: ["setup"],
  queryFn: () => unwrap(openApi.GET("/api/v1/users/setup")),
  staleTime: 60_000,
};
