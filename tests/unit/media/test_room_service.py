"""RoomService: grants, effects and errors of each method."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from google.protobuf.message import Message
from livekit.protocol import models, room, rtc

from tests.unit.media.world import World
from videocall.media.config import Limits
from videocall.media.room_service import RoomService
from videocall.media.signals import Reason
from videocall.media.twirp_errors import TwirpError

ADMIN = {"roomJoin": False, "roomCreate": True, "roomList": True, "roomAdmin": True}


class Office:
    """RoomService with a token that may do everything in ``room``."""

    def __init__(self, **config: Any) -> None:
        self.world = World(**config)
        self.service = RoomService(self.world.hub)

    def call(self, method: str, request: Message, **grant: Any) -> Any:
        claims = self.world.claims("office", **{**ADMIN, **grant})
        return asyncio.run(self.service.call(method, claims, request))

    def fails(self, method: str, request: Message, **grant: Any) -> str:
        with pytest.raises(TwirpError) as error:
            self.call(method, request, **grant)
        return error.value.code


@pytest.fixture
def office() -> Office:
    return Office()


def test_rooms_are_created_listed_and_deleted(office: Office) -> None:
    request = room.CreateRoomRequest(
        name="room", empty_timeout=9, departure_timeout=8, max_participants=3, metadata="m"
    )
    made = office.call("CreateRoom", request)
    assert (made.empty_timeout, made.departure_timeout, made.max_participants) == (9, 8, 3)
    assert office.call("CreateRoom", request).sid == made.sid
    office.call("CreateRoom", room.CreateRoomRequest(name="other"))
    listed = office.call("ListRooms", room.ListRoomsRequest(names=["room", "nowhere"]))
    assert [r.name for r in listed.rooms] == ["room"]
    ann = office.world.join("ann")
    office.call("DeleteRoom", room.DeleteRoomRequest(room="room"))
    assert ann.last("leave").reason == Reason.ROOM_DELETED
    listed = office.call("ListRooms", room.ListRoomsRequest())
    assert [r.name for r in listed.rooms] == ["other"]
    assert office.fails("DeleteRoom", room.DeleteRoomRequest(room="room")) == "not_found"


def test_participants_are_listed_read_and_removed(office: Office) -> None:
    ann = office.world.join("ann")
    listed = office.call("ListParticipants", room.ListParticipantsRequest(room="room"))
    assert [p.identity for p in listed.participants] == ["ann"]
    who = room.RoomParticipantIdentity(room="room", identity="ann")
    assert office.call("GetParticipant", who).sid == ann.sid
    office.call("RemoveParticipant", who)
    assert ann.last("leave").reason == Reason.PARTICIPANT_REMOVED
    assert office.fails("RemoveParticipant", who) == "not_found"
    assert office.fails("GetParticipant", who) == "not_found"


def test_a_track_is_muted_for_its_publisher(office: Office) -> None:
    ann, ben = office.world.join("ann"), office.world.join("ben")
    mic = ann.publish("mic", "audio")
    request = room.MuteRoomTrackRequest(room="room", identity="ann", track_sid=mic.sid, muted=True)
    assert office.call("MutePublishedTrack", request).track.muted
    assert ann.last("mute").muted
    assert ben.view()["ann"].tracks[0].muted
    request.muted = False
    assert office.fails("MutePublishedTrack", request) == "failed_precondition"
    request.track_sid = "TR_none"
    assert office.fails("MutePublishedTrack", request) == "not_found"


def test_remote_unmute_is_a_setting() -> None:
    office = Office(remote_unmute=True)
    ann = office.world.join("ann")
    mic = ann.publish("mic", "audio", muted=True)
    request = room.MuteRoomTrackRequest(room="room", identity="ann", track_sid=mic.sid)
    assert not office.call("MutePublishedTrack", request).track.muted
    assert not ann.last("mute").muted


def test_a_participant_is_updated(office: Office) -> None:
    ann, ben = office.world.join("ann"), office.world.join("ben")
    ann.publish("cam")
    info = office.call(
        "UpdateParticipant",
        room.UpdateParticipantRequest(
            room="room",
            identity="ann",
            name="Anna",
            permission=models.ParticipantPermission(can_subscribe=True),
        ),
    )
    assert (info.name, info.permission.can_publish, len(info.tracks)) == ("Anna", False, 0)
    assert not ben.view()["ann"].tracks
    assert ann.all("track_unpublished")
    assert not office.world.engine.participants[ann.session.participant.handle][3]
    claims = office.world.tokens.verify(ann.last("refresh_token"))
    assert not claims.video.can_publish
    too_long = room.UpdateParticipantRequest(room="room", identity="ann", name="n" * 300)
    assert office.fails("UpdateParticipant", too_long) == "invalid_argument"


def test_hiding_a_participant_makes_it_vanish(office: Office) -> None:
    office.world.join("ann")
    ben = office.world.join("ben")
    permission = models.ParticipantPermission(can_subscribe=True, hidden=True)
    office.call(
        "UpdateParticipant",
        room.UpdateParticipantRequest(room="room", identity="ann", permission=permission),
    )
    assert "ann" not in ben.view()


def test_subscriptions_are_chosen_for_a_participant(office: Office) -> None:
    ann, ben = office.world.join("ann"), office.world.join("ben")
    cam, mic = ann.publish("cam"), ann.publish("mic", "audio")
    request = room.UpdateSubscriptionsRequest(
        room="room",
        identity="ben",
        track_sids=[cam.sid],
        participant_tracks=[models.ParticipantTracks(track_sids=[mic.sid])],
    )
    office.call("UpdateSubscriptions", request)
    assert ben.session.wanted() == []


def test_data_goes_to_all_or_to_some(office: Office) -> None:
    world = office.world
    ann, ben = world.join("ann"), world.join("ben")
    office.call("SendData", room.SendDataRequest(room="room", data=b"all", topic="t"))
    office.call(
        "SendData",
        room.SendDataRequest(
            room="room",
            data=b"some",
            kind=models.DataPacket.Kind.LOSSY,
            destination_identities=["ann"],
            destination_sids=[ben.sid],
        ),
    )
    everybody, some = world.engine.data
    packet = models.DataPacket.FromString(everybody[2])
    assert (packet.user.payload, packet.user.topic, everybody[3]) == (b"all", "t", None)
    handles = {c.session.participant.handle for c in (ann, ben)}
    assert set(some[3] or ()) == handles
    assert some[1].name == "LOSSY"
    large = room.SendDataRequest(room="room", data=b"x" * 64_001)
    assert office.fails("SendData", large) == "invalid_argument"
    assert office.fails("SendData", room.SendDataRequest(room="no"), room="no") == "not_found"


def test_room_metadata_reaches_everybody(office: Office) -> None:
    ann = office.world.join("ann")
    request = room.UpdateRoomMetadataRequest(room="room", metadata="new")
    assert office.call("UpdateRoomMetadata", request).metadata == "new"
    assert ann.last("room_update").room.metadata == "new"
    request.metadata = "x" * 65_537
    assert office.fails("UpdateRoomMetadata", request) == "invalid_argument"


@pytest.mark.parametrize("name", ["", "r" * 257])
def test_a_room_needs_a_name_of_bounded_length(office: Office, name: str) -> None:
    request = room.CreateRoomRequest(name=name)
    assert office.fails("CreateRoom", request) == "invalid_argument"


@pytest.mark.parametrize(
    ("method", "request_", "grant"),
    [
        ("CreateRoom", room.CreateRoomRequest(name="x"), {"roomCreate": False}),
        ("DeleteRoom", room.DeleteRoomRequest(room="x"), {"roomCreate": False}),
        ("ListRooms", room.ListRoomsRequest(), {"roomList": False}),
        ("ListParticipants", room.ListParticipantsRequest(room="room"), {"roomAdmin": False}),
        ("ListParticipants", room.ListParticipantsRequest(room="room"), {"room": "other"}),
        ("SendData", room.SendDataRequest(room="room"), {"room": "other"}),
        ("RemoveParticipant", room.RoomParticipantIdentity(room="room"), {"room": ""}),
    ],
)
def test_every_method_needs_its_grant(
    office: Office, method: str, request_: Message, grant: dict[str, Any]
) -> None:
    assert office.fails(method, request_, **grant) == "unauthenticated"


def test_a_mute_of_what_is_muted_tells_nobody(office: Office) -> None:
    ann = office.world.join("ann")
    mic = ann.publish("mic", "audio", muted=True)
    request = room.MuteRoomTrackRequest(room="room", identity="ann", track_sid=mic.sid, muted=True)
    office.call("MutePublishedTrack", request)
    assert not ann.all("mute")
    ann.ask(mute=rtc.MuteTrackRequest(sid=mic.sid, muted=True))


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        ({"room_preset": "p"}, "invalid_argument", "preset"),
        ({"egress": room.RoomEgress()}, "unimplemented", "record"),
        ({"metadata": "x" * 64_001}, "invalid_argument", "metadata size exceeds limits"),
        ({"min_playout_delay": 50_000}, "invalid_argument", "playout"),
    ],
)
def test_a_room_that_cannot_be_made_says_why(
    office: Office, fields: dict[str, Any], code: str, words: str
) -> None:
    with pytest.raises(TwirpError, match=words) as error:
        office.call("CreateRoom", room.CreateRoomRequest(name="r", **fields))
    assert error.value.code == code


def test_tags_agents_and_nodes_are_for_others_and_ignored(office: Office) -> None:
    request = room.CreateRoomRequest(
        name="r", node_id="n", tags={"a": "b"}, sync_streams=True, min_playout_delay=10
    )
    request.agents.add(agent_name="x")
    office.call("CreateRoom", request)
    made = office.world.hub.rooms["r"].room
    assert (made.sync_streams, made.min_playout_delay) == (True, 10)


def test_rooms_of_an_api_key_are_bounded() -> None:
    office = Office(limits=Limits(rooms_per_key=1))
    office.call("CreateRoom", room.CreateRoomRequest(name="a"))
    office.call("CreateRoom", room.CreateRoomRequest(name="a"))
    request = room.CreateRoomRequest(name="b")
    assert office.fails("CreateRoom", request) == "resource_exhausted"


def test_an_attribute_is_removed_by_an_empty_value(office: Office) -> None:
    ann = office.world.join("ann")
    who: dict[str, Any] = {"room": "room", "identity": "ann"}
    office.call(
        "UpdateParticipant", room.UpdateParticipantRequest(**who, attributes={"a": "1", "b": "2"})
    )
    info = office.call(
        "UpdateParticipant", room.UpdateParticipantRequest(**who, attributes={"a": ""})
    )
    assert dict(info.attributes) == {"b": "2"}
    assert attributes_of(office, ann.last("refresh_token")) == {"b": "2"}


def attributes_of(office: Office, jwt: str) -> dict[str, str]:
    return dict(office.world.tokens.verify(jwt).attributes)


def test_new_permissions_replace_all_of_the_old(office: Office) -> None:
    office.world.join("ann", video={"canUpdateOwnMetadata": True, "canPublishSources": ["camera"]})
    permission = models.ParticipantPermission(
        can_subscribe=True, can_publish=True, can_subscribe_metrics=True
    )
    info = office.call(
        "UpdateParticipant",
        room.UpdateParticipantRequest(room="room", identity="ann", permission=permission),
    )
    assert info.permission == permission


@pytest.mark.parametrize("method", ["MoveParticipant", "ForwardParticipant"])
def test_participants_stay_in_their_room(office: Office, method: str) -> None:
    office.world.join("ann")
    kind = getattr(room, f"{method}Request")
    request = kind(room="room", identity="ann", destination_room="other")
    assert office.fails(method, request) == "unauthenticated"
    assert office.fails(method, request, destinationRoom="other") == "unimplemented"
    request.destination_room = "room"
    assert office.fails(method, request, destinationRoom="room") == "invalid_argument"


def test_a_nonce_has_sixteen_bytes(office: Office) -> None:
    office.world.join("ann")
    request = room.SendDataRequest(room="room", data=b"x", nonce=b"short")
    assert office.fails("SendData", request) == "invalid_argument"
    request.nonce = b"n" * 16
    office.call("SendData", request)
    packet = models.DataPacket.FromString(office.world.engine.data[-1][2])
    assert packet.user.nonce == b"n" * 16
    assert not packet.user.HasField("topic")


def test_every_method_of_the_protocol_is_served(office: Office) -> None:
    assert set(office.service.requests) == office.service.known
