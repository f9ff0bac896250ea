"""Stock and its history, for those who own it."""

from __future__ import annotations

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, SkipValidation

from videocall.core.http.actors import SECURED, SignedIn
from videocall.core.http.problems import problems
from videocall.core.paging import DEFAULT_LIMIT, ListRequest, Sort
from videocall.products.interfaces import StockBook
from videocall.products.model.products import ProductId
from videocall.products.model.stock import MovementReason
from videocall.products.schema import MovementBody, MovementPage, NewMovementBody, StockBody

StockDoor = NamedDependency[SkipValidation[StockBook]]

SORTS = (Sort("-created_at"),)


class StockController(Controller):
    """Pieces of a product."""

    path = "/products/{product_id:str}/stock"
    tags = ("products",)
    security = SECURED

    @get(operation_id="getStock", responses=problems(401, 403, 404))
    async def level(
        self, product_id: FromPath[str], actor: SignedIn, stock_book: StockDoor
    ) -> StockBody:
        """Pieces on hand, reserved and available; for its host."""
        return StockBody.of(await stock_book.level(actor, ProductId(product_id)))

    @get("/movements", operation_id="listStockMovements", responses=problems(401, 403, 404, 422))
    async def movements(
        self,
        product_id: FromPath[str],
        actor: SignedIn,
        stock_book: StockDoor,
        limit: FromQuery[int] = DEFAULT_LIMIT,
        cursor: FromQuery[str | None] = None,
        page: FromQuery[int | None] = None,
    ) -> MovementPage:
        """What came and went, newest first; for its host."""
        request = ListRequest.parse(SORTS, limit=limit, cursor=cursor, page=page)
        found = await stock_book.movements(actor, ProductId(product_id), request)
        items = [MovementBody.of(view) for view in found.items]
        return MovementPage(items, found.next_cursor, found.page, found.has_more)

    @post(
        "/movements",
        operation_id="moveStock",
        responses=problems(401, 403, 404, 409, 422),
    )
    async def move(
        self,
        product_id: FromPath[str],
        data: JSONBody[NewMovementBody],
        actor: SignedIn,
        stock_book: StockDoor,
    ) -> MovementBody:
        """Write down that pieces came or went; for its host."""
        view = await stock_book.move(
            actor,
            ProductId(product_id),
            data.quantity,
            MovementReason(data.reason),
            data.note,
        )
        return MovementBody.of(view)
