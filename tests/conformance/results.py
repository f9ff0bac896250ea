"""What a run found out, line by line and client by client, and the document made of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.conformance.lines import LINES, SECTIONS

HEAD = """# Conformance

Made by a run of `make conformance`: every line is a test with published clients against
`videocall media` as a process of its own. ✓ passed, ✗ failed; blank: not tried with this client.
CI makes the same run and fails when this page is not what it found. The Go SDK has no encoder and
hands out packets: it publishes silence, and what it receives is counted in packets.

| client | version |
|---|---|
"""


@dataclass(slots=True)
class Results:
    """Outcomes by line and client: True passed, False failed."""

    clients: dict[str, str]  # name: version
    found: dict[tuple[str, str], bool] = field(default_factory=dict)

    def note(self, line: str, clients: Iterable[str], passed: bool) -> None:
        """A test of that line by these clients; one failure counts against any success."""
        for client in clients:
            self.found[line, client] = self.found.get((line, client), True) and passed

    def missing(self) -> list[str]:
        """The lines that no client passed."""
        return [
            line
            for line in LINES
            if not any(self.found.get((line, client), False) for client in self.clients)
        ]

    def document(self) -> str:
        """The whole page."""
        parts = [HEAD, *(f"| {name} | {version} |\n" for name, version in self.clients.items())]
        for number, title in SECTIONS.items():
            parts.append(f"\n## {title}\n\n| line | {' | '.join(self.clients)} |\n")
            parts.append(f"|---|{'---|' * len(self.clients)}\n")
            for line, text in LINES.items():
                if line.startswith(number):
                    cells = " | ".join(self._cell(line, client) for client in self.clients)
                    parts.append(f"| {text} | {cells} |\n")
        return "".join(parts)

    def _cell(self, line: str, client: str) -> str:
        return _MARKS[self.found.get((line, client))]


_MARKS = {True: "✓", False: "✗", None: " "}
