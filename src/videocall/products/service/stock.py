"""Stock for those who own it: levels and their history."""

from __future__ import annotations

from videocall.core.access import Actor
from videocall.core.clock import Clock
from videocall.core.errors import FieldError, ValidationFailed
from videocall.core.ids import Ids
from videocall.core.paging import ListRequest, Page, Position, list_page
from videocall.products import events
from videocall.products.errors import StockBelowZero, StockUnlimited
from videocall.products.interfaces import MovementView
from videocall.products.interfaces.work import ProductsUnits
from videocall.products.model.products import MAX_STOCK, ProductId
from videocall.products.model.stock import (
    MAX_NOTE_CHARACTERS,
    Movement,
    MovementReason,
    StockLevel,
)
from videocall.products.service.catalogue import managed
from videocall.products.service.names import ShownNames


class StockBookService:
    """What hosts see and write down of their stock."""

    def __init__(self, units: ProductsUnits, names: ShownNames, ids: Ids, clock: Clock) -> None:
        self._units = units
        self._names = names
        self._ids = ids
        self._clock = clock

    async def level(self, actor: Actor, product_id: ProductId) -> StockLevel:
        async with self._units.read() as work:
            product = await managed(work, actor, product_id, lock=False)
        return StockLevel(product.on_hand, product.reserved)

    async def movements(
        self, actor: Actor, product_id: ProductId, request: ListRequest
    ) -> Page[MovementView]:
        async with self._units.read() as work:
            await managed(work, actor, product_id, lock=False)
            found = await work.stock.movements(product_id, request)
        page = list_page(found, [Position(None, item.id) for item in found], request)
        names = await self._names.people({item.actor_id for item in page.items if item.actor_id})
        views = [
            MovementView(item, names.get(item.actor_id) if item.actor_id else None)
            for item in page.items
        ]
        return Page(views, page.next_cursor, page.page)

    async def move(
        self,
        actor: Actor,
        product_id: ProductId,
        quantity: int,
        reason: MovementReason,
        note: str,
    ) -> MovementView:
        wrong = _movement_errors(quantity, reason, note)
        if wrong:
            raise ValidationFailed(fields=wrong)
        async with self._units.write() as work:
            product = await managed(work, actor, product_id)
            if product.on_hand is None:
                raise StockUnlimited
            if product.on_hand + quantity > MAX_STOCK:
                words = f"At most {MAX_STOCK} pieces are on hand."
                raise ValidationFailed(fields=[FieldError("quantity", "out_of_range", words)])
            level = await work.stock.move(product_id, quantity)
            if level is None:
                words = f"{product.on_hand} are on hand, {product.reserved} of them reserved."
                raise StockBelowZero(fields=[FieldError("quantity", "out_of_range", words)])
            movement = Movement(
                id=self._ids.new(),
                product_id=product_id,
                quantity=quantity,
                reason=reason,
                note=note.strip(),
                balance=level.on_hand,
                reference=None,
                actor_id=actor.user_id,
                created_at=self._clock.now(),
            )
            await work.stock.add_movement(movement)
            happened = [events.stock_moved(movement)]
            work.events.append(events.product_stream(product_id), None, happened, actor.user_id)
        return MovementView(movement, actor.name)


def _movement_errors(quantity: int, reason: MovementReason, note: str) -> list[FieldError]:
    wrong = []
    if quantity == 0 and reason is not MovementReason.COUNTED:
        wrong.append(FieldError("quantity", "out_of_range", "Pieces come or go: not 0."))
    if abs(quantity) > MAX_STOCK:
        words = f"From -{MAX_STOCK} to {MAX_STOCK}."
        wrong.append(FieldError("quantity", "out_of_range", words))
    if len(note.strip()) > MAX_NOTE_CHARACTERS:
        words = f"At most {MAX_NOTE_CHARACTERS} characters."
        wrong.append(FieldError("note", "too_long", words))
    if not note.isprintable():
        wrong.append(FieldError("note", "format", "A note has no control characters."))
    return wrong
