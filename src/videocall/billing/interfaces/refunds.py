"""Refunds: what the door offers, and what its service needs from the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from videocall.billing.model.charges import PaymentId, RefundId
from videocall.billing.model.refunds import Refund, RefundTarget
from videocall.core.access import Actor


class Refunds(Protocol):
    """Money on its way back."""

    async def retry(
        self, actor: Actor, refund_id: RefundId, target: RefundTarget
    ) -> Sequence[Refund]:
        """Ask anew for a refund that failed, the same way or to the wallet: new refunds.

        Raises Forbidden, RefundNotFound, RefundTransition.
        """
        ...


class RefundRepository(Protocol):
    """Refunds in the database."""

    async def add(self, refund: Refund) -> None: ...

    async def get(self, refund_id: RefundId) -> Refund | None: ...

    async def lock(self, refund_id: RefundId) -> Refund | None:
        """As get, and nobody else changes it until the transaction ends."""
        ...

    async def put(self, refund: Refund) -> None: ...

    async def of_credit_notes(
        self, credit_note_ids: Collection[str]
    ) -> Mapping[str, Sequence[Refund]]:
        """Refunds by the credit notes that they belong to, oldest first."""
        ...

    async def of_invoice(self, invoice_id: str) -> Sequence[Refund]: ...

    async def of_payment(self, payment_id: PaymentId) -> Sequence[Refund]: ...

    async def claim(self, now: datetime, until: datetime, limit: int) -> Sequence[RefundId]:
        """Refunds whose time has come, for nobody else until then."""
        ...
