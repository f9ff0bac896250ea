"""What rooms are made with: by CreateRoom and by tokens; seats; rooms for each API key."""

from __future__ import annotations

from typing import Any

import pytest
from livekit.protocol import models

from tests.unit.media.world import Client, World
from videocall.media.config import Limits
from videocall.media.grants import Claims, read_claims
from videocall.media.hub import Refused
from videocall.media.join import JoinRequest
from videocall.media.room_options import RoomOptions


@pytest.fixture
def world() -> World:
    return World()


def claims(identity: str = "ann", room_name: str = "room", key: str = "key", **raw: Any) -> Claims:
    video = {"roomJoin": True, "room": room_name, **raw.pop("video", {})}
    return read_claims(key, {"iss": key, "sub": identity, "video": video, **raw})


def refused(world: World, who: Claims, room_name: str = "room") -> Refused:
    with pytest.raises(Refused) as error:
        world.hub.check(room_name, who, JoinRequest(single=True))
    return error.value


CONFIG = {
    "emptyTimeout": 7,
    "departureTimeout": 3,
    "maxParticipants": 2,
    "metadata": "lesson",
    "minPlayoutDelay": 100,
    "maxPlayoutDelay": 2000,
    "syncStreams": True,
    "agents": [{"agentName": "somebody"}],
    "unheardOf": 1,
}


def connect(world: World, who: Claims) -> None:
    sink = Client.__new__(Client)
    sink.received, sink.closed = [], None
    world.hub.check(who.video.room, who, JoinRequest(single=True))
    world.hub.connect(who.video.room, who, JoinRequest(single=True), sink)


def test_the_token_of_the_first_join_says_how_the_room_is(world: World) -> None:
    connect(world, claims(roomConfig=CONFIG))
    made = world.hub.rooms["room"].room
    assert (made.empty_timeout, made.departure_timeout, made.max_participants) == (7, 3, 2)
    assert (made.min_playout_delay, made.max_playout_delay, made.sync_streams) == (100, 2000, True)
    assert made.info().metadata == "lesson"


def test_the_token_of_a_later_join_changes_nothing(world: World) -> None:
    world.join("ben")
    connect(world, claims("ann", roomConfig=CONFIG))
    assert world.hub.rooms["room"].room.metadata == ""


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"roomPreset": "none"}, "preset"),
        ({"roomConfig": {"metadata": "x" * 64_001}}, "metadata size exceeds limits"),
        ({"roomConfig": {"minPlayoutDelay": 9, "maxPlayoutDelay": 5}}, "playout"),
        ({"roomConfig": {"maxPlayoutDelay": 41_000}}, "playout"),
        ({"roomConfig": {"egress": {"room": {"roomName": "room"}}}}, "record"),
    ],
)
def test_what_a_room_cannot_be_is_refused_with_its_reason(
    world: World, raw: dict[str, Any], words: str
) -> None:
    error = refused(world, claims(**raw))
    assert error.status == 400
    assert words in error.text
    assert "room" not in world.hub.rooms


@pytest.mark.parametrize("value", ["x", [1], {"maxParticipants": "many"}, {"metadata": 5}])
def test_a_room_configuration_of_the_wrong_shape_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="roomConfig"):
        claims(roomConfig=value)


@pytest.mark.parametrize(
    "raw",
    [
        {"kind": "agent"},
        {"kind": "egress"},
        {"video": {"recorder": True, "hidden": True}},
        {"video": {"agent": True}},
    ],
)
def test_whoever_serves_the_call_takes_no_seat_and_keeps_no_room(
    world: World, raw: dict[str, Any]
) -> None:
    connect(world, claims("ann", roomConfig={"maxParticipants": 1, "departureTimeout": 5}))
    assert refused(world, claims("ben")).text == "the room is full"
    connect(world, claims("robot", **raw))
    live = world.hub.rooms["room"]
    live.remove(live.sessions["ann"], models.DisconnectReason.CLIENT_INITIATED)
    world.pass_time(4.9)
    assert "room" in world.hub.rooms
    world.pass_time(0.2)
    assert "room" not in world.hub.rooms


def test_a_recorder_is_shown_as_active_recording(world: World) -> None:
    world.join("ann")
    assert not world.hub.rooms["room"].room.info().active_recording
    world.join("recorder", video={"recorder": True, "hidden": True})
    info = world.hub.rooms["room"].room.info()
    assert info.active_recording
    assert info.num_participants == 1


def test_an_api_key_has_a_bounded_number_of_rooms() -> None:
    world = World(limits=Limits(rooms_per_key=2))
    for name in ("a", "b"):
        connect(world, claims(room_name=name))
    error = refused(world, claims(room_name="c"), "c")
    assert (error.status, "2 rooms" in error.text) == (503, True)
    world.hub.check("a", claims("ben", "a"), JoinRequest(single=True))
    world.hub.check("c", claims(room_name="c", key="other"), JoinRequest(single=True))
    world.hub.close_room(world.hub.rooms["a"], models.DisconnectReason.ROOM_DELETED)
    connect(world, claims(room_name="c"))
    assert set(world.hub.rooms) == {"b", "c"}


def test_synchronised_streams_are_named_together(world: World) -> None:
    world.hub.create_room("room", RoomOptions(sync_streams=True))
    ann, ben = world.join("ann"), world.join("ben")
    ben.room_for(audio=1, video=1)
    cam, mic = ann.publish("cam"), ann.publish("mic", "audio")
    ben.room_for()
    streams = {s.track_id: s.stream_id for s in world.engine.answered[-1].send}
    assert streams == {cam.sid: f"{ann.sid}|camera", mic.sid: f"{ann.sid}|camera"}


def test_listed_sources_narrow_the_right_to_publish(world: World) -> None:
    video = {"canPublish": False, "canPublishSources": ["camera"]}
    nobody = world.join("ann", video=video).session.participant.permissions
    assert not nobody.may_publish(models.TrackSource.CAMERA)
    only = world.join("ben", video={"canPublishSources": ["camera"]})
    assert only.session.participant.permissions.may_publish(models.TrackSource.CAMERA)
    assert not only.session.participant.permissions.may_publish(models.TrackSource.MICROPHONE)
    claims_ = world.tokens.verify(only.last("refresh_token"))
    assert claims_.video.can_publish_sources == ("camera",)


def test_without_a_word_on_data_publishing_decides(world: World) -> None:
    assert not claims(video={"canPublish": False}).video.can_publish_data
    assert claims(video={"canPublish": False, "canPublishData": True}).video.can_publish_data


def test_a_refreshed_token_keeps_the_room_configuration(world: World) -> None:
    given = claims(roomConfig={"maxParticipants": 4}, roomPreset="p")
    fresh = world.tokens.verify(world.tokens.refreshed(given, {}))
    assert fresh.room_config is not None
    assert (fresh.room_config.max_participants, fresh.room_preset) == (4, "p")
