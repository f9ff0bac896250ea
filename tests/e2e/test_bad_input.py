"""Strangers at the door: malformed datagrams and half-open joins beside a running call."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import subprocess
import sys
from pathlib import Path

from tests.e2e.people import Person
from tests.e2e.product import Product, healthy
from tests.e2e.sdk import Client, Received, client, until

LONGEST_STALL = 0.5  # seconds
HALF_OPEN = 500
MAGIC = 0x2112A442


def stun() -> list[bytes]:
    """Binding requests that are short, lie about their length, or carry broken attributes."""
    transaction = bytes(12)

    def message(body: bytes, length: int | None = None, kind: int = 1) -> bytes:
        size = len(body) if length is None else length
        return struct.pack("!HHI", kind, size, MAGIC) + transaction + body

    username = struct.pack("!HH", 0x0006, 9) + b"nobody:me\0\0\0"
    integrity = struct.pack("!HH", 0x0008, 20) + bytes(20)
    return [
        b"\x00",
        b"\x00\x01",
        message(b"")[:12],
        message(b""),
        message(b"", 65_535),
        message(username),
        message(username + integrity),
        message(username + struct.pack("!HH", 0x0008, 19) + bytes(20)),
        message(struct.pack("!HH", 0x0006, 60_000) + b"x"),
        message(struct.pack("!HH", 0x8028, 4) + bytes(4)),
        message(username * 90 + integrity),
        message(username, kind=0x0101),
        message(username, kind=0x3FFF),
    ]


def dtls() -> list[bytes]:
    """Records and handshakes cut short, of wrong versions, or with fragments out of bounds."""

    def record(kind: int, body: bytes, version: int = 0xFEFD, length: int | None = None) -> bytes:
        size = len(body) if length is None else length
        return struct.pack("!BHHHIH", kind, version, 0, 0, 1, size) + body

    def hello(total: int, offset: int, fragment: int, body: bytes) -> bytes:
        head = b"\x01" + total.to_bytes(3) + b"\0\0" + offset.to_bytes(3) + fragment.to_bytes(3)
        return head + body

    return [
        record(22, b"")[:5],
        record(22, b""),
        record(22, b"\x01", length=16_000),
        record(22, hello(0xFFFFFF, 0, 0xFFFFFF, b"x" * 100)),
        record(22, hello(10, 9, 200, b"x" * 200)),
        record(22, hello(32, 0, 32, bytes(32)), version=0x0300),
        record(20, b"\x01"),
        record(21, b"\x02\x50"),
        record(23, bytes(64)),
        record(63, bytes(1400)),
    ]


def rtp() -> list[bytes]:
    """RTP and RTCP from nobody: short, padded beyond their end, with lengths that lie."""
    head = struct.pack("!BBHII", 0x80, 96, 1, 2, 3)
    return [
        b"\x80",
        b"\x80\x60",
        head,
        struct.pack("!BBHII", 0x8F, 96, 1, 2, 3),
        struct.pack("!BBHII", 0x90, 96, 1, 2, 3) + struct.pack("!HH", 0xBEDE, 0xFFFF),
        struct.pack("!BBHII", 0xB0, 96, 1, 2, 3) + struct.pack("!HH", 0xBEDE, 1) + b"\xff" * 4,
        struct.pack("!BBHII", 0xA0, 96, 1, 2, 3) + b"\xff" * 20,
        b"\xbf" * 60_000,
        struct.pack("!BBH", 0x80, 200, 0xFFFF),
        struct.pack("!BBHI", 0x9F, 201, 1, 7),
        struct.pack("!BBHII", 0x81, 205, 2, 1, 2),
        struct.pack("!BBHII", 0x8F, 205, 0xFFFF, 1, 2) + b"\x00\x01\xff\xff" * 8,
        struct.pack("!BBHII", 0x81, 206, 2, 1, 2) * 100,
    ]


def noise(count: int = 2_000) -> list[bytes]:
    """Random datagrams, the same in every run, with a first byte of each protocol's range."""
    source = random.Random(7983)
    first = [*range(0, 4), *range(20, 64), *range(64, 80), *range(128, 192), 255]
    return [
        bytes([source.choice(first)]) + source.randbytes(source.choice([0, 3, 11, 19, 60, 1200]))
        for _ in range(count)
    ]


def throw(port: int, datagrams: list[bytes]) -> None:
    """Send each datagram from two sockets, and an empty one."""
    for _ in range(2):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for datagram in [b"", *datagrams]:
                sender.sendto(datagram, ("127.0.0.1", port))


async def calling(first: Client, second: Client, sender: str) -> Received:
    """Let the first send a light picture to the second; what the second receives of it."""
    await first.publish_video(320, 180, 25)
    await until(lambda: sender in second.video, 15, "a picture")
    received = second.video[sender]
    await until(lambda: received.frames > 10, 15, "a running picture")
    received.longest_gap = 0.0
    return received


async def test_malformed_datagrams_at_the_media_port_do_not_disturb_a_call(
    product: Product, host: Person, customer: Person
) -> None:
    room = host.open_room("Beside noise")
    async with client(*host.join(room)) as first, client(*customer.join(room)) as second:
        received = await calling(first, second, host.id)
        for datagrams in (stun(), dtls(), rtp(), noise()):
            before = received.frames
            await asyncio.to_thread(throw, product.rtc_port, datagrams)
            await asyncio.sleep(1)
            assert received.frames > before
        assert received.longest_gap < LONGEST_STALL
    assert await asyncio.to_thread(healthy, product.url)


async def test_five_hundred_half_open_joins_do_not_stall_a_call(
    product: Product, host: Person, customer: Person
) -> None:
    room = host.open_room("Beside a crowd")
    url, _ = host.join(room)
    key, secret = product.media_keys()
    async with client(*host.join(room)) as first, client(*customer.join(room)) as second:
        received = await calling(first, second, host.id)
        script = Path(__file__).with_name("half_open.py")
        # A process of its own: this one has the call's frames to time.
        arguments = [str(script), url, str(HALF_OPEN), key, secret]
        process = await asyncio.create_subprocess_exec(
            "nice", sys.executable, *arguments, stdout=subprocess.PIPE
        )
        printed, _ = await asyncio.wait_for(process.communicate(), 90)
        assert process.returncode == 0
        assert int(printed.split()[-1]) == HALF_OPEN
        print(f"\nhalf-open joins: longest stall of the call {received.longest_gap * 1000:.0f} ms")
        assert received.longest_gap < LONGEST_STALL
        before = received.frames
        await asyncio.sleep(1)
        assert received.frames > before
    assert await asyncio.to_thread(healthy, product.url)
