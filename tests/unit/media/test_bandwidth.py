"""What clients are told of their connection: quality, paused streams; what comes first."""

from __future__ import annotations

from itertools import pairwise

import pytest
from livekit.protocol import models, rtc

from tests.unit.media.world import Client, World
from videocall.media.engine import StreamStates, TransportReport
from videocall.media.quality import QualityScorer, mean_opinion, packet_score

Quality = models.ConnectionQuality


def report(
    rtt: float | None = 40.0,
    loss_in: float = 0.0,
    loss_out: float = 0.0,
    jitter: float = 2.0,
    paused: int = 0,
) -> TransportReport:
    return TransportReport(rtt, loss_out, loss_in, jitter, 0, 0, None, paused)


@pytest.fixture
def world() -> World:
    return World()


def measure(world: World, client: Client, one: TransportReport, times: int = 1) -> None:
    """Let ``times`` scoring periods pass in which the engine measures ``one``."""
    for transport in client.session.negotiator.transports:
        world.engine.reports[transport] = one
    for _ in range(times):
        world.pass_time(5)


def last_quality(client: Client, of: Client) -> int:
    """What ``client`` was last told of a participant."""
    told = [u for m in client.all("connection_quality") for u in m.updates]
    return int([u.quality for u in told if u.participant_sid == of.sid][-1])


def test_a_clean_path_is_excellent() -> None:
    assert packet_score(report()) > 99
    assert mean_opinion(100) == 4.5
    assert mean_opinion(0) == 1.0


def test_loss_delay_and_pauses_lower_the_score() -> None:
    assert packet_score(report(loss_out=0.03)) == pytest.approx(69.4, abs=0.2)
    assert packet_score(report(loss_in=0.03)) == pytest.approx(69.4, abs=0.2)
    assert packet_score(report(rtt=800)) == pytest.approx(71.6, abs=0.1)
    assert packet_score(report(paused=1)) == 30
    assert packet_score(report(loss_out=0.5)) == 0


def test_quality_follows_what_the_engine_measures(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    measure(world, ben, report())
    assert last_quality(ann, ben) == Quality.EXCELLENT
    measure(world, ben, report(loss_out=0.04))
    assert last_quality(ann, ben) == Quality.GOOD
    measure(world, ben, report(loss_out=0.1), times=2)
    assert last_quality(ann, ben) == last_quality(ben, ben) == Quality.POOR
    measure(world, ben, report(), times=5)
    assert last_quality(ann, ben) == Quality.EXCELLENT


def test_the_worst_of_two_transports_counts(world: World) -> None:
    ben = world.join("ben", single=False)
    publisher, _ = ben.session.negotiator.transports
    world.engine.reports[publisher] = report(loss_in=0.05)
    world.pass_time(5)
    assert last_quality(ben, ben) == Quality.GOOD


def test_quality_does_not_swing_at_a_border() -> None:
    scorer = QualityScorer()
    seen = []
    for number in range(40):
        scorer.update([report(loss_out=0.019 if number % 2 else 0.021)])
        seen.append(scorer.connection.quality)
    assert sum(a != b for a, b in pairwise(seen)) <= 1


def test_paused_streams_are_told_to_their_receiver(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    ben.room_for(video=1)
    cam = ann.publish("cam")
    ben.room_for()
    (handle,) = world.engine.tracks
    for paused, state in ((True, rtc.StreamState.PAUSED), (False, rtc.StreamState.ACTIVE)):
        world.happen(StreamStates(ben.session.negotiator.receiving, ((handle, paused),)))
        (info,) = ben.last("stream_state_update").stream_states
        assert (info.participant_sid, info.track_sid, info.state) == (ann.sid, cam.sid, state)
    assert not ann.all("stream_state_update")


def test_a_resuming_client_learns_what_is_paused(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    ben.room_for(video=1)
    cam = ann.publish("cam")
    ben.room_for()
    (handle,) = world.engine.tracks
    ben.session.detach(ben)
    world.happen(StreamStates(ben.session.negotiator.receiving, ((handle, True),)))
    ben.resume()
    (info,) = ben.last("stream_state_update").stream_states
    assert (info.track_sid, info.state) == (cam.sid, rtc.StreamState.PAUSED)


def test_states_of_a_track_that_is_gone_are_not_told(world: World) -> None:
    ben = world.join("ben")
    world.happen(StreamStates(ben.session.negotiator.receiving, ((999, True),)))
    world.happen(StreamStates(999, ((999, True),)))
    assert not ben.all("stream_state_update")


def test_shared_screens_and_urgent_tracks_come_first(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    ben.room_for(video=3)
    cam = ann.publish("cam")
    ann.publish("screen", source=models.TrackSource.SCREEN_SHARE)
    ben.room_for()
    first, second = sorted(world.engine.tracks)
    transport = ben.session.negotiator.receiving
    assert world.engine.priorities[transport, first] == 0
    assert world.engine.priorities[transport, second] == 2
    ben.ask(track_setting={"track_sids": [cam.sid], "quality": 2, "priority": 7, "fps": 15})
    assert world.engine.priorities[transport, first] == 7
