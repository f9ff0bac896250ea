/** A room's address: the green room first, then the call, then what comes after. */
import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocation, useParams } from "@tanstack/react-router";
import type { Room as LiveRoom } from "livekit-client";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "../../api/problem";
import { useMe, useSessionStatus } from "../../api/useSession";
import { IconDoor } from "../../shared/icons";
import { LinkButton } from "../../shared/links";
import { MessagePage } from "../../shared/MessagePage";
import { problemDetails, problemText } from "../../shared/problemText";
import { Call } from "../call/Call";
import { enterCall } from "../call/connection";
import type { Over } from "../call/over";
import { OverPage } from "../call/OverPage";
import { Prejoin } from "../prejoin/Prejoin";
import { usePreview } from "../prejoin/usePreview";
import { roomKey, roomQuery } from "../rooms/queries";

type Stage = { at: "prejoin" } | { at: "call"; live: LiveRoom } | { at: "over"; over: Over };

export function RoomPage() {
  const { roomId } = useParams({ from: "/rooms/$roomId" });
  // Another room is another page: nothing of the old call may live on.
  return <RoomStages key={roomId} roomId={roomId} />;
}

function RoomStages({ roomId }: { roomId: string }) {
  const path = useLocation({ select: (location) => location.href });
  const signedIn = useSessionStatus() === "signed-in";
  const me = useMe();
  const queries = useQueryClient();
  const [stage, setStage] = useState<Stage>({ at: "prejoin" });
  const inRoom = useQuery({
    ...roomQuery(roomId),
    enabled: signedIn,
    refetchInterval: stage.at === "prejoin" ? 5000 : false,
  });
  // A refresh that fails for once must not close the green room.
  const refused =
    inRoom.isError && (inRoom.data === undefined || asProblem(inRoom.error).status === 404);
  const closed = refused || inRoom.data?.status === "ended";
  const { preview, state } = usePreview(stage.at === "prejoin" && !closed);
  const join = useMutation({
    mutationFn: () => enterCall(roomId, preview.getState().choices, () => preview.take()),
    onSuccess: (entered) => {
      setStage(
        "room" in entered ? { at: "call", live: entered.room } : { at: "over", over: entered.over },
      );
    },
    onError: () => queries.invalidateQueries({ queryKey: roomKey(roomId) }),
  });
  const live = stage.at === "call" ? stage.live : null;
  useEffect(() => {
    if (live === null) return undefined;
    // Leaving this address by the browser's buttons leaves the call too.
    return () => void live.disconnect();
  }, [live]);
  const over = useCallback((reason: Over) => setStage({ at: "over", over: reason }), []);
  const rejoin = () => {
    join.reset();
    setStage({ at: "prejoin" });
    void queries.invalidateQueries({ queryKey: roomKey(roomId) });
  };

  if (stage.at === "call" && inRoom.data !== undefined) {
    return <Call room={stage.live} info={inRoom.data} onOver={over} />;
  }
  if (stage.at === "over") return <OverPage over={stage.over} onRejoin={rejoin} />;
  if (closed && signedIn) {
    return (
      <ClosedRoom error={refused ? inRoom.error : null} email={me?.email ?? ""} onRetry={rejoin} />
    );
  }
  return (
    <Prejoin
      preview={preview}
      state={state}
      room={inRoom.data}
      me={me}
      signedIn={signedIn}
      path={path}
      joining={join.isPending}
      error={join.error}
      onJoin={() => join.mutate()}
    />
  );
}

interface ClosedRoomProps {
  /** Null when the room is there but has ended. */
  error: unknown;
  email: string;
  onRetry: () => void;
}

function ClosedRoom({ error, email, onRetry }: ClosedRoomProps) {
  const { t } = useTranslation();
  const problem = error === null ? null : asProblem(error);
  if (problem !== null && problem.status !== 404 && problem.status !== 422) {
    return (
      <MessagePage
        testId="room-failed"
        title={t("errors.title")}
        text={problemText(t, problem)}
        details={problemDetails(problem)}
      >
        <Button onClick={onRetry}>{t("common.retry")}</Button>
      </MessagePage>
    );
  }
  const kind = problem === null ? "ended" : "notFound";
  return (
    <MessagePage
      testId={`room-${kind}`}
      title={t(`prejoin.gone.${kind}.title`)}
      text={t(`prejoin.gone.${kind}.text`, { email })}
      icon={<IconDoor size={32} />}
    >
      <LinkButton to="/">{t(`prejoin.gone.${kind}.action`)}</LinkButton>
    </MessagePage>
  );
}
