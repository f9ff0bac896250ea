/** Why a call is over, as one table from the media server's reasons to our pages. */
import { ConnectionError, ConnectionErrorReason, DisconnectReason } from "livekit-client";

export type Over = "left" | "ended" | "removed" | "elsewhere" | "lost" | "blocked" | "shutdown";

const BY_REASON: Partial<Record<DisconnectReason, Over>> = {
  [DisconnectReason.CLIENT_INITIATED]: "left",
  [DisconnectReason.DUPLICATE_IDENTITY]: "elsewhere",
  [DisconnectReason.SERVER_SHUTDOWN]: "shutdown",
  [DisconnectReason.PARTICIPANT_REMOVED]: "removed",
  [DisconnectReason.ROOM_DELETED]: "ended",
  [DisconnectReason.ROOM_CLOSED]: "ended",
  [DisconnectReason.MEDIA_FAILURE]: "blocked",
};

/** The page for a disconnect; reasons that only engineers tell apart are a lost connection. */
export function overFor(reason: DisconnectReason | undefined): Over {
  return (reason === undefined ? undefined : BY_REASON[reason]) ?? "lost";
}

/** The page for a call that never came about, or null when the join page should show the error. */
export function overForError(error: unknown): Over | null {
  if (!(error instanceof ConnectionError)) return null;
  switch (error.reason) {
    case ConnectionErrorReason.LeaveRequest:
      return overFor(error.context as DisconnectReason);
    // The server answered, yet no media path came up.
    case ConnectionErrorReason.InternalError:
    case ConnectionErrorReason.Timeout:
      return "blocked";
    case ConnectionErrorReason.Cancelled:
      return "left";
    default:
      return null;
  }
}
