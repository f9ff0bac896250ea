"""A participant made of the published Python SDK: moving 720p picture, tone, measured reception."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np
from livekit import rtc
from numpy.typing import NDArray

RATE = 48_000
FRAME = 480  # samples of 10 ms


@dataclass(slots=True)
class Received:
    """What arrived from one remote track."""

    frames: int = 0
    width: int = 0
    height: int = 0
    longest_gap: float = 0.0  # seconds between two frames, after the first
    last_at: float | None = None
    samples: list[NDArray[np.int16]] = field(default_factory=list)

    def frame(self, now: float) -> None:
        """Count a frame that came at ``now`` (monotonic seconds)."""
        if self.last_at is not None:
            self.longest_gap = max(self.longest_gap, now - self.last_at)
        self.last_at = now
        self.frames += 1

    def loudest_hz(self, seconds: float = 2.0) -> float:
        """The strongest frequency in the last ``seconds`` of sound; 0 when there is none."""
        sound = np.concatenate(self.samples or [np.zeros(0, np.int16)])[-int(RATE * seconds) :]
        if sound.size < RATE // 2 or not sound.any():
            return 0.0
        power = np.abs(np.fft.rfft(sound * np.hanning(sound.size)))
        return float(np.argmax(power)) * RATE / sound.size


@dataclass(slots=True)
class Publishing:
    """What is being sent, and how many pictures so far."""

    frames: int = 0


class Client:
    """One participant. Use :func:`client`, which also leaves."""

    def __init__(self, room: rtc.Room) -> None:
        self.room = room
        self.video: dict[str, Received] = {}  # by participant identity
        self.audio: dict[str, Received] = {}
        self.data: list[rtc.DataPacket] = []
        self.left: list[str] = []
        self.sent = Publishing()
        self._tasks: set[asyncio.Task[None]] = set()
        room.on("track_subscribed", self._subscribed)
        room.on("data_received", self.data.append)
        room.on("participant_disconnected", lambda who: self.left.append(who.identity))

    def _subscribed(
        self,
        track: rtc.Track,
        publication: rtc.RemoteTrackPublication,
        participant: rtc.RemoteParticipant,
    ) -> None:
        if track.kind == rtc.TrackKind.KIND_VIDEO:
            self.spawn(self._watch(track, self.video.setdefault(participant.identity, Received())))
        else:
            self.spawn(self._hear(track, self.audio.setdefault(participant.identity, Received())))

    async def _watch(self, track: rtc.Track, into: Received) -> None:
        stream = rtc.VideoStream(track)
        try:
            async for event in stream:
                into.width, into.height = event.frame.width, event.frame.height
                into.frame(time.monotonic())
        finally:
            await stream.aclose()

    async def _hear(self, track: rtc.Track, into: Received) -> None:
        stream = rtc.AudioStream(track, sample_rate=RATE, num_channels=1)
        try:
            async for event in stream:
                into.samples.append(np.frombuffer(event.frame.data, dtype=np.int16).copy())
                into.frame(time.monotonic())
                del into.samples[:-500]  # five seconds are enough for a spectrum
        finally:
            await stream.aclose()

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Run a coroutine until the client leaves."""
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def publish_video(
        self, width: int = 1280, height: int = 720, fps: int = 30, *, simulcast: bool = False
    ) -> None:
        """Publish a picture that moves all the time, so that every frame differs."""
        source = rtc.VideoSource(width, height)
        track = rtc.LocalVideoTrack.create_video_track("camera", source)
        options = rtc.TrackPublishOptions(
            source=rtc.TrackSource.SOURCE_CAMERA,
            simulcast=simulcast,
            video_codec=rtc.VideoCodec.VP8,
        )
        await self.room.local_participant.publish_track(track, options)
        self.spawn(self._draw(source, width, height, fps))

    async def _draw(self, source: rtc.VideoSource, width: int, height: int, fps: int) -> None:
        # I420: a luma ramp that shifts, constant chroma. Cheap to draw and to encode.
        ramp = np.tile(np.arange(width, dtype=np.uint16), (height, 1))
        chroma = np.full(width * height // 2, 128, dtype=np.uint8).tobytes()
        began = time.monotonic()
        while True:
            luma = ((ramp + self.sent.frames * 4) % 256).astype(np.uint8).tobytes()
            frame = rtc.VideoFrame(width, height, rtc.VideoBufferType.I420, luma + chroma)
            source.capture_frame(frame)
            self.sent.frames += 1
            await asyncio.sleep(max(0, began + self.sent.frames / fps - time.monotonic()))

    async def publish_tone(self, hertz: float) -> None:
        """Publish a steady tone."""
        source = rtc.AudioSource(RATE, 1)
        track = rtc.LocalAudioTrack.create_audio_track("microphone", source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        await self.room.local_participant.publish_track(track, options)
        self.spawn(self._sing(source, hertz))

    async def _sing(self, source: rtc.AudioSource, hertz: float) -> None:
        phase = 2 * np.pi * hertz * np.arange(FRAME) / RATE
        step, offset = 2 * np.pi * hertz * FRAME / RATE, 0.0
        while True:
            samples = (12_000 * np.sin(phase + offset)).astype(np.int16)
            offset = (offset + step) % (2 * np.pi)
            await source.capture_frame(rtc.AudioFrame(samples.tobytes(), RATE, 1, FRAME))

    def published(self) -> list[rtc.LocalTrackPublication]:
        """What is being sent."""
        return list(self.room.local_participant.track_publications.values())

    async def leave(self) -> None:
        """Stop publishing and receiving, then disconnect."""
        for task in list(self._tasks):
            task.cancel()
        for task in list(self._tasks):
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self.room.disconnect()


@asynccontextmanager
async def client(url: str, token: str) -> AsyncIterator[Client]:
    """Join a room for the length of a ``with``."""
    me = Client(rtc.Room())
    await asyncio.wait_for(me.room.connect(url, token), 20)
    try:
        yield me
    finally:
        await me.leave()


async def until(condition: Callable[[], object], seconds: float, what: str) -> float:
    """Wait until ``condition()`` is true; the seconds it took.

    Raises:
        AssertionError: it did not become true in time.
    """
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"not within {seconds} s: {what}")
        await asyncio.sleep(0.02)
    return time.monotonic() - began
