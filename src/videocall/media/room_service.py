"""LiveKit's RoomService: what an application's server may do to rooms and participants."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from google.protobuf.message import Message
from livekit.protocol import models, room, rtc

from videocall.media.engine import DataKind
from videocall.media.grants import Claims
from videocall.media.hub import Hub, Refused
from videocall.media.limits import limits_exceeded
from videocall.media.live_room import LiveRoom
from videocall.media.permissions import Permissions
from videocall.media.rights import change_permissions
from videocall.media.room_options import BadOptions, RoomOptions, preset_refused, read_options
from videocall.media.session import Session
from videocall.media.signals import Reason
from videocall.media.track import Track
from videocall.media.twirp_errors import TwirpError, need, need_admin

_UUID_BYTES = 16
_Answer = Message | Awaitable[Message]


class RoomService:
    """``requests`` maps served methods to their request types; ``known`` are all of LiveKit's."""

    known = frozenset(
        method.name for method in room.DESCRIPTOR.services_by_name["RoomService"].methods
    )

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._methods: dict[str, tuple[type[Message], Callable[[Claims, Any], _Answer]]] = {
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
            "PerformRpc": (room.PerformRpcRequest, self.perform_rpc),
            "ForwardParticipant": (room.ForwardParticipantRequest, self.elsewhere),
            "MoveParticipant": (room.MoveParticipantRequest, self.elsewhere),
        }
        self.requests = {name: request for name, (request, _) in self._methods.items()}

    async def call(self, method: str, claims: Claims, request: Message) -> Message:
        """Serve one call; ``TwirpError`` is the caller's answer."""
        try:
            answer = self._methods[method][1](claims, request)
        except Refused as error:
            raise TwirpError("resource_exhausted", error.text) from error
        return answer if isinstance(answer, Message) else await answer

    # Rooms.
    def create_room(self, claims: Claims, request: room.CreateRoomRequest) -> models.Room:
        need(claims.video.room_create, "roomCreate")
        limits = self._hub.services.config.limits
        if not request.name:
            raise TwirpError("invalid_argument", "no room name")
        if len(request.name) > limits.room_name:
            text = f"room name length exceeds limits: max length {limits.room_name}"
            raise TwirpError("invalid_argument", text)
        options = self._options(request)
        return self._hub.create_room(request.name, options, claims.api_key).room.info()

    def _options(self, request: room.CreateRoomRequest) -> RoomOptions:
        if request.HasField("egress"):
            raise TwirpError("unimplemented", "this server does not record: leave egress out")
        try:
            if request.room_preset:
                raise preset_refused(request.room_preset)
            return read_options(request, self._hub.services.config.limits)
        except BadOptions as error:
            raise TwirpError("invalid_argument", str(error)) from error

    def list_rooms(self, claims: Claims, request: room.ListRoomsRequest) -> room.ListRoomsResponse:
        need(claims.video.room_list, "roomList")
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
        need(claims.video.room_create, "roomCreate")
        self._hub.close_room(self._room(request.room), Reason.ROOM_DELETED)
        return room.DeleteRoomResponse()

    def update_room_metadata(
        self, claims: Claims, request: room.UpdateRoomMetadataRequest
    ) -> models.Room:
        need_admin(claims, request.room)
        self._check_metadata(request.metadata)
        live = self._room(request.room)
        live.set_metadata(request.metadata)
        return live.room.info()

    # Participants.
    def list_participants(
        self, claims: Claims, request: room.ListParticipantsRequest
    ) -> room.ListParticipantsResponse:
        need_admin(claims, request.room)
        sessions: Sequence[Session] = list(self._hub.rooms.get(request.room) or ())
        return room.ListParticipantsResponse(participants=[s.participant.info() for s in sessions])

    def get_participant(
        self, claims: Claims, request: room.RoomParticipantIdentity
    ) -> models.ParticipantInfo:
        need_admin(claims, request.room)
        return self._session(request.room, request.identity).participant.info()

    def remove_participant(
        self, claims: Claims, request: room.RoomParticipantIdentity
    ) -> room.RemoveParticipantResponse:
        need_admin(claims, request.room)
        session = self._session(request.room, request.identity)
        session.room.remove(session, Reason.PARTICIPANT_REMOVED)
        return room.RemoveParticipantResponse()

    def update_participant(
        self, claims: Claims, request: room.UpdateParticipantRequest
    ) -> models.ParticipantInfo:
        need_admin(claims, request.room)
        session = self._session(request.room, request.identity)
        who = session.participant
        broken = limits_exceeded(request, who.attributes, self._hub.services.config.limits)
        if broken:
            raise TwirpError("invalid_argument", broken)
        if who.change(request.name, request.metadata, dict(request.attributes)):
            session.room.described(session)
        if request.HasField("permission"):
            change_permissions(session, Permissions.from_proto(request.permission))
        return who.info()

    def update_subscriptions(
        self, claims: Claims, request: room.UpdateSubscriptionsRequest
    ) -> room.UpdateSubscriptionsResponse:
        need_admin(claims, request.room)
        session = self._session(request.room, request.identity)
        session.reception.choose(
            rtc.UpdateSubscription(
                track_sids=request.track_sids,
                participant_tracks=request.participant_tracks,
                subscribe=request.subscribe,
            ),
            by_client=False,
        )
        return room.UpdateSubscriptionsResponse()

    def mute_published_track(
        self, claims: Claims, request: room.MuteRoomTrackRequest
    ) -> room.MuteRoomTrackResponse:
        need_admin(claims, request.room)
        session = self._session(request.room, request.identity)
        track = _track(session, request.track_sid)
        if not request.muted and not self._hub.services.config.remote_unmute:
            raise TwirpError("failed_precondition", "remote unmute not enabled")
        session.room.tracks.mute_by_server(session, track, request.muted)
        return room.MuteRoomTrackResponse(track=track.info)

    # Data.
    def send_data(self, claims: Claims, request: room.SendDataRequest) -> room.SendDataResponse:
        need_admin(claims, request.room)
        live = self._room(request.room)
        if len(request.data) > self._hub.services.config.limits.data_message:
            most = self._hub.services.config.limits.data_message
            raise TwirpError("invalid_argument", f"the data is larger than {most} bytes")
        if len(request.nonce) not in (0, _UUID_BYTES):
            text = f"nonce should be 16-bytes or not present, got: {len(request.nonce)} bytes"
            raise TwirpError("invalid_argument", text)
        packet = models.DataPacket(
            kind=request.kind,
            destination_identities=request.destination_identities,
            user=models.UserPacket(
                payload=request.data,
                topic=request.topic if request.HasField("topic") else None,
                nonce=request.nonce,
                destination_sids=request.destination_sids,
                destination_identities=request.destination_identities,
            ),
        )
        lossy = request.kind == models.DataPacket.Kind.LOSSY
        self._hub.services.engine.send_data(
            live.room.handle,
            DataKind.LOSSY if lossy else DataKind.RELIABLE,
            packet.SerializeToString(),
            _receivers(live, request),
        )
        return room.SendDataResponse()

    async def perform_rpc(
        self, claims: Claims, request: room.PerformRpcRequest
    ) -> room.PerformRpcResponse:
        need_admin(claims, request.room)
        if not request.destination_identity:
            raise TwirpError("invalid_argument", "destination identity is required")
        session = self._session(request.room, request.destination_identity)
        return await self._hub.procedures.perform(session, request)

    def elsewhere(
        self, claims: Claims, request: room.ForwardParticipantRequest | room.MoveParticipantRequest
    ) -> Message:
        """Forwarding and moving: LiveKit Cloud's. The grants and arguments are checked first."""
        need_admin(claims, request.room)
        need(
            claims.video.destination_room == request.destination_room,
            "destinationRoom for the other room",
        )
        if request.room == request.destination_room:
            text = "destination room cannot be the same as source room"
            raise TwirpError("invalid_argument", text)
        text = "participants stay in their room: let the client join the other one with a token"
        raise TwirpError("unimplemented", text)

    # What calls have in common.
    def _room(self, name: str) -> LiveRoom:
        live = self._hub.rooms.get(name)
        if live is None:
            raise TwirpError("not_found", "requested room does not exist")
        return live

    def _session(self, name: str, identity: str) -> Session:
        session = self._room(name).sessions.get(identity)
        if session is None:
            raise TwirpError("not_found", "participant does not exist")
        return session

    def _check_metadata(self, metadata: str) -> None:
        limit = self._hub.services.config.limits.metadata
        if len(metadata.encode()) > limit:
            text = f"metadata size exceeds limits: at most {limit} bytes"
            raise TwirpError("invalid_argument", text)


def _track(session: Session, sid: str) -> Track:
    track = session.participant.find_track(sid)
    if track is None:
        raise TwirpError("not_found", "track is not found")
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
