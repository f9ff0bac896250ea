"""Names for what the server makes: LiveKit's prefixed sids and the engine's integer handles."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable
from itertools import count

_ALPHABET = string.ascii_letters + string.digits


def random_text(length: int) -> str:
    """Letters and digits from the operating system's randomness."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


class Ids:
    """Sids (``RM_``, ``PA_``, ``TR_``, ``EV_``) and handles that are never used twice."""

    def __init__(self, random: Callable[[int], str] = random_text) -> None:
        self._random = random
        self._handles = count(1)

    def room(self) -> str:
        return "RM_" + self._random(12)

    def participant(self) -> str:
        return "PA_" + self._random(12)

    def track(self, kind: str) -> str:
        """``kind`` is LiveKit's letter pair for what is carried, such as AM for a microphone."""
        return f"TR_{kind}{self._random(12)}"

    def event(self) -> str:
        return "EV_" + self._random(12)

    def handle(self) -> int:
        return next(self._handles)
