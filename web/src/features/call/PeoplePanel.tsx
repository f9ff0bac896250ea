/** Everybody in the call: who is heard, who is seen, whose hand is up. */
import { Avatar, Badge } from "@mantine/core";
import {
  useIsMuted,
  useParticipantAttribute,
  useParticipantInfo,
  useParticipants,
} from "@livekit/components-react";
import { RoomEvent, Track, type Participant } from "livekit-client";
import { useTranslation } from "react-i18next";
import { initials } from "../../shared/initials";
import {
  IconHand,
  IconMicrophone,
  IconMicrophoneOff,
  IconVideo,
  IconVideoOff,
} from "../../shared/icons";
import { Panel } from "./Panel";
import { isHost, sortPeople } from "./people";
import { PersonMenu } from "./PersonMenu";
import classes from "./PeoplePanel.module.css";

const CHANGES = [
  RoomEvent.ParticipantAttributesChanged,
  RoomEvent.ParticipantNameChanged,
  RoomEvent.ParticipantMetadataChanged,
];

interface PeoplePanelProps {
  /** Given to who manages the room: they may mute people and send them out. */
  managed: string | undefined;
  onClose: () => void;
}

export function PeoplePanel({ managed, onClose }: PeoplePanelProps) {
  const { t } = useTranslation();
  const participants = useParticipants({ updateOnlyOn: CHANGES });
  return (
    <Panel
      title={t("call.people.title", { count: participants.length })}
      testId="people"
      onClose={onClose}
    >
      <ul className={classes.list}>
        {sortPeople(participants).map((participant) => (
          <Person key={participant.identity} participant={participant} managed={managed} />
        ))}
      </ul>
    </Panel>
  );
}

interface PersonProps {
  participant: Participant;
  managed: string | undefined;
}

function Person({ participant, managed }: PersonProps) {
  const { t } = useTranslation();
  const info = useParticipantInfo({ participant });
  const name = info.name || participant.identity;
  const muted = useIsMuted({ participant, source: Track.Source.Microphone });
  const cameraOff = useIsMuted({ participant, source: Track.Source.Camera });
  const hand = Boolean(useParticipantAttribute("hand", { participant }));
  return (
    <li
      className={classes.person}
      data-testid="participant"
      data-participant={participant.identity}
      data-muted={muted}
      data-hand={hand || undefined}
    >
      <Avatar radius="xl" size={36} color="teal" alt="" aria-hidden>
        {initials(name)}
      </Avatar>
      <span className={classes.name}>
        {name} {participant.isLocal && t("call.people.you")}
      </span>
      {isHost(info.metadata) && (
        <Badge variant="light" className={classes.badge}>
          {t("call.people.host")}
        </Badge>
      )}
      {hand && <IconHand size={20} className={classes.hand} aria-label={t("call.people.hand")} />}
      {muted ? (
        <IconMicrophoneOff size={20} aria-label={t("call.people.microphoneOff")} />
      ) : (
        <IconMicrophone size={20} aria-label={t("call.people.microphoneOn")} />
      )}
      {cameraOff ? (
        <IconVideoOff size={20} aria-label={t("call.people.cameraOff")} />
      ) : (
        <IconVideo size={20} aria-label={t("call.people.cameraOn")} />
      )}
      {managed !== undefined && !participant.isLocal && (
        <PersonMenu roomId={managed} identity={participant.identity} name={name} muted={muted} />
      )}
    </li>
  );
}
