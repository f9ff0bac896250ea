/** Which pictures a call shows, and in which order. */
import type { TrackReferenceOrPlaceholder } from "@livekit/components-react";
import { Track } from "livekit-client";

/** Stays the same while a person turns the camera on and off. */
export function refKey(ref: TrackReferenceOrPlaceholder): string {
  return `${ref.participant.identity}:${ref.source}`;
}

export function isScreen(ref: TrackReferenceOrPlaceholder): boolean {
  return ref.source === Track.Source.ScreenShare;
}

/**
 * The picture shown large: the pinned one, else a shared screen of somebody else, else whoever
 * spoke last, else anybody else, else oneself.
 */
export function mainRef(
  refs: readonly TrackReferenceOrPlaceholder[],
  pinned: string | null,
  speaker: string | null,
): TrackReferenceOrPlaceholder | undefined {
  const cameras = refs.filter((ref) => !isScreen(ref));
  return (
    refs.find((ref) => refKey(ref) === pinned) ??
    refs.find((ref) => isScreen(ref) && !ref.participant.isLocal) ??
    cameras.find((ref) => ref.participant.identity === speaker && !ref.participant.isLocal) ??
    cameras.find((ref) => !ref.participant.isLocal) ??
    refs[0]
  );
}
