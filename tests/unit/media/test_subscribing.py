"""Receiving: sections asked for and filled, choices, quality, publishers' permissions."""

from __future__ import annotations

from typing import Any

import pytest
from livekit.protocol import models, rtc

from tests.unit.media.fake_engine import FakeTransport
from tests.unit.media.world import Client, World
from videocall.media.engine import Role, SendSection, TransportConnected
from videocall.media.permissions import Permissions
from videocall.media.rights import change_permissions


@pytest.fixture
def world() -> World:
    return World()


def carried(world: World, client: Client) -> dict[str, SendSection]:
    """What the engine sends to ``client``, by track sid."""
    transport: FakeTransport = world.engine.transports[client.session.negotiator.receiving]
    return {section.track_id: section for section in transport.sends.values()}


def test_free_sections_of_the_first_offer_take_what_is_there(world: World) -> None:
    ann = world.join("ann")
    cam, mic = ann.publish("cam"), ann.publish("mic", "audio")
    ben = Client(world, "ben")
    ben.room_for(audio=3, video=3)
    answer = ben.last("answer")
    assert set(answer.mid_to_track_id.values()) == {cam.sid, mic.sid}
    section = carried(world, ben)[cam.sid]
    assert section.stream_id == f"{ann.sid}|{cam.sid}"
    assert "media_sections_requirement" not in ben.kinds
    assert ann.all("track_subscribed")


