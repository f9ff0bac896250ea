/** Who spoke last, other than oneself; stays when they fall silent. */
import { useRoomContext } from "@livekit/components-react";
import { RoomEvent, type Participant } from "livekit-client";
import { useEffect, useState } from "react";

export function useLastSpeaker(): string | null {
  const room = useRoomContext();
  const [speaker, setSpeaker] = useState<string | null>(null);
  useEffect(() => {
    const update = (speakers: Participant[]) => {
      const loudest = speakers.find((participant) => !participant.isLocal);
      if (loudest !== undefined) setSpeaker(loudest.identity);
    };
    room.on(RoomEvent.ActiveSpeakersChanged, update);
    return () => {
      room.off(RoomEvent.ActiveSpeakersChanged, update);
    };
  }, [room]);
  return speaker;
}
