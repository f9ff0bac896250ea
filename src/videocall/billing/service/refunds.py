"""Refunds as administrators meet them: those that failed are asked for anew."""

from __future__ import annotations

from collections.abc import Sequence

from videocall.billing.model.charges import RefundId
from videocall.billing.model.refunds import Refund, RefundTarget
from videocall.billing.service.refunding import Refunding
from videocall.core.access import Actor
from videocall.core.errors import Forbidden


class RefundService:
    """Money on its way back."""

    def __init__(self, refunding: Refunding) -> None:
        self._refunding = refunding

    async def retry(
        self, actor: Actor, refund_id: RefundId, target: RefundTarget
    ) -> Sequence[Refund]:
        if not actor.is_admin:
            raise Forbidden("Only administrators send money back.")
        return await self._refunding.again(refund_id, target)
