"""A server and its clients in network namespaces of their own, joined by links that can be bad.

Loss is nftables' ``numgen random``; a narrow link is tc's token bucket filter (tbf). Both stand
at one end of a veth pair, never in the namespace of the tests. Needs root.
"""

from __future__ import annotations

import itertools
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

BUFFER = "30kb"  # burst of a tbf: small enough that a limit holds within a fraction of a second
QUEUE_MS = 200  # how long a packet may wait before a narrow link drops it
_numbers = itertools.count(1)


def run(*command: str) -> None:
    """Run a command to its end.

    Raises:
        RuntimeError: it failed; with what it said.
    """
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")


@dataclass
class Link:
    """A veth pair: ``near`` in the server's namespace, ``far`` in ``space`` (None: the tests')."""

    server: str
    space: str | None
    number: int
    host: int = 2
    near: str = ""
    far: str = ""

    def __post_init__(self) -> None:
        self.near, self.far = f"n{self.number}", f"vc{os.getpid()}n{self.number}"

    @property
    def net(self) -> str:
        return f"10.{64 + os.getpid() % 100}.{self.number}"

    @property
    def gateway(self) -> str:
        """The server's address on this link."""
        return f"{self.net}.1"

    @property
    def command(self) -> list[str]:
        """What to put before a command that shall run at this link's end."""
        return ["ip", "netns", "exec", self.space] if self.space else []

    def up(self) -> None:
        run("ip", "link", "add", self.far, "type", "veth", "peer", "name", self.near,
            "netns", self.server)  # fmt: skip
        self._near("ip", "addr", "add", f"{self.gateway}/24", "dev", self.near)
        self._near("ip", "link", "set", self.near, "up")
        if self.space:
            run("ip", "link", "set", self.far, "netns", self.space)
        self._far("ip", "addr", "add", f"{self.net}.{self.host}/24", "dev", self.far)
        self._far("ip", "link", "set", self.far, "up")
        self._route()

    def _route(self) -> None:
        # Chromium asks for the way to a public address to learn which of its own it has.
        if self.space:
            self._far("ip", "route", "replace", "default", "via", self.gateway)

    def _near(self, *command: str) -> None:
        run("ip", "netns", "exec", self.server, *command)

    def _far(self, *command: str) -> None:
        run(*self.command, *command)

    def leave(self) -> None:
        """Take the client's address away."""
        self._far("ip", "addr", "del", f"{self.net}.{self.host}/24", "dev", self.far)

    def arrive(self) -> None:
        """Give the client, who has left, another address."""
        self.host += 1
        self._far("ip", "addr", "add", f"{self.net}.{self.host}/24", "dev", self.far)
        self._route()

    def narrow(self, kbit: int | None) -> None:
        """Limit what the client receives; None: as wide as it was."""
        if kbit is None:
            self._near("tc", "qdisc", "del", "dev", self.near, "root")
            return
        limit = ("tbf", "rate", f"{kbit}kbit", "burst", BUFFER, "latency", f"{QUEUE_MS}ms")
        self._near("tc", "qdisc", "replace", "dev", self.near, "root", *limit)

    def lose(self, percent: int) -> None:
        """Drop a share of the UDP packets of this link, both ways; 0 ends it."""
        table = ("nft", "table inet", f"loss{self.number}")
        if percent == 0:
            self._near("nft", "delete", "table", "inet", f"loss{self.number}")
            return
        rules = "".join(
            f"chain {hook} {{ type filter hook {hook} priority 0; {name} {self.near} "
            f"meta l4proto udp numgen random mod 100 < {percent} drop; }}\n"
            for hook, name in (("input", "iifname"), ("output", "oifname"))
        )
        self._near(table[0], f"{table[1]} {table[2]} {{ {rules} }}")


@dataclass
class Network:
    """One server's namespace and the links to it. Use :func:`network`."""

    name: str
    links: list[Link] = field(default_factory=list)

    @property
    def command(self) -> list[str]:
        """What to put before a command that shall run where the server is."""
        return ["ip", "netns", "exec", self.name]

    def link(self, *, here: bool = False) -> Link:
        """Another client's link; ``here`` ends it in the namespace of the tests."""
        number = len(self.links) + 1
        space = None if here else f"{self.name}c{number}"
        if space:
            _space(space)
        made = Link(self.name, space, number)
        self.links.append(made)
        made.up()
        return made


def _space(name: str) -> None:
    run("ip", "netns", "add", name)
    run("ip", "netns", "exec", name, "ip", "link", "set", "lo", "up")
    # One family is enough; a second would need as many rules again.
    run("ip", "netns", "exec", name, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")


@contextmanager
def network() -> Iterator[Network]:
    """A server's namespace, gone with all its links afterwards."""
    made = Network(f"vcnet{os.getpid()}x{next(_numbers)}")
    _space(made.name)
    try:
        yield made
    finally:
        # Interfaces go with the namespace that holds one end, but only after a while.
        for one in made.links:
            subprocess.run(["ip", "-n", made.name, "link", "del", one.near], check=False)
        for name in [made.name, *(one.space for one in made.links if one.space)]:
            subprocess.run(["ip", "netns", "del", name], check=False)
