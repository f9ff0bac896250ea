/** One picture of the call: a person's camera or a shared screen, with name, mute, hand and connection. */
import { ActionIcon, Tooltip } from "@mantine/core";
import {
  isTrackReference,
  useIsMuted,
  useIsSpeaking,
  useParticipantAttribute,
  useParticipantInfo,
  VideoTrack,
  type TrackReferenceOrPlaceholder,
} from "@livekit/components-react";
import { Track } from "livekit-client";
import { useRef, type CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { initials } from "../../shared/initials";
import {
  IconHand,
  IconMicrophoneOff,
  IconPin,
  IconPinnedOff,
  IconScreenShare,
  IconWifiOff,
} from "../../shared/icons";
import { Quality } from "./Quality";
import classes from "./Tile.module.css";
import { usePaused } from "./usePaused";
import { useUprightMark } from "./useUprightMark";

interface TileProps {
  trackRef: TrackReferenceOrPlaceholder;
  style?: CSSProperties;
  /** Large in speaker view: shows the whole picture instead of filling the tile. */
  whole?: boolean;
  pinned?: boolean;
  onPin?: () => void;
}

export function Tile({ trackRef, style, whole = false, pinned = false, onPin }: TileProps) {
  const { t } = useTranslation();
  const { participant, source } = trackRef;
  const tile = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const screen = source === Track.Source.ScreenShare;
  const name = useParticipantInfo({ participant }).name || participant.identity;
  const speaking = useIsSpeaking(participant);
  const muted = useIsMuted({ participant, source: Track.Source.Microphone });
  const cameraOff = useIsMuted(trackRef);
  const hand = Boolean(useParticipantAttribute("hand", { participant }));
  const paused = usePaused(trackRef);
  const shown = isTrackReference(trackRef) && !cameraOff;
  useUprightMark(video, tile, shown);
  const title = useTitle(name, screen, participant.isLocal);
  return (
    <div
      ref={tile}
      className={classes.tile}
      style={style}
      role="group"
      aria-label={title}
      data-testid="tile"
      data-participant={participant.identity}
      data-source={source}
      data-local={participant.isLocal || undefined}
      data-speaking={(speaking && !muted && !screen) || undefined}
      data-muted={muted}
      data-whole={whole || screen || undefined}
    >
      {shown ? (
        <VideoTrack
          ref={video}
          trackRef={trackRef}
          className={classes.video}
          aria-label={t("call.tile.label", { name })}
        />
      ) : (
        <div className={classes.avatar} aria-hidden>
          <span>{initials(name)}</span>
        </div>
      )}
      {/* Over the picture, not in its place: one that is taken away would not be sent again. */}
      {shown && paused && (
        <div className={classes.paused} role="status" data-testid="paused">
          <IconWifiOff size={28} aria-hidden />
          <span>{t("call.tile.paused")}</span>
        </div>
      )}
      {hand && !screen && (
        <div className={classes.hand} data-testid="hand">
          <IconHand size={18} aria-label={t("call.tile.hand")} />
        </div>
      )}
      <div className={classes.plate}>
        {screen && <IconScreenShare size={16} aria-hidden />}
        {muted && !screen && (
          <IconMicrophoneOff
            size={16}
            className={classes.mute}
            aria-label={t("call.tile.muted")}
            data-testid="muted"
          />
        )}
        <span className={classes.name}>{title}</span>
      </div>
      {!screen && (
        <div className={classes.quality}>
          <Quality participant={participant} name={name} />
        </div>
      )}
      {onPin !== undefined && <PinButton title={title} pinned={pinned} onPin={onPin} />}
    </div>
  );
}

function useTitle(name: string, screen: boolean, local: boolean): string {
  const { t } = useTranslation();
  if (screen) return local ? t("call.tile.yourScreen") : t("call.tile.screenOf", { name });
  return local ? t("call.tile.you", { name }) : name;
}

function PinButton({
  title,
  pinned,
  onPin,
}: {
  title: string;
  pinned: boolean;
  onPin: () => void;
}) {
  const { t } = useTranslation();
  const label = pinned
    ? t("call.tile.unpin", { name: title })
    : t("call.tile.pin", { name: title });
  return (
    <Tooltip label={label}>
      <ActionIcon
        className={classes.pin}
        aria-label={label}
        aria-pressed={pinned}
        onClick={onPin}
        data-testid="pin"
      >
        {pinned ? <IconPinnedOff size={20} /> : <IconPin size={20} />}
      </ActionIcon>
    </Tooltip>
  );
}
