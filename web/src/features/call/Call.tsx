/** The call itself, from the first picture to the last; always dark. */
import { RoomAudioRenderer, RoomContext } from "@livekit/components-react";
import { ConnectionState, RoomEvent, type DisconnectReason, type Room } from "livekit-client";
import { useEffect } from "react";
import type { Room as RoomInfo } from "../../api/types";
import { useForcedDark } from "../../app/scheme";
import { usePageTitle } from "../../shared/usePageTitle";
import { CallScreen } from "./CallScreen";
import { overFor, type Over } from "./over";
import { useWakeLock } from "./useWakeLock";

interface CallProps {
  room: Room;
  info: RoomInfo;
  onOver: (over: Over) => void;
}

export function Call({ room, info, onOver }: CallProps) {
  useForcedDark();
  useWakeLock();
  usePageTitle(info.name);
  useEffect(() => {
    const over = (reason?: DisconnectReason) => onOver(overFor(reason));
    // The connection may have ended between joining and this first look at it.
    if (room.state === ConnectionState.Disconnected) onOver("lost");
    room.on(RoomEvent.Disconnected, over);
    return () => {
      room.off(RoomEvent.Disconnected, over);
    };
  }, [room, onOver]);
  return (
    <RoomContext.Provider value={room}>
      <RoomAudioRenderer />
      <CallScreen info={info} onLeave={() => void room.disconnect()} />
    </RoomContext.Provider>
  );
}
