"""HTTP of sales."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter, SkipValidation

from videocall.billing.interfaces.sales import Sales
from videocall.billing.model.sales import SalesFilter
from videocall.billing.schema.sales import SaleBody, SalePage, SalesSummaryBody
from videocall.core.access import UserId
from videocall.core.http.actors import SECURED, SignedIn
from videocall.core.http.problems import problems
from videocall.core.paging import DEFAULT_LIMIT, ListRequest, Sort

SalesDoor = NamedDependency[SkipValidation[Sales]]

FromDay = Annotated[date | None, QueryParameter(name="from", description="First day, in UTC")]
ToDay = Annotated[date | None, QueryParameter(name="to", description="Last day, in UTC")]

NEWEST = (Sort("-sold_at", datetime),)


class SalesController(Controller):
    """What hosts have sold."""

    path = "/billing/sales"
    tags = ("billing",)
    security = SECURED

    @get(operation_id="listSales", responses=problems(401, 403, 422))
    async def list_sales(
        self,
        actor: SignedIn,
        sales: SalesDoor,
        first: FromDay = None,
        last: ToDay = None,
        host_id: FromQuery[str | None] = None,
        product_id: FromQuery[str | None] = None,
        limit: FromQuery[int] = DEFAULT_LIMIT,
        cursor: FromQuery[str | None] = None,
        page: FromQuery[int | None] = None,
    ) -> SalePage:
        """Sold lines, newest first: a host's own, for administrators of everybody."""
        wanted = SalesFilter(UserId(host_id) if host_id else None, product_id, first, last)
        request = ListRequest.parse(NEWEST, limit=limit, cursor=cursor, page=page)
        found = await sales.list_sales(actor, wanted, request)
        items = [SaleBody.of(view) for view in found.items]
        return SalePage(items, found.next_cursor, found.page, found.has_more)

    @get("/summary", operation_id="sumSales", responses=problems(401, 403, 422))
    async def summary(
        self,
        actor: SignedIn,
        sales: SalesDoor,
        first: FromDay = None,
        last: ToDay = None,
        host_id: FromQuery[str | None] = None,
        product_id: FromQuery[str | None] = None,
    ) -> SalesSummaryBody:
        """What was sold, by month and by product."""
        wanted = SalesFilter(UserId(host_id) if host_id else None, product_id, first, last)
        return SalesSummaryBody.of(await sales.summary(actor, wanted))


CONTROLLERS = (SalesController,)
