"""An engine's life: settings, descriptor and events, threads, its end."""

import asyncio
import gc
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.engine.conftest import ALICE, ROOM, TRANSPORT
from videocall.media._engine import Engine
from videocall.media.engine import (
    Activity,
    DataKind,
    EngineConfig,
    EngineStats,
    Event,
    Role,
    TransportFailed,
)


async def test_event_descriptor_wakes_the_loop_and_drain_quiets_it(
    engine: Engine, offer: str
) -> None:
    loop = asyncio.get_running_loop()
    woken = asyncio.Event()
    loop.add_reader(engine.event_fd(), woken.set)
    try:
        engine.answer(TRANSPORT, offer, [], [])
        # Nobody connects, so the transport fails after its timeout of 300 ms.
        await asyncio.wait_for(woken.wait(), 5)
        events: list[Event] = engine.drain()
        assert events == [TransportFailed(TRANSPORT, "timeout")]
        # The loop may have seen the descriptor once more before it was drained.
        await asyncio.sleep(0.05)
        woken.clear()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(woken.wait(), 0.5)
        assert engine.drain() == []
    finally:
        loop.remove_reader(engine.event_fd())


def test_a_closed_engine_refuses_everything_but_another_close(engine: Engine) -> None:
    engine.close()
    engine.close()
    calls: list[Callable[[], object]] = [
        engine.drain,
        engine.stats,
        lambda: engine.open_room(9),
        lambda: engine.request_keyframe(9),
        lambda: engine.read_offer("v=0"),
    ]
    for call in calls:
        with pytest.raises(RuntimeError, match="closed"):
            call()


def test_the_port_is_free_after_close_and_taken_before(engine: Engine) -> None:
    config = EngineConfig(bind="127.0.0.1", port=engine.port)
    with pytest.raises(OSError, match=str(engine.port)):
        Engine(config)
    engine.close()
    Engine(config).close()


@pytest.mark.parametrize(
    "config",
    [
        EngineConfig(bind="localhost", port=0),
        EngineConfig(bind="127.0.0.1", port=70_000),
        EngineConfig(bind="127.0.0.1", port=0, advertise=["example.org"]),
        EngineConfig(bind="127.0.0.1", port=0, advertise=["0.0.0.0"]),
        EngineConfig(bind="127.0.0.1", port=0, transport_timeout_ms=0),
        EngineConfig(bind="127.0.0.1", port=0, speaker_interval_ms=-1),
    ],
)
def test_bad_settings_are_refused(config: EngineConfig) -> None:
    with pytest.raises(ValueError, match=r"."):
        Engine(config)


def test_stats_tell_what_is_held_now(engine: Engine) -> None:
    stats = engine.stats()
    assert isinstance(stats, EngineStats)
    assert (stats.rooms, stats.participants, stats.transports) == (1, 1, 1)
    assert (stats.packets_in, stats.packets_out) == (0, 0)
    assert stats.engine_cpu_ns > 0
    engine.close_room(ROOM)
    assert engine.stats().participants == 0


def test_unknown_and_impossible_handles_are_told_apart(engine: Engine) -> None:
    unknown: list[Callable[[], None]] = [
        lambda: engine.close_room(99),
        lambda: engine.add_participant(99, 5, "PA", "x", can_publish_data=False),
        lambda: engine.set_can_publish_data(99, allowed=True),
        lambda: engine.remove_participant(99),
        lambda: engine.add_transport(99, 5, Role.SINGLE),
        lambda: engine.remove_transport(99),
        lambda: engine.accept_answer(99, "v=0"),
        lambda: engine.add_candidate(99, "candidate:1"),
        lambda: engine.set_track_muted(99, muted=True),
        lambda: engine.unpublish(99),
        lambda: engine.set_subscription(TRANSPORT, 99, enabled=True),
        lambda: engine.request_keyframe(99),
        lambda: engine.send_data(99, DataKind.LOSSY, b""),
        lambda: engine.send_data(ROOM, DataKind.LOSSY, b"", [99]),
    ]
    for call in unknown:
        with pytest.raises(KeyError, match="99"):
            call()
    impossible: list[Callable[[], None]] = [
        lambda: engine.open_room(-1),
        lambda: engine.open_room(0),
        lambda: engine.open_room(ROOM),
        lambda: engine.add_transport(ALICE, TRANSPORT, Role.SINGLE),
        lambda: engine.send_data(ROOM, DataKind.RELIABLE, bytes(64_769)),
    ]
    for call in impossible:
        with pytest.raises(ValueError, match=r"."):
            call()


def test_calls_from_many_threads_keep_the_books(engine: Engine) -> None:
    def populate(first: int) -> None:
        for handle in range(first, first + 50):
            engine.add_participant(
                ROOM, handle, f"PA_{handle}", f"u{handle}", can_publish_data=True
            )
            engine.add_transport(handle, handle + 10_000, Role.SINGLE)
            if handle % 2:
                engine.remove_participant(handle)

    threads = [threading.Thread(target=populate, args=(1_000 * n,)) for n in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stats = engine.stats()
    assert (stats.participants, stats.transports) == (1 + 100, 1 + 100)


def test_threads_and_descriptors_end_with_the_engine() -> None:
    def held() -> tuple[set[str], int]:
        tasks = Path("/proc/self/task")
        names = {(task / "comm").read_text().strip() for task in tasks.iterdir()}
        return {name for name in names if name.startswith("engine-")}, len(
            list(Path("/proc/self/fd").iterdir())
        )

    gc.collect()
    before = held()
    engine = Engine(EngineConfig(bind="127.0.0.1", port=0))
    engine.stats()  # its thread runs, and with that has its name
    assert held()[0] == {"engine-shard-0"}
    engine.close()
    del engine
    gc.collect()
    assert held() == before


def test_calls_let_other_python_threads_run(engine: Engine, offer: str) -> None:
    done = 0

    def work() -> None:
        nonlocal done
        for _ in range(200):
            engine.read_offer(offer)
            engine.stats()
            done += 1

    interval = sys.getswitchinterval()
    # The interpreter never takes its lock away now: this thread goes on only if a call gives it.
    sys.setswitchinterval(3_600)
    try:
        worker = threading.Thread(target=work)
        worker.start()
        assert done < 200
    finally:
        sys.setswitchinterval(interval)
    worker.join(60)
    assert done == 200


def test_activity_is_never_until_somebody_comes_and_unknown_after_removal(engine: Engine) -> None:
    assert engine.activity(ALICE) == Activity(None, None, None)
    engine.remove_participant(ALICE)
    with pytest.raises(KeyError):
        engine.activity(ALICE)
