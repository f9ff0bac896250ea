"""What the test provider is told at its start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class TestpayConfig:
    """One test provider. ``secret`` opens its API and signs its webhooks.

    ``public_url``: where browsers reach its card page, without a slash at the end; empty: this
    port at the host of the return address. ``delay_seconds``: from a booked charge or refund to
    the answer. ``late_seconds``: until a late card succeeds, and a disputed one is disputed.
    """

    __test__ = False  # a name that pytest would collect

    host: str
    port: int
    secret: str
    ledger: Path
    webhook_url: str
    public_url: str = ""
    delay_seconds: float = 0.0
    late_seconds: float = 5.0
    webhook_timeout_seconds: float = 5.0

    @property
    def local_host(self) -> str:
        """Where this machine reaches it."""
        host = "127.0.0.1" if self.host in ("", "0.0.0.0", "::") else self.host
        return f"[{host}]" if ":" in host else host
