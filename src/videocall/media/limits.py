"""Checks of what clients and API callers want a participant to carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from videocall.media.config import Limits


class Description(Protocol):
    """A request that sets a name, metadata and attributes."""

    @property
    def name(self) -> str: ...
    @property
    def metadata(self) -> str: ...
    @property
    def attributes(self) -> Mapping[str, str]: ...


def limits_exceeded(change: Description, attributes: Mapping[str, str], limits: Limits) -> str:
    """Which limit ``change`` breaks for a participant with ``attributes``; empty: none."""
    if len(change.name) > limits.name:
        return f"name length exceeds limits: at most {limits.name} characters"
    if len(change.metadata.encode()) > limits.metadata:
        return f"metadata size exceeds limits: at most {limits.metadata} bytes"
    merged = {**attributes, **change.attributes}
    size = sum(len(k.encode()) + len(v.encode()) for k, v in merged.items())
    if size > limits.attributes:
        return f"attribute size exceeds limits: at most {limits.attributes} bytes"
    return ""
