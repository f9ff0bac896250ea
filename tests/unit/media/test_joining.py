"""Joining, leaving, being replaced and being gone, seen by the others."""

from __future__ import annotations

import pytest
from livekit.protocol import models

from tests.unit.media.world import Client, World
from videocall.media.config import Limits
from videocall.media.engine import TransportFailed
from videocall.media.hub import Refused
from videocall.media.join import JoinRequest
from videocall.media.room_options import RoomOptions
from videocall.media.signals import Action, Reason

State = models.ParticipantInfo.State


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("single", [True, False])
def test_the_first_message_is_a_complete_join(world: World, single: bool) -> None:
    client = Client(world, "ann", single=single)
    join = client.received[0].join
    assert join.room.name == "room"
    assert join.room.sid.startswith("RM_")
    assert join.participant.sid.startswith("PA_")
    assert join.participant.identity == "ann"
    assert join.participant.name == "Ann"
    assert join.subscriber_primary is not single
    assert join.ping_interval == 5
    assert join.ping_timeout == 15
    assert join.server_info.protocol == 17
    assert join.server_info.version
    assert "video/VP8" in [codec.mime for codec in join.enabled_publish_codecs]
    assert client.kinds[1] == "refresh_token"


def test_others_see_a_participant_once_its_media_is_connected(world: World) -> None:
    ann = world.join("ann")
    ben = Client(world, "ben")
    assert "ben" not in ann.view()
    assert "ann" in ben.view()
    ben.connect_media()
    assert ann.view()["ben"].state == State.ACTIVE
    assert world.webhooks.names == ["room_started", "participant_joined", "participant_joined"]


