"""What the shapes of billing share: the type of their rules for fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from videocall.core.errors import FieldError

Rules: TypeAlias = Mapping[str, Callable[[Any], Sequence[FieldError]]]
