"""Webhooks as an application receives them: signed, in order, retried, given up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from livekit.protocol import models
from livekit.protocol.webhook import WebhookEvent

from tests.integration.media.conftest import local_config
from tests.integration.media.receiver import Receiver
from tests.integration.media.tokens import KEY, SECRET
from tests.integration.media.waiting import eventually
from videocall.media.config import Limits, Timeouts
from videocall.media.spool import Spool, SpoolTaken
from videocall.media.tokens import Tokens
from videocall.media.webhooks import Webhooks


def webhooks(
    url: str,
    limit: int = 1_000,
    give_up: float = 60.0,
    keep: float = 60.0,
    spool: Spool | None = None,
    wall: Callable[[], float] = time.time,
) -> Webhooks:
    config = local_config(
        webhook_urls=[url],
        limits=Limits(webhooks_queued=limit),
        timeouts=Timeouts(
            webhook_give_up=give_up, webhook_keep=keep, webhook_attempt=1.0, drain=0.5
        ),
    )
    return Webhooks(config, Tokens({KEY: SECRET}, time.time), spool=spool, wall=wall)


def event(name: str, room: str = "RM_1") -> WebhookEvent:
    return WebhookEvent(
        event=name,
        id="EV_" + name,
        room=models.Room(sid=room, name="room"),
        created_at=int(time.time()),
    )


async def test_events_arrive_signed_and_in_order(receiver: tuple[Receiver, str]) -> None:
    target, url = receiver
    sender = webhooks(url)
    names = [f"e{n}" for n in range(30)]
    for name in names:
        sender.send(event(name))
    assert await target.received(30) == names
    await sender.close()


async def test_a_refused_event_is_repeated_before_the_next(receiver: tuple[Receiver, str]) -> None:
    target, url = receiver
    target.refuse_first = 2
    sender = webhooks(url)
    sender.send(event("first"))
    sender.send(event("second"))
    assert await target.received(2) == ["first", "second"]
    assert target.attempts == 4
    await sender.close()


@pytest.mark.parametrize(("status", "give_up", "keep"), [(422, 0.1, 60.0), (503, 60.0, 0.1)])
async def test_what_is_given_up_is_counted_in_the_next(
    receiver: tuple[Receiver, str], status: int, give_up: float, keep: float
) -> None:
    target, url = receiver
    target.refuse_first, target.refuse_with = 1, status
    sender = webhooks(url, give_up=give_up, keep=keep)
    sender.send(event("lost"))
    sender.send(event("next"))
    assert await target.received(1) == ["next"]
    assert target.events[0].num_dropped == 1
    await sender.close()


async def test_queues_are_bounded(receiver: tuple[Receiver, str]) -> None:
    target, url = receiver
    sender = webhooks(url, limit=3)
    for n in range(5):
        sender.send(event(f"e{n}"))
    assert await target.received(3) == ["e0", "e1", "e2"]
    await sender.close()


async def test_a_dead_endpoint_holds_up_neither_the_other_rooms_nor_the_stop(
    receiver: tuple[Receiver, str],
) -> None:
    target, url = receiver
    dead = webhooks("http://127.0.0.1:9/hook")
    dead.send(event("never"))
    sender = webhooks(url)
    sender.send(event("a", "RM_1"))
    sender.send(event("b", "RM_2"))
    assert sorted(await target.received(2)) == ["a", "b"]
    async with asyncio.timeout(3):
        await asyncio.gather(dead.close(), sender.close())


async def test_what_waits_is_delivered_by_the_next_process(
    receiver: tuple[Receiver, str], tmp_path: Path
) -> None:
    target, url = receiver
    file = tmp_path / "spool.sqlite3"
    target.refuse_first = 1_000
    first = webhooks(url, spool=Spool(file, 100))
    first.start()
    for n in range(5):
        first.send(event(f"e{n}"))
    await eventually(lambda: target.attempts > 0)
    await first.close()
    target.refuse_first = 0
    second = webhooks(url, spool=Spool(file, 100))
    second.start()
    assert await target.received(5) == [f"e{n}" for n in range(5)]
    assert [e.id for e in target.events] == [f"EV_e{n}" for n in range(5)]
    await second.close()
    third = Spool(file, 100)
    assert list(third.waiting()) == []
    third.close()


async def test_a_spool_belongs_to_one_server_and_holds_a_bounded_number(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.sqlite3", 2)
    with pytest.raises(SpoolTaken):
        Spool(tmp_path / "spool.sqlite3", 2)
    numbers = [spool.keep(event(f"e{n}"), ["http://a"])[0] for n in range(3)]
    assert numbers[2] is None
    assert isinstance(numbers[0], int)
    spool.done(numbers[0])
    assert spool.keep(event("e3"), ["http://a"])[0] is not None
    spool.close()


async def test_what_was_open_in_a_killed_process_is_told_to_have_ended(
    receiver: tuple[Receiver, str], tmp_path: Path
) -> None:
    target, url = receiver
    spool = Spool(tmp_path / "spool.sqlite3", 100)
    room = models.Room(sid="RM_1", name="room")
    who = models.ParticipantInfo(sid="PA_1", identity="ann", joined_at_ms=5)
    gone = models.ParticipantInfo(sid="PA_2", identity="ben")
    track = models.TrackInfo(sid="TR_1")
    told: list[tuple[str, models.ParticipantInfo | None, models.TrackInfo | None]] = [
        ("room_started", None, None),
        ("participant_joined", who, None),
        ("track_published", who, track),
        ("participant_joined", gone, None),
        ("participant_left", gone, None),
    ]
    for name, participant, published in told:
        item = WebhookEvent(
            event=name, room=room, participant=participant, track=published, created_at=990
        )
        numbers = spool.keep(item, [url])
        assert numbers[0] is not None
        spool.done(numbers[0])
    spool.beat(1_000.7)
    spool.close()  # as a kill leaves it
    sender = webhooks(url, spool=Spool(tmp_path / "spool.sqlite3", 100), wall=lambda: 1_010.0)
    sender.start()
    assert await target.received(3) == ["track_unpublished", "participant_left", "room_finished"]
    left, finished = target.events[1], target.events[2]
    assert (left.participant.sid, left.created_at) == ("PA_1", 1_001)
    assert left.participant.disconnect_reason == models.DisconnectReason.SERVER_SHUTDOWN
    assert finished.room_end_reason == models.RoomEndReason.ROOM_END_SERVER_SHUTDOWN
    assert all(e.id.startswith("EV_RECOVERED_") for e in target.events)
    await sender.close()
    again = webhooks(url, spool=Spool(tmp_path / "spool.sqlite3", 100))
    again.start()
    await again.close()
    assert len(target.events) == 3