def test_leaving_tells_the_others_and_the_webhooks(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    ben.ask(leave={"reason": Reason.CLIENT_INITIATED})
    assert "ben" not in ann.view()
    assert ann.last("update").participants[0].disconnect_reason == Reason.CLIENT_INITIATED
    assert ben.closed == (1000, "client_initiated")
    assert world.webhooks.names[-1] == "participant_left"
    assert len(world.engine.participants) == 1


def test_the_same_identity_replaces_the_former_one(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    again = world.join("ben")
    assert ben.last("leave").reason == Reason.DUPLICATE_IDENTITY
    assert ben.last("leave").action == Action.DISCONNECT
    assert ben.closed is not None
    assert ann.view()["ben"].sid == again.sid
    assert len(world.engine.transports) == 2


def test_a_lost_signal_connection_is_gone_after_the_resume_window(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    ben.session.detach(ben)
    world.pass_time(4.9)
    assert "ben" in ann.view()
    world.pass_time(0.2)
    assert "ben" not in ann.view()


def test_a_join_without_media_ends(world: World) -> None:
    ann = world.join("ann")
    ben = Client(world, "ben")
    world.pass_time(15.1)
    assert ben.last("leave").reason == Reason.JOIN_FAILURE
    assert world.webhooks.names[-1] == "participant_connection_aborted"
    assert "ben" not in ann.view()
    assert ann.session.participant.active


def test_a_resume_takes_the_session_over_and_tells_what_was_missed(world: World) -> None:
    ann, ben, eve = world.join("ann"), world.join("ben"), world.join("eve")
    ann.session.detach(ann)
    ben.ask(leave={})
    eve.publish("cam")
    world.pass_time(3)
    ann.resume()
    assert ann.kinds[:3] == ["reconnect", "update", "room_update"]
    told = {p.identity: p for p in ann.last("update").participants}
    assert told["ben"].state == State.DISCONNECTED
    assert len(told["eve"].tracks) == 1
    world.pass_time(10)
    assert "ann" in eve.view()


def test_a_resume_of_nobody_is_told_to_start_again(world: World) -> None:
    ann = world.join("ann")
    ghost = Client(world, "ben")
    ghost.ask(leave={})
    request = JoinRequest(single=True, reconnect=True, participant_sid=ghost.sid)
    assert world.hub.connect("room", ghost.claims, request, ghost) is None
    assert ghost.last("leave").reason == Reason.STATE_MISMATCH
    assert ghost.last("leave").action == Action.RECONNECT
    other = JoinRequest(single=True, reconnect=True, participant_sid="PA_other")
    assert world.hub.connect("room", ann.claims, other, ghost) is None


@pytest.mark.parametrize("reason", ["timeout", "dtls", "internal"])
def test_a_failed_transport_asks_the_client_to_start_again(world: World, reason: str) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    world.happen(TransportFailed(ben.session.negotiator.primary, reason))
    assert ben.last("leave").action == Action.RECONNECT
    assert ben.closed is not None
    ben.resume()
    assert ben.kinds == ["leave"]  # its keys are gone
    assert ben.last("leave").action == Action.RECONNECT
    world.pass_time(5.1)
    assert "ben" not in ann.view()


def test_a_client_that_closes_its_transport_is_waited_for(world: World) -> None:
    ann, ben, eve = world.join("ann"), world.join("ben"), world.join("eve")
    for client in (ben, eve):
        world.happen(TransportFailed(client.session.negotiator.primary, "closed"))
    ben.ask(leave={})
    assert ben.session.participant.disconnect_reason == Reason.CLIENT_INITIATED
    world.pass_time(4.9)
    assert set(ann.view()) == {"eve"}
    world.pass_time(0.2)
    assert eve.last("leave").reason == Reason.MEDIA_FAILURE


def test_a_publisher_connection_that_nobody_needed_does_no_harm(world: World) -> None:
    ben = world.join("ben", single=False)
    publisher, subscriber = ben.session.negotiator.transports
    world.happen(TransportFailed(publisher, "timeout"))
    assert ben.closed is None
    world.happen(TransportFailed(subscriber, "timeout"))
    assert ben.closed is not None


def test_events_of_what_is_gone_are_ignored(world: World) -> None:
    ann = world.join("ann")
    primary = ann.session.negotiator.primary
    ann.ask(leave={})
    world.happen(TransportFailed(primary, "timeout"))
    assert world.hub.find("room", "ann") is None


def test_empty_rooms_close_after_their_timeouts() -> None:
    world = World()
    world.hub.create_room("waiting", RoomOptions(empty_timeout=60))
    ann = world.join("ann")
    ann.ask(leave={})
    world.pass_time(19)
    assert set(world.hub.rooms) == {"waiting", "room"}
    world.pass_time(2)
    assert set(world.hub.rooms) == {"waiting"}
    world.pass_time(40)
    assert not world.hub.rooms
    assert world.webhooks.names.count("room_finished") == 2
    assert not world.engine.rooms


def test_stopping_tells_everybody(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    world.hub.stop()
    for client in (ann, ben):
        assert client.last("leave").reason == Reason.SERVER_SHUTDOWN
    assert world.webhooks.names[-1] == "room_finished"


def test_a_full_room_and_too_many_joins_are_refused() -> None:
    world = World()
    world.hub.create_room("room", RoomOptions(max_participants=1))
    world.join("ann")
    request = JoinRequest(single=True)
    with pytest.raises(Refused) as refused:
        world.hub.check("room", world.claims("ben"), request)
    assert refused.value.status == 503
    world.hub.check("room", world.claims("ann"), request)  # replaces itself


def test_rooms_and_joins_are_bounded() -> None:
    world = World(limits=Limits(rooms=1, joining=2, participants_per_room=3))
    request = JoinRequest(single=True)
    for name in ("ann", "ben"):
        Client(world, name)
    for room, text in (("room", "joining"), ("other", "rooms")):
        with pytest.raises(Refused, match=text) as refused:
            world.hub.check(room, world.claims("eve", room), request)
        assert refused.value.status == 503
    with pytest.raises(Refused, match="rooms"):
        world.hub.create_room("other")
    for name in ("ann", "ben", "eve"):
        world.join(name)
    with pytest.raises(Refused, match="full"):
        world.hub.check("room", world.claims("mia"), request)


def test_tokens_are_refreshed_every_five_minutes(world: World) -> None:
    ann = world.join("ann")
    world.pass_time(301)
    tokens = ann.all("refresh_token")
    assert len(tokens) == 2
    claims = world.tokens.verify(tokens[-1])
    assert (claims.identity, claims.video.room, claims.video.room_join) == ("ann", "room", True)
