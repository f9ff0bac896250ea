/** Whether the media server holds a picture back because this connection cannot carry it now. */
import { isTrackReference, type TrackReferenceOrPlaceholder } from "@livekit/components-react";
import { ParticipantEvent, Track } from "livekit-client";
import { useCallback, useSyncExternalStore } from "react";

export function usePaused(trackRef: TrackReferenceOrPlaceholder): boolean {
  const { participant } = trackRef;
  const publication = isTrackReference(trackRef) ? trackRef.publication : undefined;
  const subscribe = useCallback(
    (changed: () => void) => {
      participant.on(ParticipantEvent.TrackStreamStateChanged, changed);
      return () => {
        participant.off(ParticipantEvent.TrackStreamStateChanged, changed);
      };
    },
    [participant],
  );
  return useSyncExternalStore(
    subscribe,
    () => publication?.track?.streamState === Track.StreamState.Paused,
  );
}
