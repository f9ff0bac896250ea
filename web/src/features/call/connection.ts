/** Enters a call: asks the application for a way in, connects, publishes what the preview opened. */
import { ConnectionError, Room, type LocalTrack, type RoomOptions } from "livekit-client";
import { api, unwrap } from "../../api/client";
import { Problem } from "../../api/problem";
import { cameraOptions, microphoneOptions } from "../prejoin/capture";
import type { Choices } from "../prejoin/choices";
import { overForError, type Over } from "./over";

export type Entered = { room: Room } | { over: Over };

/** Simulcast and the layers follow what each viewer shows: small tiles ask for small pictures. */
export function roomOptions(choices: Choices): RoomOptions {
  return {
    adaptiveStream: true,
    dynacast: true,
    disconnectOnPageLeave: true,
    videoCaptureDefaults: cameraOptions(choices),
    audioCaptureDefaults: microphoneOptions(choices),
    audioOutput: choices.speakerId === undefined ? undefined : { deviceId: choices.speakerId },
  };
}

/**
 * @param take hands over the open tracks; called once the connection stands, so that the preview
 *   stays alive until then
 * @throws Problem when the application or the media server refuses or can't be reached
 */
export async function enterCall(
  roomId: string,
  choices: Choices,
  take: () => LocalTrack[],
): Promise<Entered> {
  const join = await unwrap(
    api.POST("/api/v1/calls/rooms/{room_id}/join", {
      params: { path: { room_id: roomId } },
      body: {},
    }),
  );
  const room = new Room(roomOptions(choices));
  try {
    await room.connect(join.url, join.token);
  } catch (error) {
    const over = overForError(error);
    if (over !== null) return { over };
    throw connectionProblem(error);
  }
  exposeToTests(room);
  publish(room, take());
  return { room };
}

function connectionProblem(error: unknown): Problem {
  const status = error instanceof ConnectionError ? (error.status ?? 0) : 0;
  const message = error instanceof Error ? error.message : String(error);
  const refused = status === 401 || status === 403 || status === 404;
  return new Problem({
    status,
    code: refused ? "calls.media_refused" : "calls.media_unavailable",
    message,
  });
}

/** The call starts at once; each track follows as soon as it is negotiated. */
function publish(room: Room, tracks: LocalTrack[]): void {
  for (const track of tracks) {
    room.localParticipant.publishTrack(track).catch(() => {
      // The call goes on without it; its button shows it as off and tries again.
      track.stop();
    });
  }
}

declare global {
  interface Window {
    __videocall?: { room: Room };
  }
}

/** Browser tests read statistics from the room; nobody else gets a handle on it. */
function exposeToTests(room: Room): void {
  try {
    if (window.localStorage.getItem("videocallDebug") === "1") window.__videocall = { room };
  } catch {
    // Without storage nobody can have asked for it.
  }
}
