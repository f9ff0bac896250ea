"""A participant made of the published Python SDK, as a program like the others."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from livekit import rtc

from tests.e2e.sdk import Client


class Program(Client):
    """The commands, by name."""

    def __init__(self) -> None:
        super().__init__(rtc.Room())
        room = self.room
        self.seen: dict[str, list[Any]] = {
            name: [] for name in ("texts", "bytes", "muted", "speakers", "happened")
        }
        room.on("track_muted", lambda who, _: self.seen["muted"].append(who.identity))
        room.on("active_speakers_changed", self._speakers)
        for name in ("reconnecting", "reconnected"):
            room.on(name, lambda name=name: self.seen["happened"].append(name))
        room.on("disconnected", lambda why: self.seen["happened"].append(f"disconnected {why}"))
        room.register_text_stream_handler("text", lambda r, who: self.spawn(self._text(r, who)))
        room.register_byte_stream_handler("bytes", lambda r, who: self.spawn(self._bytes(r, who)))

    def _speakers(self, who: list[rtc.Participant]) -> None:
        self.seen["speakers"].extend(one.identity for one in who)

    async def _text(self, reader: rtc.TextStreamReader, who: str) -> None:
        self.seen["texts"].append({"text": await reader.read_all(), "from": who})

    async def _bytes(self, reader: rtc.ByteStreamReader, who: str) -> None:
        size = 0
        async for chunk in reader:
            size += len(chunk)
        self.seen["bytes"].append({"size": size, "from": who})

    async def do_join(self, url: str, token: str, single: bool | None = None) -> dict[str, str]:
        await self.room.connect(url, token, rtc.RoomOptions(single_peer_connection=single))
        me = self.room.local_participant

        async def double(call: rtc.RpcInvocationData) -> str:
            return str(int(call.payload) * 2)

        me.register_rpc_method("double", double)
        return {"identity": me.identity, "sid": me.sid, "room": self.room.name}

    async def do_publish(self, kind: str) -> str:
        before = {one.sid for one in self.published()}
        if kind == "audio":
            await self.publish_tone(440)
        else:
            await self.publish_video(320, 240, 15)
        return next(one.sid for one in self.published() if one.sid not in before)

    async def do_unpublish(self, sid: str) -> None:
        await self.room.local_participant.unpublish_track(sid)

    async def do_send(
        self, text: str, reliable: bool = True, to: list[str] | None = None, topic: str = ""
    ) -> None:
        await self.room.local_participant.publish_data(
            text, reliable=reliable, destination_identities=to or [], topic=topic
        )

    async def do_text(self, text: str, to: list[str] | None = None) -> None:
        me = self.room.local_participant
        await me.send_text(text, topic="text", destination_identities=to)

    async def do_bytes(self, size: int) -> None:
        me = self.room.local_participant
        writer = await me.stream_bytes("bytes", topic="bytes", total_size=size)
        await writer.write(bytes(size))
        await writer.aclose()

    async def do_call(self, to: str, payload: str = "", method: str = "double") -> str:
        me = self.room.local_participant
        return await me.perform_rpc(destination_identity=to, method=method, payload=payload)

    async def do_describe(
        self,
        name: str = "",
        metadata: str = "",
        attributes: dict[str, str] | None = None,
    ) -> None:
        me = self.room.local_participant
        if name:
            await me.set_name(name)
        if metadata:
            await me.set_metadata(metadata)
        if attributes:
            await me.set_attributes(attributes)

    async def do_state(self) -> dict[str, Any]:
        frames = {f"{who} video": got.frames for who, got in self.video.items()}
        frames |= {
            f"{who} audio": sum(1 for piece in got.samples if abs(piece).max(initial=0) > 1000)
            for who, got in self.audio.items()
        }
        data = [
            {
                "text": packet.data.decode(),
                "from": packet.participant.identity if packet.participant else None,
                "topic": packet.topic,
            }
            for packet in self.data
        ]
        return {
            **self.seen,
            "left": self.left,
            "data": data,
            "frames": frames,
            "connected": self.room.isconnected(),
            "metadata": self.room.metadata,
            "people": {who.identity: _person(who) for who in _others(self.room)},
        }

    async def do_leave(self) -> None:
        await self.leave()


def _others(room: rtc.Room) -> list[rtc.RemoteParticipant]:
    return list(room.remote_participants.values())


def _person(who: rtc.RemoteParticipant) -> dict[str, Any]:
    tracks = [
        {"sid": one.sid, "muted": one.muted, "mime": one.mime_type}
        for one in who.track_publications.values()
    ]
    return {
        "sid": who.sid,
        "name": who.name,
        "metadata": who.metadata,
        "attributes": dict(who.attributes),
        "tracks": tracks,
    }


async def _answer(program: Program, line: bytes) -> None:
    given = json.loads(line)
    number, command = given.pop("id"), given.pop("command")
    try:
        answer = {"id": number, "result": await getattr(program, f"do_{command}")(**given)}
    except Exception as error:  # noqa: BLE001 - whatever the SDK raises is the answer
        told = {"message": str(error), "code": str(getattr(error, "code", ""))}
        answer = {"id": number, "error": told}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


async def main() -> None:
    """Until the input ends."""
    program = Program()
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=2**24)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    answering = set()
    while line := await reader.readline():
        task = asyncio.create_task(_answer(program, line))
        answering.add(task)
        task.add_done_callback(answering.discard)
    await program.leave()


if __name__ == "__main__":
    asyncio.run(main())
