/** What happens in the call, as short lines that are shown and read out, then go. */
import { useCallback, useEffect, useRef, useState } from "react";
import { useRoomContext } from "@livekit/components-react";
import {
  RoomEvent,
  Track,
  type Participant,
  type RemoteParticipant,
  type RemoteTrackPublication,
} from "livekit-client";
import { useTranslation } from "react-i18next";

export interface Note {
  id: number;
  text: string;
}

const SHOWN_MS = 5000;
const MOST = 3;

export interface Notes {
  notes: Note[];
  tell: (text: string) => void;
}

export function useNotes(): Notes {
  const [notes, setNotes] = useState<Note[]>([]);
  const next = useRef(0);
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());
  const tell = useCallback((text: string) => {
    next.current += 1;
    const id = next.current;
    setNotes((before) => [...before.slice(1 - MOST), { id, text }]);
    const timer = setTimeout(() => {
      timers.current.delete(timer);
      setNotes((before) => before.filter((note) => note.id !== id));
    }, SHOWN_MS);
    timers.current.add(timer);
  }, []);
  useEffect(() => {
    const pending = timers.current;
    return () => pending.forEach(clearTimeout);
  }, []);
  useRoomNotes(tell);
  return { notes, tell };
}

const nameOf = (participant: Participant) => participant.name || participant.identity;

function useRoomNotes(tell: (text: string) => void): void {
  const room = useRoomContext();
  const { t } = useTranslation();
  useEffect(() => {
    const joined = (who: RemoteParticipant) => tell(t("call.note.joined", { name: nameOf(who) }));
    const left = (who: RemoteParticipant) => tell(t("call.note.left", { name: nameOf(who) }));
    const back = () => tell(t("call.note.back"));
    const hand = (changed: Record<string, string>, who: Participant) => {
      if (who.isLocal || !changed.hand) return;
      tell(t("call.note.hand", { name: nameOf(who) }));
    };
    const published = (publication: RemoteTrackPublication, who: RemoteParticipant) => {
      if (publication.source !== Track.Source.ScreenShare) return;
      tell(t("call.note.shares", { name: nameOf(who) }));
    };
    room
      .on(RoomEvent.ParticipantConnected, joined)
      .on(RoomEvent.ParticipantDisconnected, left)
      .on(RoomEvent.Reconnected, back)
      .on(RoomEvent.ParticipantAttributesChanged, hand)
      .on(RoomEvent.TrackPublished, published);
    return () => {
      room
        .off(RoomEvent.ParticipantConnected, joined)
        .off(RoomEvent.ParticipantDisconnected, left)
        .off(RoomEvent.Reconnected, back)
        .off(RoomEvent.ParticipantAttributesChanged, hand)
        .off(RoomEvent.TrackPublished, published);
    };
  }, [room, t, tell]);
}
