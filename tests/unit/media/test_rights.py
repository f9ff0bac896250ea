"""Names, metadata, speakers, quality, simulated faults and what clients ask beside media."""

from __future__ import annotations

import pytest
from livekit.protocol import models, rtc

from tests.unit.media.world import World
from videocall.media.engine import Speakers

Status = rtc.RequestResponse.Reason


@pytest.fixture
def world() -> World:
    return World()


def test_own_metadata_changes_where_the_token_allows_it(world: World) -> None:
    ann = world.join("ann", video={"canUpdateOwnMetadata": True})
    ben = world.join("ben")
    ann.ask(
        update_metadata=rtc.UpdateParticipantMetadata(
            request_id=7, name="Anna", metadata="m", attributes={"hand": "now", "x": "y"}
        )
    )
    ann.ask(update_metadata=rtc.UpdateParticipantMetadata(request_id=8, attributes={"x": ""}))
    seen = ben.view()["ann"]
    assert (seen.name, seen.metadata, dict(seen.attributes)) == ("Anna", "m", {"hand": "now"})
    assert [(r.request_id, r.reason) for r in ann.all("request_response")] == [
        (7, Status.OK),
        (8, Status.OK),
    ]
    assert world.tokens.verify(ann.last("refresh_token")).name == "Anna"


def test_own_metadata_is_refused_without_the_right_and_over_the_limits(world: World) -> None:
    ben = world.join("ben")
    ben.ask(update_metadata=rtc.UpdateParticipantMetadata(request_id=1, name="Boss"))
    assert ben.last("request_response").reason == Status.NOT_ALLOWED
    ann = world.join("ann", video={"canUpdateOwnMetadata": True})
    for change in (
        {"name": "n" * 257},
        {"metadata": "m" * 65_537},
        {"attributes": {"a": "b" * 65_536}},
    ):
        ann.ask(update_metadata=rtc.UpdateParticipantMetadata(request_id=2, **change))
        assert ann.last("request_response").reason == Status.LIMIT_EXCEEDED
    assert ben.view()["ann"].name == "Ann"


def test_speakers_are_told_when_they_change(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    room = world.hub.rooms["room"].room.handle
    a, b = ann.session.participant.handle, ben.session.participant.handle
    world.happen(Speakers(room, ((a, 0.8), (b, 0.3), (999, 0.1))))
    assert [(s.sid, s.active) for s in ben.last("speakers_changed").speakers] == [
        (ann.sid, True),
        (ben.sid, True),
    ]
    world.happen(Speakers(room, ((b, 0.3),)))
    assert [(s.sid, s.active) for s in ben.last("speakers_changed").speakers] == [
        (ben.sid, True),
        (ann.sid, False),
    ]
    world.happen(Speakers(room, ((b, 0.3),)))
    assert len(ben.all("speakers_changed")) == 2


def test_quality_falls_while_a_client_is_away(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    world.pass_time(1)
    ben.session.detach(ben)
    world.pass_time(1)
    changed = ann.last("connection_quality").updates
    assert [(u.participant_sid, u.quality) for u in changed] == [
        (ben.sid, models.ConnectionQuality.LOST)
    ]


def test_pings_are_answered(world: World) -> None:
    ann = world.join("ann")
    ann.ask(ping=5)
    ann.ask(ping_req=rtc.Ping(timestamp=1234, rtt=5))
    assert ann.last("pong") == 1_700_000_000_000
    assert ann.last("pong_resp").last_ping_timestamp == 1234


def test_unknown_requests_are_ignored(world: World) -> None:
    ann = world.join("ann")
    before = len(ann.received)
    world.hub.requests.handle(ann.session, rtc.SignalRequest())
    ann.ask(update_layers=rtc.UpdateVideoLayers())
    assert len(ann.received) == before


def test_data_tracks_are_refused_with_a_reason(world: World) -> None:
    ann = world.join("ann")
    ann.ask(publish_data_track_request=rtc.PublishDataTrackRequest(pub_handle=3, name="d"))
    told = ann.last("request_response")
    assert told.reason == rtc.RequestResponse.Reason.UNSUPPORTED_TYPE
    assert told.publish_data_track.pub_handle == 3
    ann.ask(unpublish_data_track_request=rtc.UnpublishDataTrackRequest(pub_handle=3))
    assert ann.last("request_response").WhichOneof("request") == "unpublish_data_track"


def test_requests_about_unknown_tracks_are_answered(world: World) -> None:
    ann = world.join("ann")
    mic = ann.publish("mic", "audio")
    for request in (
        {"mute": rtc.MuteTrackRequest(sid="TR_nobody", muted=True)},
        {"update_audio_track": rtc.UpdateLocalAudioTrack(track_sid="TR_nobody")},
        {"update_video_track": rtc.UpdateLocalVideoTrack(track_sid=mic.sid, width=1)},
    ):
        ann.ask(**request)
        response = ann.last("request_response")
        assert response.reason == rtc.RequestResponse.Reason.NOT_FOUND
        assert response.WhichOneof("request") in request


def test_hidden_participants_are_not_seen(world: World) -> None:
    ann = world.join("ann")
    ghost = world.join("ghost", video={"hidden": True})
    ghost.publish("cam")
    world.happen(Speakers(ann.session.room.room.handle, ((ghost.session.participant.handle, 0.5),)))
    world.pass_time(1)
    assert not ann.all("speakers_changed")
    told = [u.participant_sid for m in ann.all("connection_quality") for u in m.updates]
    assert ghost.sid not in told
    assert "ghost" not in ann.view()
    assert "ann" in ghost.view()
    ghost.ask(leave={})
    assert not ann.all("update")[1:]  # after its own


def test_the_room_is_told_anew_when_it_changes(world: World) -> None:
    ann = world.join("ann")
    world.pass_time(1)
    world.join("ben")
    world.pass_time(1)
    assert [u.room.num_participants for u in ann.all("room_update")] == [1, 2]
