"""Tracks: announced, matched with sections, published, muted, ended."""

from __future__ import annotations

import pytest
from livekit.protocol import models, rtc

from tests.unit.media.world import World
from videocall.media.engine import TrackStarted


@pytest.fixture
def world() -> World:
    return World()


def test_a_track_is_published_under_its_cid(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    cam = ann.announce("cam", simulcast_codecs=[{"codec": "vp8", "cid": "cam"}])
    mic = ann.announce("mic", "audio")
    assert not ben.view()["ann"].tracks
    ann.offer(
        {"mid": "0", "kind": "audio", "send": True, "cid": "mic"},
        {"mid": "1", "kind": "video", "send": True, "cid": "cam", "rids": ["q", "h", "f"]},
    )
    published = {t.sid: t for t in ben.view()["ann"].tracks}
    assert set(published) == {cam.sid, mic.sid}
    assert published[cam.sid].mime_type == "video/vp8"
    assert published[cam.sid].simulcast
    assert published[cam.sid].mid == "1"
    assert cam.sid.startswith("TR_VC")
    assert world.engine.answered[-1].publish[1].prefer_codec == "video/vp8"
    assert world.webhooks.names[-2:] == ["track_published", "track_published"]


def test_a_renamed_track_takes_the_first_pending_one_of_its_kind(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    ann.announce("cam")
    ann.announce("screen", source=models.TrackSource.SCREEN_SHARE)
    ann.offer(
        {"mid": "0", "kind": "video", "send": True, "cid": "{firefox-name}"},
        {"mid": "1", "kind": "video", "send": True, "cid": "screen"},
    )
    sources = {t.mid: t.source for t in ben.view()["ann"].tracks}
    assert sources == {"0": models.TrackSource.CAMERA, "1": models.TrackSource.SCREEN_SHARE}


def test_a_section_that_nobody_announced_is_not_published(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    ann.offer({"mid": "0", "kind": "video", "send": True, "cid": "what"})
    assert world.engine.answered[-1].publish == []
    assert not ben.view()["ann"].tracks


def test_a_section_that_stops_sending_ends_its_track(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    ann.publish("cam")
    ann.sections[0]["send"] = False
    ann.offer()
    assert not ben.view()["ann"].tracks
    assert world.webhooks.names[-1] == "track_unpublished"
    assert not world.engine.tracks


def test_the_same_media_can_be_published_again(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    first = ann.publish("cam")
    second = ann.announce("cam")
    ann.sections[0]["send"] = False
    ann.offer({"mid": "5", "kind": "video", "send": True, "cid": "cam"})
    assert first.sid != second.sid
    assert [t.sid for t in ben.view()["ann"].tracks] == [second.sid]


def test_muting_is_seen_and_stops_forwarding(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    cam = ann.publish("cam")
    ann.ask(mute=rtc.MuteTrackRequest(sid=cam.sid, muted=True))
    assert ben.view()["ann"].tracks[0].muted
    assert len(world.engine.muted) == 1
    ann.ask(mute=rtc.MuteTrackRequest(sid=cam.sid, muted=False))
    assert not ben.view()["ann"].tracks[0].muted
    assert not world.engine.muted


def test_a_track_announced_muted_is_published_muted(world: World) -> None:
    ann = world.join("ann")
    ann.publish("mic", "audio", muted=True)
    assert len(world.engine.muted) == 1


def test_a_participant_that_may_not_publish_is_told(world: World) -> None:
    eve = world.join("eve", video={"canPublish": False})
    eve.ask(add_track=rtc.AddTrackRequest(cid="cam", type=models.TrackType.VIDEO))
    assert eve.last("request_response").reason == rtc.RequestResponse.Reason.NOT_ALLOWED
    mia = world.join("mia", video={"canPublishSources": ["microphone"]})
    mia.announce("mic", "audio")
    camera = models.TrackSource.CAMERA
    mia.ask(add_track=rtc.AddTrackRequest(cid="c", type=models.TrackType.VIDEO, source=camera))
    assert mia.last("request_response").reason == rtc.RequestResponse.Reason.NOT_ALLOWED


def test_tracks_are_bounded(world: World) -> None:
    ann = world.join("ann")
    for n in range(64):
        ann.announce(f"c{n}")
    ann.ask(add_track=rtc.AddTrackRequest(cid="more", type=models.TrackType.VIDEO))
    assert ann.last("request_response").reason == rtc.RequestResponse.Reason.LIMIT_EXCEEDED


def test_the_codec_really_sent_is_shown(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    ann.publish("cam")
    (handle,) = world.engine.tracks
    version = ben.view()["ann"].version
    world.happen(TrackStarted(handle, "video/vp9"))
    assert ben.view()["ann"].tracks[0].mime_type == "video/vp9"
    assert ben.view()["ann"].version > version


def test_bad_sdp_ends_the_session_and_nobody_elses(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    ben.ask(offer=rtc.SessionDescription(type="offer", sdp="v=nonsense"))
    assert ben.last("leave").reason == models.DisconnectReason.MEDIA_FAILURE
    assert ben.closed is not None
    assert ann.session.participant.active


def test_track_details_change_while_published(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    cam, mic = ann.publish("cam"), ann.publish("mic", "audio")
    ann.ask(update_video_track=rtc.UpdateLocalVideoTrack(track_sid=cam.sid, width=640, height=360))
    features = [models.AudioTrackFeature.TF_STEREO]
    ann.ask(update_audio_track=rtc.UpdateLocalAudioTrack(track_sid=mic.sid, features=features))
    tracks = {t.sid: t for t in ben.view()["ann"].tracks}
    assert (tracks[cam.sid].width, tracks[cam.sid].height) == (640, 360)
    assert list(tracks[mic.sid].audio_features) == features


def test_a_v0_publisher_is_answered_on_its_own_transport(world: World) -> None:
    ann, ben = world.join("ann", single=False), world.join("ben")
    ann.publish("cam")
    answer = ann.last("answer")
    assert answer.id == 1
    assert len(ben.view()["ann"].tracks) == 1
    assert world.engine.answered[-1].transport == ann.session.negotiator.transports[0]
