"""LiveKit's RoomService: what an application's server may do to rooms and participants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from google.protobuf.message import Message
from livekit.protocol import models, room, rtc

from videocall.media.engine import DataKind
from videocall.media.grants import Claims
from videocall.media.hub import Hub
from videocall.media.limits import limits_exceeded
from videocall.media.live_room import LiveRoom
from videocall.media.permissions import Permissions
from videocall.media.rights import change_permissions
from videocall.media.session import Session
from videocall.media.signals import Reason
from videocall.media.track import Track


class TwirpError(Exception):
    """A Twirp error: one of its codes and a text."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class RoomService:
    """``requests`` maps served methods to their request types; ``known`` are all of LiveKit's."""

    known = frozenset(
        method.name for method in room.DESCRIPTOR.services_by_name["RoomService"].methods
    )

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._methods: dict[str, tuple[type[Message], Callable[[Claims, Any], Message]]] = {
            "CreateRoom": (room.CreateRoomRequest, self.create_room),
            "ListRooms": (room.ListRoomsRequest, self.list_rooms),
            "DeleteRoom": (room.DeleteRoomRequest, self.delete_room),
            "ListParticipants": (room.ListParticipantsRequest, self.list_participants),
            "GetParticipant": (room.RoomParticipantIdentity, self.get_participant),
            "RemoveParticipant": (room.RoomParticipantIdentity, self.remove_participant),
            "MutePublishedTrack": (room.MuteRoomTrackRequest, self.mute_published_track),
            "UpdateParticipant": (room.UpdateParticipantRequest, self.update_participant),
            "UpdateSubscriptions": (room.UpdateSubscriptionsRequest, self.update_subscriptions),
            "SendData": (room.SendDataRequest, self.send_data),
            "UpdateRoomMetadata": (room.UpdateRoomMetadataRequest, self.update_room_metadata),
        }
        self.requests = {name: request for name, (request, _) in self._methods.items()}

    def call(self, method: str, claims: Claims, request: Message) -> Message:
        """Serve one call. ``TwirpError`` is the caller's answer."""
        return self._methods[method][1](claims, request)

    # Rooms.
    def create_room(self, claims: Claims, request: room.CreateRoomRequest) -> models.Room:
        _need(claims.video.room_create, "roomCreate")
        limits = self._hub.services.config.limits
        if not request.name:
            raise TwirpError("invalid_argument", "a room needs a name")
        if len(request.name) > limits.room_name:
            raise TwirpError("invalid_argument", "the room's name is too long")
        self._check_metadata(request.metadata)
        live = self._hub.create_room(
            request.name,
            empty_timeout=request.empty_timeout,
            departure_timeout=request.departure_timeout,
            max_participants=request.max_participants,
            metadata=request.metadata,
        )
        return live.room.info()

    def list_rooms(self, claims: Claims, request: room.ListRoomsRequest) -> room.ListRoomsResponse:
        _need(claims.video.room_list, "roomList")
        chosen = set(request.names)
        return room.ListRoomsResponse(
            rooms=[
                live.room.info()
                for name, live in self._hub.rooms.items()
                if not chosen or name in chosen
            ]
        )

    def delete_room(
        self, claims: Claims, request: room.DeleteRoomRequest
    ) -> room.DeleteRoomResponse:
        _need(claims.video.room_create, "roomCreate")
        self._hub.close_room(self._room(request.room), Reason.ROOM_DELETED)
        return room.DeleteRoomResponse()

    def update_room_metadata(
        self, claims: Claims, request: room.UpdateRoomMetadataRequest
    ) -> models.Room:
        _need_admin(claims, request.room)
        self._check_metadata(request.metadata)
        live = self._room(request.room)
        live.set_metadata(request.metadata)
        return live.room.info()

    # Participants.
    def list_participants(
        self, claims: Claims, request: room.ListParticipantsRequest
    ) -> room.ListParticipantsResponse:
        _need_admin(claims, request.room)
        sessions: Sequence[Session] = list(self._hub.rooms.get(request.room) or ())
        return room.ListParticipantsResponse(participants=[s.participant.info() for s in sessions])

    def get_participant(
        self, claims: Claims, request: room.RoomParticipantIdentity
    ) -> models.ParticipantInfo:
        _need_admin(claims, request.room)
        return self._session(request.room, request.identity).participant.info()

    def remove_participant(
        self, claims: Claims, request: room.RoomParticipantIdentity
    ) -> room.RemoveParticipantResponse:
        _need_admin(claims, request.room)
        session = self._session(request.room, request.identity)
        session.room.remove(session, Reason.PARTICIPANT_REMOVED)
        return room.RemoveParticipantResponse()

    def update_participant(
        self, claims: Claims, request: room.UpdateParticipantRequest
    ) -> models.ParticipantInfo:
        _need_admin(claims, request.room)
        session = self._session(request.room, request.identity)
        who = session.participant
        broken = limits_exceeded(request, who.attributes, self._hub.services.config.limits)
        if broken:
            raise TwirpError("invalid_argument", broken)
        if request.HasField("permission"):
            change_permissions(session, Permissions.from_proto(request.permission))
        if who.change(request.name, request.metadata, dict(request.attributes)):
            session.room.described(session)
        return who.info()

    def update_subscriptions(
        self, claims: Claims, request: room.UpdateSubscriptionsRequest
    ) -> room.UpdateSubscriptionsResponse:
        _need_admin(claims, request.room)
        session = self._session(request.room, request.identity)
        session.reception.choose(
            rtc.UpdateSubscription(
                track_sids=request.track_sids,
                participant_tracks=request.participant_tracks,
                subscribe=request.subscribe,
            )
        )
        return room.UpdateSubscriptionsResponse()

    def mute_published_track(
        self, claims: Claims, request: room.MuteRoomTrackRequest
    ) -> room.MuteRoomTrackResponse:
        _need_admin(claims, request.room)
        session = self._session(request.room, request.identity)
        track = _track(session, request.track_sid)
        if not request.muted and track.info.muted and not self._hub.services.config.remote_unmute:
            raise TwirpError("failed_precondition", "remote unmute not enabled")
        session.room.tracks.mute_by_server(session, track, request.muted)
        return room.MuteRoomTrackResponse(track=track.info)

    # Data.
    def send_data(self, claims: Claims, request: room.SendDataRequest) -> room.SendDataResponse:
        _need_admin(claims, request.room)
        live = self._room(request.room)
        if len(request.data) > self._hub.services.config.limits.data_message:
            raise TwirpError("invalid_argument", "the data is too large")
        packet = models.DataPacket(
            kind=request.kind,
            destination_identities=request.destination_identities,
            user=models.UserPacket(payload=request.data, topic=request.topic, nonce=request.nonce),
        )
        lossy = request.kind == models.DataPacket.Kind.LOSSY
        self._hub.services.engine.send_data(
            live.room.handle,
            DataKind.LOSSY if lossy else DataKind.RELIABLE,
            packet.SerializeToString(),
            _receivers(live, request),
        )
        return room.SendDataResponse()

    # What calls have in common.
    def _room(self, name: str) -> LiveRoom:
        live = self._hub.rooms.get(name)
        if live is None:
            raise TwirpError("not_found", "requested room does not exist")
        return live

    def _session(self, name: str, identity: str) -> Session:
        session = self._hub.find(name, identity)
        if session is None:
            raise TwirpError("not_found", "participant does not exist")
        return session

    def _check_metadata(self, metadata: str) -> None:
        limit = self._hub.services.config.limits.metadata
        if len(metadata.encode()) > limit:
            raise TwirpError("invalid_argument", f"the metadata is larger than {limit} bytes")


def _need(granted: bool, name: str) -> None:
    if not granted:
        raise TwirpError("unauthenticated", f"permissions denied: the token lacks {name}")


def _need_admin(claims: Claims, name: str) -> None:
    _need(claims.video.room_admin and claims.video.room == name, "roomAdmin for this room")


def _track(session: Session, sid: str) -> Track:
    track = session.participant.find_track(sid)
    if track is None:
        raise TwirpError("not_found", "track does not exist")
    return track


def _receivers(live: LiveRoom, request: room.SendDataRequest) -> list[int] | None:
    """The engine's handles of those addressed by sid or identity; None: everybody."""
    if not request.destination_sids and not request.destination_identities:
        return None
    sids, identities = set(request.destination_sids), set(request.destination_identities)
    return [
        session.participant.handle
        for session in live
        if session.participant.sid in sids or session.participant.identity in identities
    ]
