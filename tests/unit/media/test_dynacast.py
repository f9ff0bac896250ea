"""Dynacast: publishers learn which layers are watched, raised at once and lowered late."""

from __future__ import annotations

import pytest
from livekit.protocol import models, rtc

from tests.unit.media.world import Client, World
from videocall.media.dynacast import HIGH, OFF, Demand

ALL, LOW_ONLY = [0, 1, 2], [0]
NONE: list[int] = []


@pytest.fixture
def world() -> World:
    return World()


def enabled(client: Client) -> dict[str, list[int]]:
    """The layers that ``client`` was last told to send, by codec."""
    update = client.last("subscribed_quality_update")
    assert list(update.subscribed_qualities) == list(update.subscribed_codecs[0].qualities)
    return {
        codec.codec: [q.quality for q in codec.qualities if q.enabled]
        for codec in update.subscribed_codecs
    }


def told(client: Client) -> int:
    return len(client.all("subscribed_quality_update"))


def ask(client: Client, sid: str, **setting: object) -> None:
    client.ask(track_setting={"track_sids": [sid], **setting})


def test_the_first_subscriber_is_told_at_once(world: World) -> None:
    ann = world.join("ann")
    cam = ann.publish("cam", simulcast_codecs=[{"codec": "vp8", "cid": "cam"}])
    assert told(ann) == 0
    world.join("ben")
    assert enabled(ann) == {"vp8": ALL}
    assert ann.last("subscribed_quality_update").track_sid == cam.sid


def test_a_track_that_nobody_ever_watches_stops_after_ten_seconds(world: World) -> None:
    ann = world.join("ann")
    ann.publish("cam")
    world.pass_time(9)
    assert told(ann) == 0
    world.pass_time(1)
    assert enabled(ann) == {"vp8": NONE}
    world.join("ben")
    assert enabled(ann) == {"vp8": ALL}


def test_layers_that_nobody_wants_any_more_stop_five_seconds_later(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    cam = ann.publish("cam")
    ask(ben, cam.sid, quality=models.VideoQuality.LOW)
    world.pass_time(4)
    assert enabled(ann) == {"vp8": ALL}
    world.pass_time(1)
    assert enabled(ann) == {"vp8": LOW_ONLY}
    ask(ben, cam.sid, quality=models.VideoQuality.MEDIUM)
    assert enabled(ann) == {"vp8": [0, 1]}


def test_a_short_dip_is_not_told(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    cam = ann.publish("cam")
    count = told(ann)
    ask(ben, cam.sid, disabled=True)
    world.pass_time(4)
    ask(ben, cam.sid, quality=models.VideoQuality.HIGH)
    world.pass_time(20)
    assert told(ann) == count


def test_the_highest_wish_counts(world: World) -> None:
    ann, ben, eve = world.join("ann"), world.join("ben"), world.join("eve")
    cam = ann.publish("cam")
    ask(ben, cam.sid, quality=models.VideoQuality.LOW)
    ask(eve, cam.sid, quality=models.VideoQuality.MEDIUM)
    world.pass_time(5)
    assert enabled(ann) == {"vp8": [0, 1]}
    eve.ask(leave={})
    world.pass_time(5)
    assert enabled(ann) == {"vp8": LOW_ONLY}


@pytest.mark.parametrize("how", ["unsubscribe", "hide", "leave", "forbid"])
def test_nobody_watching_stops_every_layer(world: World, how: str) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    cam = ann.publish("cam")
    if how == "unsubscribe":
        ben.ask(subscription=rtc.UpdateSubscription(track_sids=[cam.sid], subscribe=False))
    elif how == "hide":
        ask(ben, cam.sid, disabled=True)
    elif how == "leave":
        ben.ask(leave={})
    else:
        ann.ask(subscription_permission=rtc.SubscriptionPermission())
    world.pass_time(5)
    assert enabled(ann) == {"vp8": NONE}


def test_adaptive_subscribers_start_low(world: World) -> None:
    ann = world.join("ann")
    ann.publish("cam")
    world.join("ben", adaptive_stream=True)
    world.pass_time(5)
    assert enabled(ann) == {"vp8": LOW_ONLY}


def test_a_publisher_that_resumes_is_told_again(world: World) -> None:
    ann = world.join("ann")
    ann.publish("cam")
    world.join("ben")
    ann.session.detach(ann)
    ann.resume()
    assert enabled(ann) == {"vp8": ALL}


def test_sound_has_no_layers(world: World) -> None:
    ann = world.join("ann")
    ann.publish("mic", "audio")
    world.join("ben")
    world.pass_time(30)
    assert told(ann) == 0


def test_a_codec_that_is_needed_does_not_lower_another_early() -> None:
    demand = Demand(published=0.0)
    demand.wish(1, 10, HIGH)
    assert demand.due(0.0, [10])
    assert demand.told == {10: HIGH}
    demand.wish(1, 10, 0)
    demand.wish(2, 11, HIGH)
    assert demand.due(1.0, [10])
    assert demand.told == {10: HIGH, 11: HIGH}
    demand.withdraw(2)
    assert not demand.due(5.9, [10])
    assert demand.due(6.0, [10])
    assert demand.told == {10: 0}
    demand.withdraw(1)
    assert not demand.due(7.0, [10])
    assert demand.due(12.0, [10])
    assert demand.told == {10: OFF}
