"""All rooms of one server: admission, joins and resumes, engine events, the passing of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from livekit.protocol import models, rtc

from videocall.core.logs import get_logger
from videocall.media.config import Limits
from videocall.media.engine import (
    Event,
    ServerData,
    Speakers,
    StreamStates,
    TrackStarted,
    TransportConnected,
    TransportFailed,
)
from videocall.media.grants import KINDS, Claims
from videocall.media.ids import random_text
from videocall.media.join import JoinRequest
from videocall.media.limits import limits_exceeded
from videocall.media.live_room import LiveRoom
from videocall.media.participant import Participant
from videocall.media.permissions import Permissions
from videocall.media.requests import Requests
from videocall.media.room import Room
from videocall.media.room_options import BadOptions, RoomOptions, options_of_token
from videocall.media.rpc import RemoteProcedures
from videocall.media.services import Services
from videocall.media.session import Session
from videocall.media.signal_link import SignalSink
from videocall.media.signals import Action, Reason, leave

log = get_logger(__name__)


class Refused(Exception):
    """A join the server does not take: an HTTP status and a text for the client."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class Hub:
    """The server without its sockets. All methods are quick and never wait."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.requests = Requests(services)
        self.rooms: dict[str, LiveRoom] = {}
        self.joins = 0
        self.procedures = RemoteProcedures(services)
        self._rooms_of_keys: Counter[str] = Counter()
        self._reactions: dict[str, Callable[[Any], None]] = {
            "TransportConnected": self._transport_connected,
            "TransportFailed": self._transport_failed,
            "TrackStarted": self._track_started,
            "Speakers": self._speakers,
            "ServerData": self._server_data,
            "StreamStates": self._stream_states,
        }

    # Rooms.
    def create_room(
        self, name: str, options: RoomOptions | None = None, api_key: str = ""
    ) -> LiveRoom:
        """The room called ``name``, made with ``options`` if it is not there.

        ``Refused`` with 503 when the server, or the API key, has too many rooms.
        """
        if name in self.rooms:
            return self.rooms[name]
        self._check_new_room(api_key)
        services, options = self.services, options or RoomOptions()
        timeouts = services.config.timeouts
        room = Room(
            name=name,
            sid=services.ids.room(),
            handle=services.ids.handle(),
            created_at_ms=int(services.wall() * 1000),
            created=services.now(),
            empty_timeout=options.empty_timeout or timeouts.empty_room,
            departure_timeout=options.departure_timeout or timeouts.departed_room,
            max_participants=options.max_participants,
            metadata=options.metadata,
            sif_trailer=random_text(24).encode(),
            api_key=api_key,
            min_playout_delay=options.min_playout_delay,
            max_playout_delay=options.max_playout_delay,
            sync_streams=options.sync_streams,
        )
        services.engine.open_room(room.handle)
        delays = (options.min_playout_delay, options.max_playout_delay)
        if any(delays):
            services.engine.set_playout_delay(room.handle, *delays)
        live = self.rooms[name] = LiveRoom(room, services)
        self._rooms_of_keys[api_key] += 1
        services.directory.rooms[room.handle] = live
        services.notify("room_started", room.info())
        log.info("room_started", room=name, sid=room.sid)
        return live

    def _check_new_room(self, api_key: str) -> None:
        limits = self.services.config.limits
        if len(self.rooms) >= limits.rooms:
            raise Refused(503, "the server holds too many rooms")
        if limits.rooms_per_key and self._rooms_of_keys[api_key] >= limits.rooms_per_key:
            most = limits.rooms_per_key
            raise Refused(503, f"this API key has its {most} rooms: end one of them first")

    def close_room(
        self,
        live: LiveRoom,
        reason: models.DisconnectReason,
        action: rtc.LeaveRequest.Action = Action.DISCONNECT,
    ) -> None:
        """Everybody leaves; the name is free again."""
        del self.rooms[live.room.name]
        self._rooms_of_keys[live.room.api_key] -= 1
        live.close(reason, action)
        log.info("room_finished", room=live.room.name, sid=live.room.sid)

    def sessions(self) -> Iterator[Session]:
        for live in list(self.rooms.values()):
            yield from live

    def find(self, room: str, identity: str) -> Session | None:
        live = self.rooms.get(room)
        return live.sessions.get(identity) if live else None

    # Joining.
    def check(self, room: str, claims: Claims, request: JoinRequest) -> None:
        """Refuse before the upgrade what would only fail after it."""
        limits, live = self.services.config.limits, self.rooms.get(room)
        joins = not request.reconnect  # who resumes is told to start again, below the upgrade
        if live is None and joins and not self.services.config.auto_create:
            raise Refused(404, "requested room does not exist")
        describes = bool(request.attributes or request.metadata)
        if describes and not claims.video.can_update_own_metadata:
            raise Refused(401, "the token does not allow to set own metadata")
        participant = models.ParticipantInfo(
            name=claims.name,
            metadata=request.metadata or claims.metadata,
            attributes=request.attributes,
        )
        if broken := limits_exceeded(participant, claims.attributes, limits):
            raise Refused(400, broken)
        if request.reconnect or (live and claims.identity in live.sessions):
            return
        if live is None:
            self._check_new_room(claims.api_key)
            _options(claims, limits)
        full = live is not None and live.room.full and not claims.dependent
        if full or (live and len(live.sessions) >= limits.participants_per_room):
            raise Refused(503, "the room is full")
        if sum(1 for s in self.sessions() if not s.participant.active) >= limits.joining:
            raise Refused(503, "too many clients are joining")

    def connect(
        self, room: str, claims: Claims, request: JoinRequest, sink: SignalSink
    ) -> Session | None:
        """A signal connection is up: resume a session or begin one.

        None: there was nothing to resume, and the client was told to start again.
        """
        if not request.reconnect:
            return self._join(room, claims, request, sink)
        session = self.find(room, claims.identity)
        if session is None or not _same_session(session, request):
            sink.send(leave(Reason.STATE_MISMATCH, Action.RECONNECT))
            sink.close(1000, "nothing to resume")
            return None
        if not session.resume(sink):
            return session
        if request.sync_state is not None:
            self.requests.sync_state(session, request.sync_state)
        if request.offer is not None:
            self.requests.handle(session, rtc.SignalRequest(offer=request.offer))
        return session

    def _join(self, room: str, claims: Claims, request: JoinRequest, sink: SignalSink) -> Session:
        live = self.rooms.get(room)
        if live is None:
            options = _options(claims, self.services.config.limits)
            live = self.create_room(room, options, claims.api_key)
        former = live.sessions.get(claims.identity)
        if former is not None:
            live.remove(former, Reason.DUPLICATE_IDENTITY)
        who = self._participant(claims, request)
        engine, directory = self.services.engine, self.services.directory
        engine.add_participant(
            live.room.handle, who.handle, who.sid, who.identity, who.permissions.publish_data
        )
        session = Session(live, who, claims, request, self.services, sink)
        directory.participants[who.handle] = session
        live.admit(session)
        self.joins += 1
        try:
            self.requests.begin(session)
        except Exception:
            live.remove(session, Reason.JOIN_FAILURE)
            raise
        return session

    def _participant(self, claims: Claims, request: JoinRequest) -> Participant:
        return Participant(
            sid=self.services.ids.participant(),
            identity=claims.identity,
            handle=self.services.ids.handle(),
            joined_at_ms=int(self.services.wall() * 1000),
            name=claims.name,
            metadata=request.metadata or claims.metadata,
            attributes={**claims.attributes, **{k: v for k, v in request.attributes.items() if v}},
            permissions=Permissions.from_grant(claims.video),
            kind=KINDS.get(claims.kind, models.ParticipantInfo.Kind.STANDARD),
            client=request.client,
        )

    # The engine and time.
    def engine_events(self, events: Sequence[Event]) -> None:
        """Act on what the engine reports; events of things already gone are ignored.

        Told apart by their names: the engine's own classes are not those of the port.
        """
        for event in events:
            react = self._reactions.get(type(event).__name__)
            if react is not None:
                react(event)

    def _transport_connected(self, event: TransportConnected) -> None:
        if session := self.services.directory.transports.get(event.transport):
            session.transport_connected(event.transport)

    def _transport_failed(self, event: TransportFailed) -> None:
        if session := self.services.directory.transports.get(event.transport):
            session.transport_failed(event.transport, event.reason)

    def _track_started(self, event: TrackStarted) -> None:
        if session := self.services.directory.tracks.get(event.track):
            session.room.tracks.started(session, event.track, event.codec)

    def _speakers(self, event: Speakers) -> None:
        if live := self.services.directory.rooms.get(event.room):
            live.speakers(event.levels, self._sid_of)

    def _stream_states(self, event: StreamStates) -> None:
        if session := self.services.directory.transports.get(event.transport):
            session.reception.states(event.states)

    def _server_data(self, event: ServerData) -> None:
        self.procedures.received(event.participant, event.packet)

    def _sid_of(self, participant: int) -> str | None:
        session = self.services.directory.participants.get(participant)
        return session.participant.sid if session and session.participant.seen else None

    def tick(self, now: float) -> None:
        """Let time pass: dead peers leave, empty rooms close. Call it about once a second."""
        for live in list(self.rooms.values()):
            live.tick(now)
            if live.room.expired(now):
                self.close_room(live, Reason.ROOM_CLOSED)

    def stop(self) -> None:
        """The server stops: clients may come back, to the next one on this address."""
        for live in list(self.rooms.values()):
            self.close_room(live, Reason.SERVER_SHUTDOWN, Action.RECONNECT)


def _options(claims: Claims, limits: Limits) -> RoomOptions:
    try:
        return options_of_token(claims, limits)
    except BadOptions as error:
        raise Refused(400, str(error)) from error


def _same_session(session: Session, request: JoinRequest) -> bool:
    same = request.participant_sid in ("", session.participant.sid)
    return same and session.request.single == request.single and session.resumable
