/** The controls of the call: microphone, camera, share, chat, people, more, leave, in this order. */
import { useParticipants } from "@livekit/components-react";
import { useTranslation } from "react-i18next";
import {
  IconMessage,
  IconMicrophone,
  IconMicrophoneOff,
  IconScreenShare,
  IconScreenShareOff,
  IconUsers,
  IconVideo,
  IconVideoOff,
} from "../../shared/icons";
import { BarButton, SplitMenu } from "./BarButton";
import type { CallView } from "./callView";
import { DeviceItems, OriginalSoundItem } from "./DeviceItems";
import { LeaveControl } from "./LeaveControl";
import { MoreMenu } from "./MoreMenu";
import type { Switches } from "./useSwitches";
import classes from "./Bar.module.css";

export interface BarProps {
  view: CallView;
  switches: Switches;
  unread: number;
  shortcuts: boolean;
  onMenu: (open: boolean) => void;
  onLeave: () => void;
  /** Ends the call for everybody; undefined for whoever may not. */
  onEnd: (() => void) | undefined;
}

/** Phones can't share their screen from a browser. */
export const canShareScreen = (): boolean =>
  typeof navigator.mediaDevices?.getDisplayMedia === "function";

export function Bar(props: BarProps) {
  const { t } = useTranslation();
  const { view, onMenu } = props;
  return (
    <div className={classes.bar} role="toolbar" aria-label={t("call.bar.label")} data-testid="bar">
      <MicrophoneControl {...props} />
      <CameraControl {...props} />
      {canShareScreen() && <ShareControl {...props} />}
      <ChatControl {...props} />
      <PeopleControl {...props} />
      <MoreMenu view={view} switches={props.switches} onMenu={onMenu} />
      <LeaveControl onLeave={props.onLeave} onEnd={props.onEnd} onMenu={onMenu} />
    </div>
  );
}

const key = (shortcuts: boolean, name: string) => (shortcuts ? name : undefined);

function MicrophoneControl({ switches, shortcuts, onMenu }: BarProps) {
  const { t } = useTranslation();
  const { on, busy, set } = switches.microphone;
  return (
    <div className={classes.group}>
      <BarButton
        icon={on ? IconMicrophone : IconMicrophoneOff}
        label={on ? t("call.bar.mute") : t("call.bar.unmute")}
        shortcut={key(shortcuts, "D")}
        tone={on ? "plain" : "off"}
        busy={busy}
        onClick={() => set(!on)}
        testId="toggle-microphone"
      />
      <SplitMenu label={t("call.bar.microphoneDevices")} testId="microphone-menu" onOpened={onMenu}>
        <DeviceItems kind="audioinput" label={t("prejoin.microphone")} />
        {"setSinkId" in HTMLMediaElement.prototype && (
          <DeviceItems kind="audiooutput" label={t("prejoin.speaker")} />
        )}
        <OriginalSoundItem />
      </SplitMenu>
    </div>
  );
}

function CameraControl({ switches, shortcuts, onMenu }: BarProps) {
  const { t } = useTranslation();
  const { on, busy, set } = switches.camera;
  return (
    <div className={classes.group}>
      <BarButton
        icon={on ? IconVideo : IconVideoOff}
        label={on ? t("call.bar.cameraOff") : t("call.bar.cameraOn")}
        shortcut={key(shortcuts, "E")}
        tone={on ? "plain" : "off"}
        busy={busy}
        onClick={() => set(!on)}
        testId="toggle-camera"
      />
      <SplitMenu label={t("call.bar.cameraDevices")} testId="camera-menu" onOpened={onMenu}>
        <DeviceItems kind="videoinput" label={t("prejoin.camera")} />
      </SplitMenu>
    </div>
  );
}

function ShareControl({ switches }: BarProps) {
  const { t } = useTranslation();
  const { on, busy, set } = switches.screen;
  return (
    <BarButton
      className={classes.share}
      icon={on ? IconScreenShareOff : IconScreenShare}
      label={on ? t("call.bar.stopShare") : t("call.bar.share")}
      tone={on ? "active" : "plain"}
      busy={busy}
      onClick={() => set(!on)}
      testId="toggle-share"
    />
  );
}

function ChatControl({ view, unread, shortcuts }: BarProps) {
  const { t } = useTranslation();
  return (
    <BarButton
      icon={IconMessage}
      label={unread > 0 ? t("call.bar.chatUnread", { count: unread }) : t("call.bar.chat")}
      shortcut={key(shortcuts, "C")}
      tone={view.panel === "chat" ? "active" : "plain"}
      aria-expanded={view.panel === "chat"}
      badge={unread}
      onClick={() => view.togglePanel("chat")}
      testId="toggle-chat"
    />
  );
}

function PeopleControl({ view, shortcuts }: BarProps) {
  const { t } = useTranslation();
  const count = useParticipants().length;
  return (
    <BarButton
      icon={IconUsers}
      label={`${t("call.bar.people")}, ${count}`}
      shortcut={key(shortcuts, "P")}
      tone={view.panel === "people" ? "active" : "plain"}
      aria-expanded={view.panel === "people"}
      onClick={() => view.togglePanel("people")}
      testId="toggle-people"
    />
  );
}
