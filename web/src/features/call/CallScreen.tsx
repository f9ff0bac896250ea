/** The screen of the call: stage, panels, controls, and what lies over them. */
import { useParticipants, useTracks } from "@livekit/components-react";
import { useMutation } from "@tanstack/react-query";
import { Track } from "livekit-client";
import { useCallback, useState, type PointerEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import type { Room as RoomInfo } from "../../api/types";
import { roomLink } from "../../shared/links";
import { problemNotice } from "../../shared/notice";
import { Bar } from "./Bar";
import { useCallView } from "./callView";
import { ChatPanel } from "./ChatPanel";
import { Grid } from "./Grid";
import { Alone, Banners, NoteList } from "./Overlays";
import { PeoplePanel } from "./PeoplePanel";
import { isScreen } from "./refs";
import { ShortcutList } from "./ShortcutList";
import { enableShortcuts, shortcutsEnabled, type Shortcut } from "./shortcuts";
import { SpeakerView } from "./SpeakerView";
import { TopBar } from "./TopBar";
import { useAutoHide } from "./useAutoHide";
import { useChatLog } from "./useChatLog";
import { useHand } from "./useHand";
import { useNotes } from "./useNotes";
import { usePushToTalk, useShortcuts } from "./useShortcuts";
import { useSwitches } from "./useSwitches";
import classes from "./CallScreen.module.css";

const SOURCES = [
  { source: Track.Source.Camera, withPlaceholder: true },
  { source: Track.Source.ScreenShare, withPlaceholder: false },
];

interface CallScreenProps {
  info: RoomInfo;
  onLeave: () => void;
}

export function CallScreen({ info, onLeave }: CallScreenProps) {
  const { t } = useTranslation();
  const refs = useTracks(SOURCES, { onlySubscribed: false });
  const sharing = refs.some((ref) => isScreen(ref) && !ref.participant.isLocal);
  const view = useCallView(sharing);
  const { notes, tell } = useNotes();
  const log = useChatLog(view.panel === "chat", tell);
  const switches = useSwitches(tell);
  const hand = useHand();
  const alone = useParticipants().length <= 1;
  const [menuOpen, setMenuOpen] = useState(false);
  const [keys, setKeys] = useState(shortcutsEnabled);
  const { shown, toggle } = useAutoHide(menuOpen || view.panel !== null || alone);
  const end = useEndForAll(info.id);

  const run = useCallback(
    (shortcut: Shortcut) => {
      const actions: Record<Shortcut, () => void> = {
        microphone: () => switches.microphone.set(!switches.microphone.on),
        camera: () => switches.camera.set(!switches.camera.on),
        chat: () => view.togglePanel("chat"),
        people: () => view.togglePanel("people"),
        hand: hand.toggle,
        list: () => view.showShortcutList(true),
      };
      actions[shortcut]();
    },
    [switches, view, hand.toggle],
  );
  useShortcuts(keys, run);
  const talking = usePushToTalk(keys, switches.microphone);

  const tapped = (event: PointerEvent) => {
    const onControl = (event.target as HTMLElement).closest("button, a, input, textarea");
    if (event.pointerType === "touch" && onControl === null) toggle();
  };
  return (
    <main
      className={classes.call}
      data-controls={shown ? "shown" : "hidden"}
      data-testid="call"
      aria-label={info.name}
    >
      <TopBar name={info.name} view={view} />
      <div className={classes.body}>
        <div className={classes.stage} onPointerUp={tapped}>
          {view.mode === "grid" ? (
            <Grid refs={refs} onPin={view.pin} />
          ) : (
            <SpeakerView refs={refs} pinned={view.pinned} onPin={view.pin} />
          )}
          {alone && <Alone link={roomLink(info.id)} />}
        </div>
        {view.panel === "chat" && <ChatPanel log={log} onClose={view.closePanel} />}
        {view.panel === "people" && (
          <PeoplePanel managed={info.can_manage ? info.id : undefined} onClose={view.closePanel} />
        )}
      </div>
      <div className={classes.bottom}>
        <Bar
          view={view}
          switches={switches}
          unread={log.unread}
          shortcuts={keys}
          onMenu={setMenuOpen}
          onLeave={onLeave}
          onEnd={info.can_manage ? end : undefined}
        />
      </div>
      <NoteList notes={notes} />
      <Banners talking={talking} />
      <span className={classes.handState} role="status">
        {hand.raised ? t("call.tile.hand") : ""}
      </span>
      <ShortcutList
        opened={view.shortcutList}
        onClose={() => view.showShortcutList(false)}
        enabled={keys}
        onEnabled={(on) => {
          enableShortcuts(on);
          setKeys(on);
        }}
      />
    </main>
  );
}

/** Ends the room on the server, which then sends everybody out, this page included. */
function useEndForAll(roomId: string): () => void {
  const { mutate } = useMutation({
    mutationFn: () =>
      unwrap(
        api.DELETE("/api/v1/calls/rooms/{room_id}", { params: { path: { room_id: roomId } } }),
      ),
    onError: problemNotice,
  });
  return mutate;
}
