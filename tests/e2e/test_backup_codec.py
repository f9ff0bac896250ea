"""A browser that cannot decode AV1 gets the publisher's backup in VP8; others keep AV1."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.e2e.browser_room import Tab, tab
from tests.integration.media.conftest import local_config
from videocall.media.server import MediaServer

SIMULCAST = 1  # BackupCodecPolicy: both codecs, each to who needs it


@pytest.mark.parametrize("single", [True, False], ids=["v1", "v0"])
@pytest.mark.parametrize("primary", ["av1", "vp9"])
async def test_the_backup_codec_reaches_who_needs_it(
    primary: str, single: bool, tmp_path: Path
) -> None:
    async with (
        MediaServer(local_config(), tick=0.1) as server,
        tab(server, tmp_path / "ann") as ann,
        tab(server, tmp_path / "ben") as ben,
        tab(server, tmp_path / "eve", lacks=primary.upper()) as eve,
    ):
        await ann.join("ann", single=single)
        options = {
            "videoCodec": primary,
            "backupCodec": {"codec": "vp8"},
            "backupCodecPolicy": SIMULCAST,
            "scalabilityMode": "L1T1",
        }
        await ann.call("publish", options)
        await ben.join("ben", single=single)
        await ben.eventually("received", "ann", holds=lambda r: r["frames"] > 10, seconds=40)
        assert {e["codec"] for e in await ann.call("sent")} == {f"video/{primary.upper()}"}
        await eve.join("eve", single=single)
        seen = await eve.eventually("received", "ann", holds=lambda r: r["frames"] > 10, seconds=40)
        assert seen["codec"] == "video/VP8"
        before = await ben.call("received", "ann")
        assert before["codec"] == f"video/{primary.upper()}"
        await ben.eventually(
            "received", "ann", holds=lambda r: r["frames"] > before["frames"] + 10, seconds=40
        )


async def sent_codecs(sender: Tab, seconds: float = 2.0) -> set[str]:
    """The codecs in which frames were sent in the next ``seconds``."""

    def key(entry: dict[str, str]) -> str:
        return f"{entry['codec']} {entry['rid']}"

    before = {key(e): e["frames"] for e in await sender.call("sent")}
    await asyncio.sleep(seconds)
    after = await sender.call("sent")
    return {e["codec"] for e in after if e["frames"] > before.get(key(e), 0)}


async def test_by_default_everybody_goes_over_to_the_backup(tmp_path: Path) -> None:
    async with (
        MediaServer(local_config(), tick=0.1) as server,
        tab(server, tmp_path / "ann") as ann,
        tab(server, tmp_path / "ben") as ben,
        tab(server, tmp_path / "eve", lacks="VP9") as eve,
    ):
        await ann.join("ann")
        await ann.call("publish", {"videoCodec": "vp9"})
        await ben.join("ben")
        await ben.eventually("received", "ann", holds=lambda r: r["frames"] > 10, seconds=40)
        await eve.join("eve")
        for someone in (eve, ben):
            await someone.eventually(
                "received",
                "ann",
                holds=lambda r: r["codec"] == "video/VP8" and r["frames"] > 10,
                seconds=40,
            )
        codecs: set[str] = set()
        for _ in range(10):  # the first codec is switched off five seconds later
            if (codecs := await sent_codecs(ann)) == {"video/VP8"}:
                return
        raise AssertionError(f"still sent in {codecs}")
