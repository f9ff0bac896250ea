"""What every published client can do in a room with the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conformance.conftest import CLIENTS, Join
from tests.conformance.driver import CommandFailed, Driven
from tests.conformance.results import Results
from tests.conformance.tokens import KEY, SECRET
from videocall.media.config import MediaConfig
from videocall.media.server import MediaServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

each = pytest.mark.parametrize("client", CLIENTS)
line = pytest.mark.line
# The other one in the room: never of the same make.
OTHER = {client: "python" if client != "python" else "node" for client in CLIENTS}


def data_of(sender: Driven, text: str) -> Any:
    return lambda state: any(
        got["text"] == text and got["from"] == sender.identity for got in state["data"] or ()
    )


def pictures_of(sender: Driven) -> Callable[[dict[str, Any]], bool]:
    return lambda state: bool(state["frames"].get(f"{sender.identity} video", 0) > 10)


@each
@line("1.join")
@line("2.leave")
@line("7.msid")
async def test_comes_is_seen_and_goes(join: Join, client: str) -> None:
    first, second = await join(OTHER[client]), await join(client)
    there = await first.sees(second)
    assert there["people"][second.identity]["name"] == second.identity
    assert there["people"][second.identity]["sid"].startswith("PA_")
    await second.sees(first)
    await second.do("leave")
    await first.until(lambda state: second.identity in state["left"], "the departure")


@each
@line("1.refused")
async def test_a_wrong_token_is_refused(join: Join, server: str, client: str) -> None:
    with pytest.raises(CommandFailed):
        await join(client, secret="another-secret-of-more-than-32-bytes")
    with pytest.raises(CommandFailed):
        await join(client, ttl=-120)


@each
@line("1.duplicate")
async def test_the_same_identity_joins_again(join: Join, client: str) -> None:
    first = await join(client, "twin")
    second = await join(OTHER[client], "twin")
    await first.until(lambda state: not state["connected"], "the end of the former")
    assert (await second.do("state"))["connected"]


@each
@line("3.audio")
@line("2.tracks")
async def test_sound_goes_both_ways(join: Join, client: str) -> None:
    one, other = await join(client), await join(OTHER[client])
    await one.sees(other)
    sid = await one.do("publish", kind="audio")
    assert sid.startswith("TR_")
    await other.do("publish", kind="audio")
    await one.until(lambda s: s["frames"].get(f"{other.identity} audio", 0) > 20, "sound")
    if client == "go":  # it sends silence: what arrives is the track
        await other.until(lambda s: s["people"][one.identity]["tracks"], "the track")
    else:
        await other.until(lambda s: s["frames"].get(f"{one.identity} audio", 0) > 20, "sound")
    await one.do("unpublish", sid=sid)
    await other.until(lambda s: not s["people"][one.identity]["tracks"], "the end of the track")


@each
@line("3.video")
async def test_pictures_go_both_ways(join: Join, client: str) -> None:
    one, other = await join(client), await join(OTHER[client])
    await one.sees(other)
    await other.do("publish", kind="video")
    await one.until(lambda s: s["frames"].get(f"{other.identity} video", 0) > 20, "pictures")
    if client != "go":  # it has no encoder
        await one.do("publish", kind="video")
        await other.until(lambda s: s["frames"].get(f"{one.identity} video", 0) > 20, "pictures")


@each
@line("4.reliable")
@line("4.lossy")
@line("4.destination")
@line("4.large")
async def test_messages(join: Join, client: str) -> None:
    one, other = await join(client), await join(OTHER[client])
    third = await join(OTHER[client])
    await one.sees(other, third)
    await other.sees(one, third)
    await third.sees(one, other)
    for reliable in (True, False):
        text = f"to all {reliable}"
        await one.do("send", text=text, reliable=reliable, topic="t")
        for receiver in (other, third):
            await receiver.until(data_of(one, text), text)
    await one.do("send", text="for one", to=[other.identity])
    await other.until(data_of(one, "for one"), "the message for one")
    await other.do("send", text="back")
    await one.until(data_of(other, "back"), "the answer")
    large = "x" * 15_000
    await one.do("send", text=large)
    await third.until(data_of(one, large), "the large message")
    everything = (await third.do("state"))["data"]
    assert all(got["text"] != "for one" for got in everything)
    own = (await one.do("state"))["data"]
    assert [got["text"] for got in own] == ["back"]


@each
@line("4.text")
@line("4.bytes")
async def test_streams(join: Join, client: str) -> None:
    one, other = await join(client), await join(OTHER[client])
    await one.sees(other)
    await other.sees(one)
    text = "halo dunia " * 4_000
    for sender, receiver in ((one, other), (other, one)):
        await sender.do("text", text=text)
        await receiver.until(
            lambda s: any(got["text"] == text for got in s["texts"] or ()), "the text"
        )
        await sender.do("bytes", size=100_000)
        await receiver.until(
            lambda s: any(got["size"] == 100_000 for got in s["bytes"] or ()), "the bytes"
        )


@each
@line("4.rpc")
@line("4.rpc_error")
async def test_remote_procedure_calls(join: Join, client: str) -> None:
    one, other = await join(client), await join(OTHER[client])
    await one.sees(other)
    await other.sees(one)
    assert await one.do("call", to=other.identity, payload="21") == "42"
    assert await other.do("call", to=one.identity, payload="4") == "8"
    with pytest.raises(CommandFailed) as failed:
        await one.do("call", to=other.identity, payload="1", method="nothing")
    assert "1400" in (failed.value.code + str(failed.value)) or "supported" in str(failed.value)


@each
@line("2.metadata")
async def test_descriptions(join: Join, client: str) -> None:
    one, other = await join(client), await join(OTHER[client])
    await other.sees(one)
    await one.do("describe", name="Ana", metadata="m", attributes={"hand": "1"})
    wanted = {"name": "Ana", "metadata": "m", "attributes": {"hand": "1"}}
    await other.until(
        lambda s: all(s["people"][one.identity][key] == value for key, value in wanted.items()),
        "name, metadata and attributes",
    )


@each
@line("6.speakers")
async def test_speakers(join: Join, client: str) -> None:
    one, other = await join(client), await join(OTHER[client])
    await one.sees(other)
    await other.do("publish", kind="audio")
    await one.until(lambda state: other.identity in (state["speakers"] or ()), "the speaker")


@pytest.mark.parametrize("client", ["browser v1", "browser v0"])
@line("2.mute")
@line("6.permissions")
async def test_mute_and_permissions(join: Join, client: str) -> None:
    one, other = await join(client), await join("node")
    await one.sees(other)
    await one.do("publish", kind="audio")
    await other.until(lambda s: s["frames"].get(f"{one.identity} audio", 0) > 10, "sound")
    await one.do("mute")
    await other.until(lambda state: one.identity in state["muted"], "the mute")
    await one.do("nobody")
    third = await join("python")
    await third.sees(one)
    assert f"{one.identity} audio" not in (await third.do("state"))["frames"]


@pytest.mark.parametrize("client", ["browser v1", "browser v0"])
@line("1.resume")
async def test_a_lost_signal_connection_is_resumed(join: Join, client: str) -> None:
    one, other = await join(client), await join("python")
    await one.sees(other)
    await one.do("simulate", scenario="signal-reconnect")
    await one.until(lambda state: "reconnected" in state["happened"], "the resume")
    await other.do("send", text="still there?")
    await one.until(data_of(other, "still there?"), "a message after the resume")
    assert one.identity not in (await other.do("state"))["left"]


@pytest.mark.parametrize("client", ["python", "browser v1", "node"])
@line("1.fallback")
async def test_without_v1_a_client_falls_back(join: Join, client: str) -> None:
    config = MediaConfig(
        host="127.0.0.1",
        port=0,
        rtc_host="127.0.0.1",
        rtc_port=0,
        keys={KEY: SECRET},
        single_peer_connection=False,
    )
    async with MediaServer(config) as old:
        one = await join(client, url=old.url)
        other = await join("go", url=old.url)
        await one.sees(other)
        await other.do("publish", kind="audio")
        await one.until(lambda s: s["people"][other.identity]["tracks"], "the track")
        for driven in (one, other):
            await driven.do("leave")


@line("3.single", clients=["browser v1"])
@line("3.dual", clients=["browser v0"])
async def test_both_ways_to_negotiate_see_each_other(join: Join) -> None:
    one, other = await join("browser v1"), await join("browser v0")
    await one.sees(other)
    for sender, receiver in ((one, other), (other, one)):
        await sender.do("publish", kind="video")
        await receiver.until(pictures_of(sender), "pictures")


def test_a_failure_counts_against_a_success() -> None:
    results = Results({"a": "1"})
    results.note("1.join", ["a"], passed=True)
    results.note("1.join", ["a"], passed=False)
    assert "1.join" in results.missing()
