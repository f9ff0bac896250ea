"""What is to be done when a session ends, by those who wait for something of it."""

from __future__ import annotations

from collections.abc import Callable

Farewell = Callable[[], None]


class Farewells:
    """Called once each, when the session is over."""

    def __init__(self) -> None:
        self._calls: dict[int, Farewell] = {}
        self._next = 0

    def add(self, farewell: Farewell) -> int:
        """Remember one; the number takes it back."""
        self._next += 1
        self._calls[self._next] = farewell
        return self._next

    def discard(self, number: int) -> None:
        self._calls.pop(number, None)

    def say(self) -> None:
        calls, self._calls = list(self._calls.values()), {}
        for call in calls:
            call()
