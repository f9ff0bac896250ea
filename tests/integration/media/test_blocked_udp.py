"""The published Python SDK in a network that drops all UDP: the call goes over TCP."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.media import blocked_udp

ROOT = Path(__file__).resolve().parents[3]
NETWORK = f"vc-tcp-{os.getpid()}"
ADDRESS = "198.18.7.1"  # RFC 2544: for tests of networks

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("nft") is None,
    reason="making a network namespace takes root, dropping UDP in it nftables",
)


@pytest.fixture
def namespace() -> Iterator[str]:
    """A network of its own in which no UDP packet leaves a socket."""
    inside = ["ip", "netns", "exec", NETWORK]
    chain = "add chain inet block out { type filter hook output priority 0; }"
    subprocess.run(["ip", "netns", "add", NETWORK], check=True)
    try:
        for command in (
            ["ip", "link", "set", "lo", "up"],
            ["ip", "link", "add", "eth0", "type", "veth", "peer", "name", "eth1"],
            ["ip", "link", "set", "eth1", "up"],
            ["ip", "address", "add", f"{ADDRESS}/24", "dev", "eth0"],
            ["ip", "link", "set", "eth0", "up"],
            ["nft", "add table inet block"],
            ["nft", chain],
            ["nft", "add rule inet block out meta l4proto udp counter drop"],
        ):
            subprocess.run([*inside, *command], check=True)
        yield NETWORK
    finally:
        subprocess.run(["ip", "netns", "delete", NETWORK], check=True)


def test_media_and_data_go_over_tcp_where_udp_is_dropped(namespace: str) -> None:
    command = ["ip", "netns", "exec", namespace, sys.executable, "-m", blocked_udp.__name__]
    done = subprocess.run(
        [*command, ADDRESS], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["frames"] >= 30
    assert seen["data"] == "over TCP"
    rules = subprocess.run(
        ["ip", "netns", "exec", namespace, "nft", "list", "ruleset"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "counter packets 0 " not in rules.stdout, "the clients never tried UDP"
