"""HTTP of refunds; they are made by credit notes, here failed ones are asked for anew."""

from __future__ import annotations

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation

from videocall.billing.interfaces.refunds import Refunds
from videocall.billing.model.charges import RefundId
from videocall.billing.schema.credit_notes import RefundBody
from videocall.billing.schema.refunds import RefundList, RefundRetryBody
from videocall.core.http.actors import SECURED, SignedIn
from videocall.core.http.problems import problems

RefundsDoor = NamedDependency[SkipValidation[Refunds]]


class RefundController(Controller):
    """Refunds."""

    path = "/billing/refunds"
    tags = ("billing",)
    security = SECURED

    @post(
        "/{refund_id:str}/retry",
        operation_id="retryRefund",
        responses=problems(401, 403, 404, 409, 422),
    )
    async def retry(
        self,
        refund_id: FromPath[str],
        data: JSONBody[RefundRetryBody],
        actor: SignedIn,
        refunds: RefundsDoor,
    ) -> RefundList:
        """Ask anew for a refund that failed, or put it into the wallet; for administrators."""
        made = await refunds.retry(actor, RefundId(refund_id), data.target)
        return RefundList([RefundBody.of(refund) for refund in made])


CONTROLLERS = (RefundController,)
