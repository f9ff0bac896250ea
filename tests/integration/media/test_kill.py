"""A media server that is killed in a call: what it had to tell is told by the next one."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from livekit import api, rtc

from tests.integration.media.receiver import Receiver
from tests.integration.media.test_process import free_port
from tests.integration.media.tokens import KEY, SECRET, token
from tests.integration.media.waiting import eventually

_CODE = """
import sys
from pathlib import Path
from videocall.media.config import MediaConfig
from videocall.media.main import run
run(MediaConfig(
    host="127.0.0.1", port=int(sys.argv[1]), rtc_host="127.0.0.1", rtc_port=0,
    keys={sys.argv[2]: sys.argv[3]}, webhook_urls=(sys.argv[4],), spool=Path(sys.argv[5]),
))
"""


@asynccontextmanager
async def media_process(
    port: int, hook: str, spool: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A media server of its own, killed at the end at the latest."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _CODE, str(port), KEY, SECRET, hook, str(spool),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    lines: list[bytes] = []
    async with asyncio.timeout(30):
        while b"media_ready" not in (line := await process.stdout.readline()):
            lines.append(line)
            assert line, b"".join(lines)
    reading = asyncio.create_task(process.stdout.read())  # a full pipe would hold it up
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()
        await reading


def all_told(receiver: Receiver) -> Callable[[], bool]:
    return lambda: any(event.event == "room_finished" for event in receiver.events)


async def published_on(port: int) -> None:
    """Wait until the server has taken a track."""
    request = api.ListParticipantsRequest(room="room")
    async with api.LiveKitAPI(f"http://127.0.0.1:{port}", KEY, SECRET) as client:
        for _ in range(400):
            listed = await client.room.list_participants(request)
            if any(who.tracks for who in listed.participants):
                return
            await asyncio.sleep(0.05)
    raise AssertionError("no track was published")


async def test_the_next_server_tells_what_a_killed_one_could_not(
    receiver: tuple[Receiver, str], tmp_path: Path
) -> None:
    target, hook = receiver
    target.refuse_first = 1_000_000
    port, spool = free_port(), tmp_path / "webhooks.sqlite3"
    room = rtc.Room()
    async with media_process(port, hook, spool) as process:
        await asyncio.wait_for(room.connect(f"ws://127.0.0.1:{port}", token()), 20)
        source = rtc.AudioSource(48_000, 1)
        track = rtc.LocalAudioTrack.create_audio_track("mic", source)
        publication = await room.local_participant.publish_track(track)
        await published_on(port)
        sid, track_sid = room.local_participant.sid, publication.sid
        # The queue of a room waits behind its first event: nothing has been taken.
        assert not target.events
        process.send_signal(signal.SIGKILL)
        await process.wait()
    target.refuse_first = 0
    async with media_process(port, hook, spool):
        await eventually(all_told(target), 30)
    # The client may be back already, in a room with another sid.
    await room.disconnect()
    first = [e for e in target.events if e.room.sid == target.events[0].room.sid]
    assert [event.event for event in first] == [
        "room_started",
        "participant_joined",
        "track_published",
        "track_unpublished",
        "participant_left",
        "room_finished",
    ]
    assert len({event.id for event in first}) == len(first)
    joined, published, left = first[1], first[2], first[4]
    assert (joined.participant.sid, published.track.sid) == (sid, track_sid)
    assert (left.participant.sid, left.room.sid) == (sid, joined.room.sid)
    assert left.id.startswith("EV_RECOVERED_")
    assert left.created_at >= joined.created_at
