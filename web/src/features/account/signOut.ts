/** Ends the session on the server and here. */
import { openApi } from "../../api/client";
import { session } from "../../api/session";

export async function signOut(): Promise<void> {
  try {
    await openApi.POST("/api/v1/users/logout", { body: {} });
  } catch {
    // Without an answer the cookie stays until it expires; this device forgets the session anyway.
  }
  session.end();
}
