"""HTTP of checkouts."""

from __future__ import annotations

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, SkipValidation

from videocall.billing.interfaces.checkouts import Checkouts
from videocall.billing.model.checkouts import CheckoutId
from videocall.billing.schema.checkouts import (
    CheckoutBody,
    CheckoutOrderBody,
    CheckoutPage,
    QuoteBody,
    QuoteOrderBody,
)
from videocall.core.http.actors import SECURED, SignedIn
from videocall.core.http.idempotency import Command
from videocall.core.http.problems import problems
from videocall.core.paging import DEFAULT_LIMIT, ListRequest, Sort

CheckoutsDoor = NamedDependency[SkipValidation[Checkouts]]

NEWEST = (Sort("-created_at"),)


class CheckoutController(Controller):
    """Buying from the catalogue."""

    path = "/billing/checkouts"
    tags = ("billing",)
    security = SECURED

    @post(
        "/quote",
        status_code=200,
        operation_id="quoteCheckout",
        responses=problems(401, 404, 409, 422),
    )
    async def quote(
        self,
        data: JSONBody[QuoteOrderBody],
        actor: SignedIn,
        checkouts: CheckoutsDoor,
    ) -> QuoteBody:
        """What the items cost now, with taxes."""
        return QuoteBody.of(await checkouts.quote(data.wanted()))

    @post(operation_id="createCheckout", responses=problems(401, 404, 409, 422, 503))
    async def create(
        self,
        data: JSONBody[CheckoutOrderBody],
        actor: SignedIn,
        command: Command,
        checkouts: CheckoutsDoor,
    ) -> CheckoutBody:
        """Reserve the pieces and open the invoice; then pay the invoice."""
        return CheckoutBody.of(await checkouts.create(actor, data.order(), CheckoutId(command)))

    @get(operation_id="listCheckouts", responses=problems(401, 422))
    async def list_checkouts(
        self,
        actor: SignedIn,
        checkouts: CheckoutsDoor,
        limit: FromQuery[int] = DEFAULT_LIMIT,
        cursor: FromQuery[str | None] = None,
        page: FromQuery[int | None] = None,
    ) -> CheckoutPage:
        """One's own checkouts, newest first; administrators see all."""
        request = ListRequest.parse(NEWEST, limit=limit, cursor=cursor, page=page)
        found = await checkouts.list_checkouts(actor, request)
        items = [CheckoutBody.of(view) for view in found.items]
        return CheckoutPage(items, found.next_cursor, found.page, found.has_more)

    @get("/{checkout_id:str}", operation_id="getCheckout", responses=problems(401, 404))
    async def read(
        self, checkout_id: FromPath[str], actor: SignedIn, checkouts: CheckoutsDoor
    ) -> CheckoutBody:
        """A checkout."""
        return CheckoutBody.of(await checkouts.get(actor, CheckoutId(checkout_id)))

    @post(
        "/{checkout_id:str}/cancel",
        status_code=200,
        operation_id="cancelCheckout",
        responses=problems(401, 404, 409, 503),
    )
    async def cancel(
        self, checkout_id: FromPath[str], actor: SignedIn, checkouts: CheckoutsDoor
    ) -> CheckoutBody:
        """Give it up: the pieces are free again, the invoice is void."""
        return CheckoutBody.of(await checkouts.cancel(actor, CheckoutId(checkout_id)))


CONTROLLERS = (CheckoutController,)
