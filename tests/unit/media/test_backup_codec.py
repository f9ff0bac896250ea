"""Backup codecs: published when somebody needs them, sent to those who do, or to everybody."""

from __future__ import annotations

import json
from typing import Any

import pytest
from livekit.protocol import models, rtc

from tests.unit.media.test_dynacast import ALL, NONE, enabled
from tests.unit.media.test_subscribing import carried
from tests.unit.media.world import Client, World
from videocall.media.engine import TrackStarted

OLD = ("video/vp8", "video/h264")
NEW = ("video/vp8", "video/av1")
Policy = models.BackupCodecPolicy


@pytest.fixture
def world() -> World:
    return World()


def publish(ann: Client, policy: int = Policy.SIMULCAST) -> models.TrackInfo:
    """An AV1 track that could be had in VP8 too."""
    codecs = [{"codec": "av1", "cid": "cam"}, {"codec": "vp8", "cid": ""}]
    return ann.publish("cam", simulcast_codecs=codecs, backup_codec_policy=policy)


def viewer(world: World, name: str, codecs: tuple[str, ...]) -> Client:
    """Somebody with one section for pictures that takes these codecs."""
    client = world.join(name)
    client.offer({"mid": "0", "kind": "video", "recv": True, "codecs": codecs})
    return client


def add_backup(ann: Client, sid: str) -> None:
    """What livekit-client does when it is told to publish the backup codec."""
    ann.ask(
        add_track=rtc.AddTrackRequest(
            cid="cam-vp8",
            sid=sid,
            type=models.TrackType.VIDEO,
            source=models.TrackSource.CAMERA,
            simulcast_codecs=[rtc.SimulcastCodec(codec="vp8", cid="cam-vp8")],
        )
    )
    assert ann.last("track_published").track.sid == sid
    ann.offer({"mid": "b", "kind": "video", "send": True, "cid": "cam-vp8"})


def handles(world: World) -> list[int]:
    return sorted(world.engine.tracks)


def test_who_decodes_the_first_codec_gets_it_and_no_backup_is_asked_for(world: World) -> None:
    ann = world.join("ann")
    cam = publish(ann)
    ben = viewer(world, "ben", NEW)
    assert set(carried(world, ben)) == {cam.sid}
    assert enabled(ann) == {"av1": ALL}


def test_who_does_not_gets_the_backup_once_it_is_published(world: World) -> None:
    ann = world.join("ann")
    cam = publish(ann)
    ben, eve = viewer(world, "ben", NEW), viewer(world, "eve", OLD)
    assert carried(world, eve) == {}
    assert not eve.all("subscription_response")
    assert enabled(ann) == {"av1": ALL, "vp8": ALL}
    add_backup(ann, cam.sid)
    eve.offer()
    primary, backup = handles(world)
    assert carried(world, ben)[cam.sid].track == primary
    assert carried(world, eve)[cam.sid].track == backup
    info = ben.view()["ann"].tracks[0]
    assert [(c.mime_type, c.mid, c.cid) for c in info.codecs] == [
        ("video/av1", "0", "cam"),
        ("video/vp8", "b", "cam-vp8"),
    ]
    assert info.mime_type == "video/av1"


def test_a_track_without_a_backup_is_refused_to_who_cannot_decode_it(world: World) -> None:
    ann = world.join("ann")
    cam = ann.publish("cam", simulcast_codecs=[{"codec": "av1", "cid": "cam"}])
    eve = viewer(world, "eve", OLD)
    assert carried(world, eve) == {}
    (told,) = eve.all("subscription_response")
    assert (told.track_sid, told.err) == (cam.sid, models.SubscriptionError.SE_CODEC_UNSUPPORTED)


def test_settings_and_mutes_reach_the_encoding_that_is_sent(world: World) -> None:
    ann = world.join("ann")
    cam = publish(ann)
    eve = viewer(world, "eve", OLD)
    add_backup(ann, cam.sid)
    eve.offer()
    _, backup = handles(world)
    transport = eve.session.negotiator.receiving
    eve.ask(track_setting={"track_sids": [cam.sid], "quality": models.VideoQuality.LOW})
    assert world.engine.settings[transport, backup] == (True, 0)
    ann.ask(mute=rtc.MuteTrackRequest(sid=cam.sid, muted=True))
    assert world.engine.muted == set(handles(world))


@pytest.mark.parametrize("policy", [Policy.REGRESSION, Policy.PREFER_REGRESSION])
def test_with_regression_everybody_goes_over_to_the_backup(world: World, policy: int) -> None:
    ann = world.join("ann")
    cam = publish(ann, policy)
    ben, eve = viewer(world, "ben", NEW), viewer(world, "eve", OLD)
    add_backup(ann, cam.sid)
    primary, backup = handles(world)
    assert carried(world, ben)[cam.sid].track == primary  # until the backup really comes
    world.happen(TrackStarted(backup, "video/vp8"))
    for client in (ben, eve):
        client.offer()
        client.offer()
        assert carried(world, client)[cam.sid].track == backup
    world.pass_time(5)
    assert enabled(ann) == {"av1": NONE, "vp8": ALL}


def test_an_ended_backup_leaves_the_track(world: World) -> None:
    ann = world.join("ann")
    cam = publish(ann, Policy.REGRESSION)
    ben, eve = viewer(world, "ben", NEW), viewer(world, "eve", OLD)
    add_backup(ann, cam.sid)
    world.happen(TrackStarted(handles(world)[1], "video/vp8"))
    ann.sections[-1]["send"] = False
    ann.offer()
    assert [t.sid for t in ben.view()["ann"].tracks] == [cam.sid]
    for _ in range(2):
        ben.offer()
        eve.offer()
    assert carried(world, ben)[cam.sid].track == handles(world)[0]
    assert carried(world, eve) == {}


def test_the_track_ends_with_both_codecs(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    cam = publish(ann)
    add_backup(ann, cam.sid)
    ann.sections[0]["send"] = False
    ann.offer()
    assert not ben.view()["ann"].tracks
    assert not world.engine.tracks
    assert not world.hub.services.directory.tracks


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"sid": "TR_nobody"}, rtc.RequestResponse.Reason.NOT_FOUND),
        ({"simulcast_codecs": [{"codec": "h264", "cid": "x"}]}, 11),  # INVALID_REQUEST
        ({"cid": "", "simulcast_codecs": []}, 11),
    ],
)
def test_backups_that_were_not_announced_are_refused(
    world: World, change: dict[str, Any], reason: int
) -> None:
    ann = world.join("ann")
    cam = publish(ann)
    request = {"cid": "x", "sid": cam.sid, "type": 1, "source": 1, **change}
    ann.ask(add_track=request)
    assert ann.last("request_response").reason == reason


def test_in_v0_the_answer_tells_what_a_client_decodes(world: World) -> None:
    ann = world.join("ann")
    cam = publish(ann)
    eve = world.join("eve", single=False)

    def answer() -> None:
        sections = [
            {"mid": s.mid, "kind": "video", "recv": True, "codecs": OLD}
            for s in world.engine.offers[-1][1]
        ]
        sdp, number = json.dumps(sections), eve.last("offer").id
        eve.ask(answer=rtc.SessionDescription(type="answer", sdp=sdp, id=number))

    answer()
    assert enabled(ann) == {"av1": ALL, "vp8": ALL}
    add_backup(ann, cam.sid)
    for _ in range(3):
        answer()
    assert carried(world, eve)[cam.sid].track == handles(world)[1]
