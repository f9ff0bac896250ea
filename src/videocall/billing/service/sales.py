"""What hosts have sold, as they and administrators read it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Protocol

from videocall.billing.interfaces.sales import SaleView
from videocall.billing.interfaces.settlement import SettlementUnits
from videocall.billing.model.sales import SalesFilter, SalesSummary
from videocall.core.access import Actor, UserId
from videocall.core.errors import Forbidden
from videocall.core.paging import ListRequest, Page, Position, list_page


class PeopleNames(Protocol):
    """What sales need to know about people."""

    async def names(self, ids: Collection[UserId]) -> Mapping[UserId, str]:
        """The names of those accounts that exist."""
        ...


class SalesService:
    """Sales of all hosts."""

    def __init__(self, units: SettlementUnits, people: PeopleNames, currency: str) -> None:
        self._units = units
        self._people = people
        self._currency = currency

    async def list_sales(
        self, actor: Actor, wanted: SalesFilter, request: ListRequest
    ) -> Page[SaleView]:
        wanted = _allowed(actor, wanted)
        async with self._units.read() as work:
            found = await work.sales.listed(wanted, request)
        page = list_page(found, [Position(sale.sold_at, sale.id) for sale, _, _ in found], request)
        names = await self._people.names({sale.customer_id for sale, _, _ in page.items})
        views = [
            SaleView(sale, number, status, names.get(sale.customer_id, ""))
            for sale, number, status in page.items
        ]
        return Page(views, page.next_cursor, page.page)

    async def summary(self, actor: Actor, wanted: SalesFilter) -> SalesSummary:
        async with self._units.read() as work:
            return await work.sales.summary(_allowed(actor, wanted), self._currency)


def _allowed(actor: Actor, wanted: SalesFilter) -> SalesFilter:
    if actor.is_admin:
        return wanted
    if not actor.may_host:
        raise Forbidden("Sales are for hosts and administrators.")
    return replace(wanted, host_id=actor.user_id)
