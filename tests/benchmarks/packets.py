"""CPU per forwarded packet: the engine next to a bare forwarder, alternating in the same run."""

from __future__ import annotations

import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from videocall.media._engine import Engine
from videocall.media.engine import EngineConfig, PublishSection, Role, SendSection

ROOT = Path(__file__).resolve().parents[2]
BINARY = ROOT / "engine" / "target" / "release" / "engine-bench"
ROOM, TRACK = 1, 1


@dataclass(frozen=True, slots=True)
class Cost:
    """One run: CPU of the forwarding threads for each packet sent on, and what arrived."""

    microseconds: float
    delivered: float  # share of the packets that should have arrived


def build() -> None:
    """Compile the load generator."""
    command = ["cargo", "build", "--release", "--quiet", "-p", "engine-bench"]
    subprocess.run(command, cwd=ROOT / "engine", check=True)


def bare(subscribers: int, seconds: int, sending: str) -> Cost:
    """The bare forwarder, sending by ``gso`` (a run of packets a call) or ``sendto``."""
    command = [str(BINARY), "bare", str(subscribers), str(seconds), sending]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    sent, forwarded, received, nanoseconds = map(int, printed.split()[1:])
    return Cost(nanoseconds / forwarded / 1000, received / (sent * subscribers))


def engine(subscribers: int, seconds: int) -> Cost:
    """The engine, with real handshakes; the clients run in a process of their own."""
    command = [str(BINARY), "clients", str(subscribers), str(seconds)]
    ours = Engine(EngineConfig(bind="127.0.0.1", port=0, advertise=["127.0.0.1"]))
    try:
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as load:
            assert load.stdin
            assert load.stdout
            _negotiate(ours, load.stdin, load.stdout, subscribers)
            assert load.stdout.readline().strip() == b"connected"
            before = ours.stats()
            load.stdin.write(b"go\n")
            load.stdin.flush()
            words = load.stdout.readline().split()
            after = ours.stats()
        assert words[0] == b"done"
        sent, received = int(words[1]), int(words[2])
        nanoseconds = after.engine_cpu_ns - before.engine_cpu_ns
        return Cost(nanoseconds / (sent * subscribers) / 1000, received / (sent * subscribers))
    finally:
        ours.close()


def _negotiate(ours: Engine, to: IO[bytes], come: IO[bytes], subscribers: int) -> None:
    ours.open_room(ROOM)
    for number in range(subscribers + 1):
        word, place, size = come.readline().split()
        assert (word, int(place)) == (b"offer", number)
        offer = come.read(int(size)).decode()
        handle = number + 1
        ours.add_participant(ROOM, handle, f"PA_{number}", f"bench-{number}", True)
        ours.add_transport(handle, handle, Role.SINGLE)
        mid = ours.read_offer(offer)[0].mid
        publish = [PublishSection(mid, TRACK)] if number == 0 else []
        send = [] if number == 0 else [SendSection(mid, TRACK, "PA_0|TR_0", "TR_0")]
        answer = ours.answer(handle, offer, publish, send).encode()
        to.write(f"answer {number} {len(answer)}\n".encode() + answer)
    to.flush()


def compare(subscribers: int, rounds: int, seconds: int) -> str:
    """Alternate all three ``rounds`` times; a table of medians with ratios to the bare one."""
    kinds = ("engine", "bare, GSO", "bare, sendto")
    runs: dict[str, list[Cost]] = {kind: [] for kind in kinds}
    for _ in range(rounds):
        runs["bare, GSO"].append(bare(subscribers, seconds, "gso"))
        runs["engine"].append(engine(subscribers, seconds))
        runs["bare, sendto"].append(bare(subscribers, seconds, "sendto"))
    unit = _median(runs["bare, GSO"])
    lines = [f"CPU per forwarded packet, 1 to {subscribers}, {rounds} rounds of {seconds} s:"]
    for kind, costs in runs.items():
        each = [cost.microseconds for cost in costs]
        delivered = min(cost.delivered for cost in costs)
        lines.append(
            f"  {kind:<14}{_median(costs):6.2f} us (median; {min(each):.2f} to {max(each):.2f})"
            f"  {_median(costs) / unit:5.2f} x bare  {delivered:7.2%} delivered"
        )
    return "\n".join(lines)


def _median(costs: Sequence[Cost]) -> float:
    return statistics.median(cost.microseconds for cost in costs)
