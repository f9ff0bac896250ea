"""A room at work: the room's state, its sessions and the engine kept in step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from livekit.protocol import models, rtc

from videocall.media.participant import Participant, State
from videocall.media.presence import signs_of
from videocall.media.quality import QualityBoard
from videocall.media.room import Room
from videocall.media.room_tracks import RoomTracks
from videocall.media.services import Services
from videocall.media.session import Session
from videocall.media.signals import Action, Reason, update
from videocall.media.speakers import SpeakerBoard

_ENDS = {
    Reason.ROOM_DELETED: models.RoomEndReason.ROOM_END_API_DELETE,
    Reason.ROOM_CLOSED: models.RoomEndReason.ROOM_END_IDLE_TIMEOUT,
    Reason.SERVER_SHUTDOWN: models.RoomEndReason.ROOM_END_SERVER_SHUTDOWN,
}


class LiveRoom:
    """Every change of a room goes through here, is told to the others and to the webhooks."""

    def __init__(self, room: Room, services: Services) -> None:
        self.room = room
        self.sessions: dict[str, Session] = {}  # by identity
        self.services = services
        self.protocols: dict[str, rtc.CandidateProtocol] = {}  # by identity, simulated
        self._speakers = SpeakerBoard()
        self._qualities = QualityBoard()
        self._room_told = room.info()
        self.tracks = RoomTracks(self)

    def __iter__(self) -> Iterator[Session]:
        return iter(list(self.sessions.values()))

    def session_of(self, participant: Participant) -> Session | None:
        return self.sessions.get(participant.identity)

    # Coming and going.
    def admit(self, session: Session) -> None:
        """Take a session whose participant is known to the engine already."""
        session.participant.state = State.JOINED
        session.participant.touch()
        self.room.add(session.participant)
        self.sessions[session.participant.identity] = session

    def activate(self, session: Session) -> None:
        """Its media is connected: the others learn of it and its tracks."""
        who = session.participant
        if who.state != State.JOINED:
            return
        who.state = State.ACTIVE
        who.touch()
        self.services.notify("participant_joined", self.room.info(), who.info())
        for track in who.tracks.values():
            self.services.notify("track_published", self.room.info(), who.info(), track.info)
        self.announce(who)
        session.send(update(who.info()))
        if (qualities := self._qualities.all()) is not None:
            session.send(qualities)
        self.refresh()

    def resumed(self, session: Session) -> None:
        """Repeat what a client may have missed while it had no signal connection."""
        for track in session.participant.tracks.values():
            self.tracks.repeat_demand(track)
        session.reception.repeat_states()
        if (qualities := self._qualities.all()) is not None:
            session.send(qualities)

    def remove(
        self,
        session: Session,
        reason: models.DisconnectReason,
        action: rtc.LeaveRequest.Action = Action.DISCONNECT,
    ) -> None:
        """Take a participant out of the room, the engine and everybody's view."""
        who = session.participant
        if who.gone:
            return
        was_active = who.active
        who.state, who.disconnect_reason = State.DISCONNECTED, reason
        who.touch()
        info = who.info()
        self.room.discard(who, self.services.now())
        if self.sessions.get(who.identity) is session:
            del self.sessions[who.identity]
        session.reception.close()
        self._remember(who, reason)
        self._forget(session)
        for other in self:
            if was_active and not who.permissions.hidden:
                other.send(update(info))
        session.finish(reason, action)
        self._tell_departure(info, was_active)
        self.refresh()

    def _remember(self, who: Participant, reason: models.DisconnectReason) -> None:
        services, now = self.services, self.services.wall_ms()
        signs = signs_of(services.engine, who.handle, now)
        services.presence.left(self.room, who, signs, now, reason)

    def _forget(self, session: Session) -> None:
        directory, who = self.services.directory, session.participant
        self.services.engine.remove_participant(who.handle)
        directory.participants.pop(who.handle, None)
        for transport in session.negotiator.transports:
            directory.transports.pop(transport, None)
        for track in who.all_tracks():
            self.tracks.forget(track)

    def _tell_departure(self, info: models.ParticipantInfo, was_active: bool) -> None:
        room = self.room.info()
        if not was_active:
            self.services.notify("participant_connection_aborted", room, info)
            return
        for track in info.tracks:
            self.services.notify("track_unpublished", room, info, track)
        self.services.notify("participant_left", room, info)

    def close(
        self,
        reason: models.DisconnectReason,
        action: rtc.LeaveRequest.Action = Action.DISCONNECT,
    ) -> None:
        """Everybody leaves and the engine's room ends."""
        for session in self:
            self.remove(session, reason, action)
        self.services.engine.close_room(self.room.handle)
        self.services.directory.rooms.pop(self.room.handle, None)
        end = _ENDS.get(reason, models.RoomEndReason.ROOM_END_UNKNOWN)
        self.services.presence.ended(self.room, self.services.wall_ms(), Reason.Name(reason))
        self.services.notify("room_finished", self.room.info(), end=end)

    # Telling.
    def announce(self, who: Participant) -> None:
        """Tell the others what ``who`` looks like now, before any media of it reaches them."""
        if not who.seen:
            return
        message = update(who.info())
        for session in self:
            if session.participant is not who:
                session.send(message)

    def refresh(self) -> None:
        """What somebody should receive may have changed."""
        for session in self:
            session.sync()

    # Descriptions.
    def described(self, session: Session) -> None:
        """Name, metadata or attributes have changed: tell everybody and renew the token."""
        self.announce(session.participant)
        session.send(update(session.participant.info()))
        session.refresh_token()

    def set_metadata(self, metadata: str) -> None:
        self.room.metadata = metadata
        self.tell_room()

    def tell_room(self) -> None:
        """Send the room's description where it has changed since last told."""
        info = self.room.info()
        if info == self._room_told:
            return
        self._room_told = info
        for session in self:
            session.send(rtc.SignalResponse(room_update=rtc.RoomUpdate(room=info)))

    def speakers(
        self, levels: Sequence[tuple[int, float]], sid_of: Callable[[int], str | None]
    ) -> None:
        """The engine heard other people, or nobody."""
        heard = [(sid, lvl) for h, lvl in levels if (sid := sid_of(h))]
        self._tell_speakers(self._speakers.hear(heard, self.services.now()))

    def simulate_speaker(self, sid: str, seconds: int) -> None:
        """Show somebody as speaking for a while."""
        now = self.services.now()
        self._speakers.play(sid, now + seconds)
        self._tell_speakers(self._speakers.update(now))

    def _tell_speakers(self, changed: Sequence[models.SpeakerInfo]) -> None:
        if changed:
            message = rtc.SignalResponse(speakers_changed=rtc.SpeakersChanged(speakers=changed))
            for session in self:
                session.send(message)

    def prefer_protocol(self, identity: str, protocol: rtc.CandidateProtocol) -> None:
        """What this identity is offered alone when it joins again; UDP: everything."""
        if protocol == rtc.CandidateProtocol.UDP:
            self.protocols.pop(identity, None)
        elif len(self.protocols) < self.services.config.limits.participants_per_room:
            self.protocols[identity] = protocol

    def tick(self, now: float) -> None:
        for session in self:
            session.tick(now)
        self._tell_speakers(self._speakers.update(now))
        self.tracks.tick()
        self.tell_room()
        self._tell_qualities()

    def _tell_qualities(self) -> None:
        now = {s.participant.sid: s.quality for s in self if s.participant.seen}
        changed = self._qualities.update(now)
        if changed is not None:
            for session in self:
                session.send(changed)
