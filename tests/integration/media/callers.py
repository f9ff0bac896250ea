"""Callers made of the published Python SDK, with what a test watches of their rooms."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from livekit import rtc

from tests.e2e.sdk import Client, Received
from tests.integration.media.tokens import token
from tests.integration.media.waiting import eventually
from videocall.media.server import MediaServer


class Caller(Client):
    """A client that also remembers what its room told it."""

    def __init__(self, room: rtc.Room) -> None:
        super().__init__(room)
        self.happened: list[str] = []
        self.speaking: set[str] = set()
        self.reason: int | None = None
        for name in ("reconnecting", "reconnected", "disconnected"):
            room.on(name, lambda *_, name=name: self.happened.append(name))
        room.on("track_muted", lambda who, pub: self.happened.append(f"muted {who.identity}"))
        room.on("track_unmuted", lambda who, pub: self.happened.append(f"unmuted {who.identity}"))
        room.on("track_unpublished", lambda pub, who: self.happened.append(f"ended {who.identity}"))
        room.on("disconnected", self._disconnected)
        room.on("active_speakers_changed", self._speakers)

    def _disconnected(self, reason: int) -> None:
        self.reason = reason

    def _speakers(self, speakers: list[rtc.Participant]) -> None:
        self.speaking |= {speaker.identity for speaker in speakers}

    @property
    def me(self) -> rtc.LocalParticipant:
        return self.room.local_participant

    async def watches(self, other: str, frames: int, seconds: float = 30) -> None:
        """Wait until that many pictures of ``other`` have come."""
        await eventually(lambda: self.video.get(other, Received()).frames > frames, seconds)

    async def hears(self, other: str, frames: int, seconds: float = 30) -> None:
        """Wait until that many times 10 ms of sound from ``other`` have come."""
        await eventually(lambda: self.audio.get(other, Received()).frames > frames, seconds)

    def sees(self, identity: str) -> bool:
        """Whether the room shows that participant."""
        return identity in self.room.remote_participants


@asynccontextmanager
async def caller(
    server: MediaServer,
    identity: str,
    *,
    room: str = "room",
    single: bool | None = None,
    can_update_own_metadata: bool = False,
) -> AsyncIterator[Caller]:
    """Join for the length of a ``with``; ``single`` chooses the signalling version."""
    me = Caller(rtc.Room())
    jwt = token(identity, room, can_update_own_metadata=can_update_own_metadata)
    options = rtc.RoomOptions(single_peer_connection=single)
    await asyncio.wait_for(me.room.connect(server.url, jwt, options), 20)
    try:
        yield me
    finally:
        await me.leave()
        del me
        gc.collect()  # the SDK's handles end with the test that made them