def test_a_new_track_is_announced_before_the_offer_is_asked_for(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    ben.room_for(audio=1, video=1)
    ben.received.clear()
    ann.publish("cam")
    assert ben.kinds == ["update", "media_sections_requirement"]
    need = ben.last("media_sections_requirement")
    assert (need.num_audios, need.num_videos) == (0, 0)
    ben.meet_requirement()
    assert len(carried(world, ben)) == 1


def test_missing_sections_are_asked_for_once(world: World) -> None:
    ann, eve, ben = world.join("ann"), world.join("eve"), world.join("ben")
    ben.room_for(video=1)
    ann.publish("cam")
    eve.publish("cam")
    asked = ben.all("media_sections_requirement")
    assert [a.num_videos for a in asked] == [0, 1]
    ben.room_for()  # sent before the second request arrived
    assert len(ben.all("media_sections_requirement")) == 2
    ben.room_for(video=1)
    assert len(carried(world, ben)) == 2


def test_an_ignored_request_for_sections_is_repeated(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    ben.offer()
    ann.publish("cam")
    world.pass_time(6)
    assert [r.num_videos for r in ben.all("media_sections_requirement")] == [1, 1]


def test_a_section_rests_once_before_it_carries_another_track(world: World) -> None:
    ann, eve, ben = world.join("ann"), world.join("eve"), world.join("ben")
    ben.room_for(video=1)
    ann.publish("cam")
    ben.room_for()
    ann.ask(leave={})
    second = eve.publish("cam")
    ben.room_for()
    assert carried(world, ben) == {}
    assert ben.kinds[-1] == "media_sections_requirement"
    ben.room_for()
    assert set(carried(world, ben)) == {second.sid}


def test_without_auto_subscribe_only_chosen_tracks_come(world: World) -> None:
    ann = world.join("ann")
    cam, mic = ann.publish("cam"), ann.publish("mic", "audio")
    ben = Client(world, "ben", auto_subscribe=False)
    ben.room_for(audio=1, video=1)
    assert carried(world, ben) == {}
    ben.ask(subscription=rtc.UpdateSubscription(track_sids=[cam.sid], subscribe=True))
    ben.meet_requirement()
    assert set(carried(world, ben)) == {cam.sid}
    ben.ask(
        subscription=rtc.UpdateSubscription(
            participant_tracks=[models.ParticipantTracks(track_sids=[mic.sid])], subscribe=True
        )
    )
    ben.meet_requirement()
    assert set(carried(world, ben)) == {cam.sid, mic.sid}
    ben.ask(subscription=rtc.UpdateSubscription(track_sids=[cam.sid], subscribe=False))
    ben.meet_requirement()
    assert set(carried(world, ben)) == {mic.sid}


def test_who_may_not_subscribe_gets_nothing(world: World) -> None:
    ann = world.join("ann")
    ann.publish("cam")
    ben = world.join("ben", video={"canSubscribe": False})
    ben.room_for(video=1)
    assert carried(world, ben) == {}


def test_quality_follows_the_wish_of_the_subscriber(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    layers = [
        models.VideoLayer(quality=models.VideoQuality.LOW, width=320, height=180),
        models.VideoLayer(quality=models.VideoQuality.MEDIUM, width=640, height=360),
        models.VideoLayer(quality=models.VideoQuality.HIGH, width=1280, height=720),
    ]
    cam = ann.publish("cam", layers=layers)
    ben.room_for(video=1)
    transport, (handle,) = ben.session.negotiator.receiving, world.engine.tracks
    assert world.engine.settings[transport, handle] == (True, 2)
    wishes: list[tuple[dict[str, Any], tuple[bool, int]]] = [
        ({"width": 300, "height": 170}, (True, 0)),
        ({"width": 600, "height": 300}, (True, 1)),
        ({"width": 4000, "height": 3000}, (True, 2)),
        ({"quality": models.VideoQuality.LOW}, (True, 0)),
        ({"disabled": True, "quality": models.VideoQuality.HIGH}, (False, 2)),
    ]
    for setting, told in wishes:
        ben.ask(track_setting=rtc.UpdateTrackSettings(track_sids=[cam.sid], **setting))
        assert world.engine.settings[transport, handle] == told


def test_adaptive_clients_start_low(world: World) -> None:
    ann = world.join("ann")
    ann.publish("cam")
    ben = Client(world, "ben", adaptive_stream=True)
    ben.room_for(video=1)
    assert list(world.engine.settings.values()) == [(True, 0)]


def test_a_publisher_says_who_may_subscribe(world: World) -> None:
    ann, ben, eve = world.join("ann"), world.join("ben"), world.join("eve")
    cam = ann.publish("cam")
    for client in (ben, eve):
        client.room_for(video=1)
    permission = rtc.SubscriptionPermission(
        track_permissions=[rtc.TrackPermission(participant_identity="ben", all_tracks=True)]
    )
    ann.ask(subscription_permission=permission)
    told = eve.last("subscription_permission_update")
    assert (told.track_sid, told.allowed) == (cam.sid, False)
    assert not ben.all("subscription_permission_update")
    eve.meet_requirement()
    assert carried(world, eve) == {}
    assert set(carried(world, ben)) == {cam.sid}
    ann.ask(subscription_permission=rtc.SubscriptionPermission(all_participants=True))
    assert eve.last("subscription_permission_update").allowed
    eve.meet_requirement()
    assert set(carried(world, eve)) == {cam.sid}


def test_a_newcomer_learns_which_tracks_are_kept_from_it_and_may_ask_before(world: World) -> None:
    ann = world.join("ann")
    cam = ann.publish("cam")
    ann.ask(subscription_permission=rtc.SubscriptionPermission())
    ben = world.join("ben", auto_subscribe=False)
    ben.room_for(video=1)
    assert not ben.all("subscription_permission_update")
    ben.ask(subscription=rtc.UpdateSubscription(track_sids=[cam.sid], subscribe=True))
    told = ben.last("subscription_permission_update")
    assert (told.participant_sid, told.track_sid, told.allowed) == (ann.sid, cam.sid, False)
    assert carried(world, ben) == {}
    ann.ask(subscription_permission=rtc.SubscriptionPermission(all_participants=True))
    assert ben.last("subscription_permission_update").allowed
    ben.meet_requirement()
    assert set(carried(world, ben)) == {cam.sid}


def answer(client: Client) -> None:
    offer = client.last("offer")
    client.ask(answer=rtc.SessionDescription(type="answer", sdp="ok", id=offer.id))


def test_v0_offers_at_once_and_again_after_each_answer(world: World) -> None:
    ann = world.join("ann")
    ben = Client(world, "ben", single=False)
    assert ben.last("offer").id == 1
    first = ann.publish("cam")
    second = ann.publish("mic", "audio")
    ben.connect_media()
    assert len(ben.all("offer")) == 1  # one at a time
    answer(ben)
    assert ben.last("offer").id == 2
    assert set(ben.last("offer").mid_to_track_id.values()) == {first.sid, second.sid}
    answer(ben)
    assert len(ben.all("offer")) == 2
    ann.ask(leave={})
    assert dict(ben.last("offer").mid_to_track_id) == {}
    assert carried(world, ben) == {}


def test_v0_who_may_not_subscribe_has_its_publisher_as_primary_connection(world: World) -> None:
    ann = world.join("ann")
    cam = ann.publish("cam")
    ben = Client(world, "ben", single=False, video={"canSubscribe": False})
    assert not ben.last("join").subscriber_primary
    assert not ben.all("offer")
    publisher, subscriber = ben.session.negotiator.transports
    assert world.engine.transports[publisher].role is Role.SINGLE  # carries messages both ways
    world.happen(TransportConnected(publisher))
    assert ben.session.participant.active
    change_permissions(ben.session, Permissions())
    assert set(ben.last("offer").mid_to_track_id.values()) == {cam.sid}
    assert world.engine.offers[-1][0] == subscriber


def test_v0_clients_older_than_protocol_3_wait_for_their_publisher(world: World) -> None:
    old = Client(world, "ben", single=False, client=models.ClientInfo(protocol=2))
    assert not old.last("join").subscriber_primary
    new = Client(world, "eve", single=False, client=models.ClientInfo(protocol=3))
    assert new.last("join").subscriber_primary


def test_v0_reuses_sections(world: World) -> None:
    ben = world.join("ben", single=False)
    answer(ben)
    for name in ("ann", "eve", "mia"):
        client = world.join(name)
        client.publish("cam")
        answer(ben)
        client.ask(leave={})
        answer(ben)
    mids = {section.mid for _, sends, _ in world.engine.offers for section in sends}
    assert len(mids) == 1


def test_v0_resumes_with_an_ice_restart_and_ignores_stale_answers(world: World) -> None:
    ben = world.join("ben", single=False)
    stale = ben.last("offer").id
    ben.session.detach(ben)
    ben.resume()
    assert ben.kinds[-1] == "offer"
    assert world.engine.offers[-1][2] is True
    ben.ask(answer=rtc.SessionDescription(type="answer", sdp="bad", id=stale))
    assert ben.session.participant.active
    answer(ben)


def test_v0_without_an_answer_must_start_again(world: World) -> None:
    ben = world.join("ben", single=False)
    world.pass_time(16)
    assert ben.last("leave").action == rtc.LeaveRequest.Action.RECONNECT


def test_a_resuming_clients_choices_are_taken_over(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    cam, mic = ann.publish("cam"), ann.publish("mic", "audio")
    ben.room_for(audio=1, video=1)
    ben.session.detach(ben)
    ben.resume()
    ben.ask(
        sync_state=rtc.SyncState(
            subscription=rtc.UpdateSubscription(track_sids=[mic.sid], subscribe=False),
            track_sids_disabled=[cam.sid],
        )
    )
    ben.room_for()
    assert set(carried(world, ben)) == {cam.sid}


def test_choices_that_a_resuming_client_does_not_name_are_as_at_the_join(world: World) -> None:
    ann, ben = world.join("ann"), world.join("ben")
    cam, mic = ann.publish("cam"), ann.publish("mic", "audio")
    ben.room_for(audio=1, video=1)
    ben.ask(subscription=rtc.UpdateSubscription(track_sids=[cam.sid], subscribe=False))
    ben.room_for()
    assert set(carried(world, ben)) == {mic.sid}
    ben.session.detach(ben)
    ben.resume()
    ben.ask(sync_state=rtc.SyncState(subscription=rtc.UpdateSubscription(subscribe=False)))
    ben.room_for()
    ben.room_for()
    assert set(carried(world, ben)) == {cam.sid, mic.sid}


def test_a_resuming_client_that_publishes_unknown_tracks_must_start_again(world: World) -> None:
    ann = world.join("ann")
    cam = ann.publish("cam")
    ann.session.detach(ann)
    ann.resume()
    known = rtc.TrackPublishedResponse(cid="cam", track=models.TrackInfo(sid=cam.sid))
    ann.ask(sync_state=rtc.SyncState(publish_tracks=[known]))
    assert not ann.all("leave")
    lost = rtc.TrackPublishedResponse(cid="c", track=models.TrackInfo(sid="TR_lost"))
    ann.ask(sync_state=rtc.SyncState(publish_tracks=[known, lost]))
    assert ann.last("leave").action == rtc.LeaveRequest.Action.RECONNECT


def test_reliable_messages_are_resent_both_ways_after_a_resume(world: World) -> None:
    ann = world.join("ann")
    who = ann.session.participant.handle
    world.engine.sequences[who] = 41
    ann.session.detach(ann)
    ann.resume()
    assert ann.last("reconnect").last_message_seq == 41
    state = rtc.DataChannelReceiveState(publisher_sid="PA_ben", last_seq=7)
    ann.ask(sync_state=rtc.SyncState(datachannel_receive_states=[state]))
    assert world.engine.resent == [(who, [("PA_ben", 7)])]


def test_a_subscription_to_an_unknown_track_is_answered_after_five_seconds(world: World) -> None:
    ben = world.join("ben")
    ben.ask(subscription=rtc.UpdateSubscription(track_sids=["TR_nobody"], subscribe=True))
    world.pass_time(4)
    assert not ben.all("subscription_response")
    world.pass_time(1)
    told = ben.last("subscription_response")
    assert (told.track_sid, told.err) == ("TR_nobody", models.SubscriptionError.SE_TRACK_NOTFOUND)
    world.pass_time(10)
    assert len(ben.all("subscription_response")) == 1


def test_trickled_candidates_reach_their_transport(world: World) -> None:
    ben = world.join("ben", single=False)
    publisher, subscriber = ben.session.negotiator.transports
    line = "candidate:1 1 udp 1 10.0.0.1 5000 typ host"
    init = f'{{"candidate": "{line}", "sdpMid": "0", "sdpMLineIndex": 0}}'
    ben.ask(trickle=rtc.TrickleRequest(candidateInit=init, target=rtc.SignalTarget.SUBSCRIBER))
    ben.ask(trickle=rtc.TrickleRequest(candidateInit=init, target=rtc.SignalTarget.PUBLISHER))
    for garbage in ("", "nonsense", "[]", '{"candidate": ""}', '{"candidate": 5}'):
        ben.ask(trickle=rtc.TrickleRequest(candidateInit=garbage))
    assert world.engine.transports[publisher].candidates == [line]
    assert world.engine.transports[subscriber].candidates == [line]
