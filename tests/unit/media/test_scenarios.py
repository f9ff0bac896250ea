"""Simulated faults: each scenario does to the client what its name says."""

from __future__ import annotations

import pytest
from livekit.protocol import models, rtc

from tests.unit.media.world import Client, World
from videocall.media.turn import Turn

Action = rtc.LeaveRequest.Action
ENABLED = models.ClientConfigSetting.ENABLED
UDP = "a=candidate:1 1 udp 2130706431 127.0.0.1 7882 typ host\r\n"
TCP = "a=candidate:2 1 tcp 1 127.0.0.1 7881 typ host tcptype passive\r\n"


@pytest.fixture
def world() -> World:
    return World()


def simulate(client: Client, **scenario: object) -> None:
    client.ask(simulate=rtc.SimulateScenario(**scenario))  # type: ignore[arg-type]


def test_a_migration_drops_the_signal_connection_and_a_resume_goes_on(world: World) -> None:
    ann = world.join("ann")
    simulate(ann, migration=True)
    assert ann.closed is not None
    assert not ann.all("leave")
    ann.resume()
    assert ann.kinds[0] == "reconnect"
    world.pass_time(10)
    assert ann.session.participant.active


def test_after_a_node_failure_there_is_nothing_to_resume(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    simulate(ann, node_failure=True)
    assert ann.closed is not None
    assert not ann.all("leave")
    assert "ann" not in ben.view()
    ann.resume()
    leave = ann.last("leave")
    assert ann.kinds == ["leave"]
    assert (leave.reason, leave.action) == (
        models.DisconnectReason.STATE_MISMATCH,
        Action.RECONNECT,
    )


def test_leaves(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    simulate(ann, leave_request_full_reconnect=True)
    assert ann.last("leave").action == Action.RECONNECT
    simulate(ben, server_leave=True)
    assert ben.last("leave").action == Action.DISCONNECT
    assert ben.last("leave").reason == models.DisconnectReason.SERVER_SHUTDOWN


def test_a_simulated_speaker_speaks_for_so_long(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    simulate(ann, speaker_update=3)
    (speaker,) = ben.last("speakers_changed").speakers
    assert (speaker.sid, speaker.active) == (ann.sid, True)
    world.pass_time(2)
    assert ben.last("speakers_changed").speakers[0].active
    world.pass_time(1)
    assert not ben.last("speakers_changed").speakers[0].active


@pytest.mark.parametrize("messages", [True, False])
def test_the_next_resume_breaks_once_and_the_one_after_it_tells_all(
    world: World, messages: bool
) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    name = "disconnect_signal_on_resume" + ("" if messages else "_no_messages")
    simulate(ann, **{name: True})
    ann.session.detach(ann)
    ben.ask(leave={})
    ann.resume()
    assert ann.kinds == (["reconnect", "update", "room_update"] if messages else [])
    assert ann.closed is not None
    ann.resume()
    assert ann.kinds[:2] == ["reconnect", "update"]
    left = [p.identity for p in ann.last("update").participants if p.state == 3]
    assert left == ([] if messages else ["ben"])
    world.pass_time(10)
    assert ann.session.participant.active


def test_an_armed_fault_is_forgotten_after_five_seconds(world: World) -> None:
    ann = world.join("ann")
    simulate(ann, disconnect_signal_on_resume_no_messages=True)
    world.pass_time(5)
    ann.session.detach(ann)
    ann.resume()
    assert ann.kinds[0] == "reconnect"


@pytest.mark.parametrize("single", [True, False])
def test_a_client_that_asked_for_tcp_is_offered_it_alone(world: World, single: bool) -> None:
    world.engine.candidates = UDP + TCP
    ann = world.join("ann", single=single)
    simulate(ann, switch_candidate_protocol=rtc.CandidateProtocol.TCP)
    again = world.join("ann", single=single)
    again.offer({"mid": "0", "kind": "audio", "recv": True})
    assert again.last("answer").sdp.endswith(TCP)
    assert UDP not in again.last("answer").sdp
    if not single:
        assert UDP not in again.last("offer").sdp
    simulate(again, switch_candidate_protocol=rtc.CandidateProtocol.UDP)
    third = world.join("ann", single=single)
    third.offer({"mid": "0", "kind": "audio", "recv": True})
    assert UDP in third.last("answer").sdp


def test_a_server_without_tcp_keeps_its_udp_candidates(world: World) -> None:
    world.engine.candidates = UDP
    ann = world.join("ann")
    simulate(ann, switch_candidate_protocol=rtc.CandidateProtocol.TLS)
    again = world.join("ann")
    again.offer({"mid": "0", "kind": "audio", "recv": True})
    assert UDP in again.last("answer").sdp


def test_for_tls_a_client_is_made_to_use_the_relay() -> None:
    world = World(turn=Turn(urls=["turns:turn.example.org:443"], secret="shared"))
    world.engine.candidates = UDP
    ann = world.join("ann")
    assert ann.last("join").client_configuration.force_relay == models.ClientConfigSetting.UNSET
    simulate(ann, switch_candidate_protocol=rtc.CandidateProtocol.TLS)
    again = world.join("ann")
    assert again.last("join").client_configuration.force_relay == ENABLED


def test_an_empty_scenario_is_ignored(world: World) -> None:
    ann = world.join("ann")
    before = len(ann.received)
    ann.ask(simulate=rtc.SimulateScenario())
    assert len(ann.received) == before
