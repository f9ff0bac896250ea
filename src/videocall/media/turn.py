"""TURN servers for clients, with credentials that end by themselves.

The TURN REST convention (draft-uberti-behave-turn-rest-00) as coturn's ``use-auth-secret`` reads
it: the user name is ``<Unix seconds of its end>:<participant>``, the password the base64 of its
HMAC-SHA1 under the shared secret.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from livekit.protocol import rtc

_SCHEMES = ("turn:", "turns:", "stun:")


@dataclass(frozen=True, slots=True)
class Turn:
    """``urls`` as RFC 7065 writes them (``turn:host:3478?transport=udp``), or ``stun:``."""

    urls: Sequence[str] = ()
    secret: str = ""
    credential_seconds: int = 21_600

    def __post_init__(self) -> None:
        for url in self.urls:
            if not url.startswith(_SCHEMES):
                raise ValueError(f"{url!r} is no TURN address: begin it with turn: or turns:")
        if self._relays and not self.secret:
            raise ValueError("TURN servers need the secret that they share with us")

    @property
    def _relays(self) -> list[str]:
        return [url for url in self.urls if not url.startswith("stun:")]

    @property
    def speaks_tls(self) -> bool:
        """Whether one of them is reached over TLS."""
        return any(url.startswith("turns:") for url in self.urls)

    def ice_servers(self, participant_sid: str, now: float) -> list[rtc.ICEServer]:
        """What a client is given at ``now`` (Unix seconds); nothing without TURN servers."""
        found = []
        if stun := [url for url in self.urls if url.startswith("stun:")]:
            found.append(rtc.ICEServer(urls=stun))
        if relays := self._relays:
            name = f"{int(now) + self.credential_seconds}:{participant_sid}"
            digest = hmac.new(self.secret.encode(), name.encode(), hashlib.sha1).digest()
            password = base64.b64encode(digest).decode()
            found.append(rtc.ICEServer(urls=relays, username=name, credential=password))
        return found
