"""Answers kept in memory, bounded in number and age; what replaces them by Redis fits here too."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

V = TypeVar("V")


class Cache(Protocol[V]):
    """Keeps values that can be made again.

    Whoever makes a value asks for a stamp *before* reading what it is made from. When anything was
    forgotten since, the value may be older than that, and `put` does not keep it.
    """

    async def get(self, key: str) -> V | None: ...

    async def stamp(self) -> int: ...

    async def put(self, key: str, value: V, stamp: int) -> None: ...

    async def forget(self, *keys: str) -> None:
        """Drop entries, or with 'group:' a whole group, and what is being made just now."""
        ...

    async def clear(self) -> None: ...


class MemoryCache(Generic[V]):
    """The least recently used leave first; ``seconds`` is the age at which any leaves.

    Keys have the form 'group:rest'; forgetting 'group:' drops the whole group.
    """

    def __init__(
        self, entries: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._entries = entries
        self._seconds = seconds
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, int, V]] = OrderedDict()
        self._generations: dict[str, int] = {}  # of a group that was dropped: O(1), no search
        self._stamp = 0

    async def get(self, key: str) -> V | None:
        found = self._kept.get(key)
        if found is None:
            return None
        expires, generation, value = found
        if generation != self._generation(key) or self._clock() >= expires:
            del self._kept[key]
            return None
        self._kept.move_to_end(key)
        return value

    async def stamp(self) -> int:
        return self._stamp

    async def put(self, key: str, value: V, stamp: int) -> None:
        if stamp != self._stamp or self._entries == 0:
            return
        self._kept[key] = (self._clock() + self._seconds, self._generation(key), value)
        self._kept.move_to_end(key)
        if len(self._kept) > self._entries:
            self._kept.popitem(last=False)

    async def forget(self, *keys: str) -> None:
        self._stamp += 1
        for key in keys:
            if key.endswith(":"):
                self._generations[key] = self._generations.get(key, 0) + 1
            else:
                self._kept.pop(key, None)

    async def clear(self) -> None:
        self._stamp += 1
        self._kept.clear()

    def _generation(self, key: str) -> int:
        return self._generations.get(key[: key.find(":") + 1], 0)
