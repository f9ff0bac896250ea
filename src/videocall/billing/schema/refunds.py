"""Shapes of refunds that are asked for anew."""

from __future__ import annotations

from typing import Literal

import msgspec

from videocall.billing.model.refunds import RefundTarget
from videocall.billing.schema.credit_notes import RefundBody


class RefundRetryBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the money goes this time."""

    refund: Literal["original", "wallet"] = "original"

    @property
    def target(self) -> RefundTarget:
        """As the service takes it."""
        return RefundTarget(self.refund)


class RefundList(msgspec.Struct, frozen=True):
    """The new refunds."""

    items: list[RefundBody]
