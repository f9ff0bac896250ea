"""The published Python SDK in a room of the product, by a token from the API."""

from __future__ import annotations

import asyncio

import pytest
from livekit import rtc

from tests.e2e.people import Person
from tests.e2e.sdk import client, until


async def test_two_sdk_clients_see_and_hear_each_other(host: Person, customer: Person) -> None:
    room = host.open_room("Two programs")
    async with client(*host.join(room)) as first, client(*customer.join(room)) as second:
        await asyncio.gather(first.publish_video(), first.publish_tone(440))
        await asyncio.gather(second.publish_video(), second.publish_tone(880))
        await until(lambda: host.id in second.video, 15, "the second sees the first")
        await until(lambda: customer.id in first.video, 15, "the first sees the second")
        seen, heard = second.video[host.id], second.audio
        await until(lambda: seen.frames > 20, 15, "20 frames")
        assert (seen.width, seen.height) == (1280, 720)
        await until(lambda: host.id in heard and customer.id in first.audio, 10, "both hear")
        await asyncio.sleep(3)
        assert second.audio[host.id].loudest_hz() == pytest.approx(440, abs=5)
        assert first.audio[customer.id].loudest_hz() == pytest.approx(880, abs=5)


async def test_data_messages_and_calls_reach_the_other_and_no_echo_comes_back(
    host: Person, customer: Person
) -> None:
    room = host.open_room("Messages")
    async with client(*host.join(room)) as first, client(*customer.join(room)) as second:
        await until(lambda: second.room.remote_participants, 10, "they know each other")
        await until(lambda: first.room.remote_participants, 10, "they know each other")

        second.room.local_participant.register_rpc_method("double", _double)
        await first.room.local_participant.publish_data(b"reliable", reliable=True, topic="t")
        await first.room.local_participant.publish_data(b"lossy", reliable=False, topic="t")
        await until(lambda: len(second.data) == 2, 10, "both messages")
        assert {packet.data for packet in second.data} == {b"reliable", b"lossy"}
        assert {packet.participant.identity for packet in second.data if packet.participant} == {
            host.id
        }
        answer = await first.room.local_participant.perform_rpc(
            destination_identity=customer.id, method="double", payload="21"
        )
        assert answer == "42"
        assert first.data == []


async def _double(call: rtc.RpcInvocationData) -> str:
    return str(int(call.payload) * 2)


async def test_ending_a_room_sends_everybody_out(host: Person, customer: Person) -> None:
    room = host.open_room("Over")
    async with client(*host.join(room)) as first, client(*customer.join(room)) as second:
        await until(lambda: second.room.remote_participants, 10, "they know each other")
        await asyncio.to_thread(host.call, "DELETE", f"/calls/rooms/{room}")
        await until(lambda: not first.room.isconnected(), 10, "the host is out")
        await until(lambda: not second.room.isconnected(), 10, "the customer is out")
