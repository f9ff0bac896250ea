"""Reserved stock: kept until taken, released or too old; all or nothing, safe to repeat.

Rows are locked in one order everywhere (reservation, products by id, the log of events), so that
no two buyers wait for each other.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from videocall.core.clock import Clock
from videocall.core.errors import FieldError, ValidationFailed
from videocall.core.ids import Ids
from videocall.products import events
from videocall.products.errors import (
    OutOfStock,
    ProductNotForSale,
    ProductNotFound,
    ReservationNotFound,
    ReservationTaken,
    ReturnTooLarge,
)
from videocall.products.interfaces.work import ProductsUnits, ProductsWork
from videocall.products.model.products import ProductId, ProductStatus
from videocall.products.model.stock import (
    MAX_KEY_CHARACTERS,
    Movement,
    MovementReason,
    Reservation,
    ReservationState,
    StockLevel,
    StockLine,
    line_errors,
    merged,
)

T = TypeVar("T")

_SWEEP = 100


class StockService:
    """The pieces of the shop, for other domains."""

    def __init__(self, units: ProductsUnits, ids: Ids, clock: Clock) -> None:
        self._units = units
        self._ids = ids
        self._clock = clock

    async def reserve(self, key: str, lines: Sequence[StockLine], until: datetime) -> Reservation:
        _check(key, lines)

        async def attempt() -> Reservation:
            async with self._units.write() as work:
                return await self._reserve(work, key, lines, until)

        return await self._with_expired(attempt, [line.product_id for line in lines])

    async def take(self, key: str) -> None:
        known = (await self.reservations([key])).get(key)
        if known is None:
            raise ReservationNotFound

        async def attempt() -> None:
            async with self._units.write() as work:
                await self._take(work, key)

        await self._with_expired(attempt, [line.product_id for line in known.lines])

    async def release(self, key: str) -> None:
        async with self._units.write() as work:
            known = await work.reservations.lock(key)
            if known is None or known.state is ReservationState.RELEASED:
                return
            if not known.may_become(ReservationState.RELEASED):
                raise ReservationTaken
            if known.state is ReservationState.ACTIVE:
                await _free(work, [known])
            await self._put(work, known, ReservationState.RELEASED)

    async def give_back(self, key: str, lines: Sequence[StockLine], return_key: str) -> None:
        _check(return_key, lines)
        async with self._units.write() as work:
            known = await work.reservations.lock(key)
            if known is None or known.state is not ReservationState.TAKEN:
                raise ReservationNotFound
            if not await work.reservations.add_return(return_key, key, self._clock.now()):
                return
            for line in merged(lines):
                if not await work.reservations.count_returned(key, line):
                    raise ReturnTooLarge
                level = await work.stock.move(line.product_id, line.quantity)
                if level is not None:  # None: nobody counts the pieces of this product
                    await self._moved(work, line, level, MovementReason.RETURNED, return_key)

    async def reservations(self, keys: Collection[str]) -> Mapping[str, Reservation]:
        async with self._units.read() as work:
            return await work.reservations.find(keys)

    async def sweep(self) -> int:
        """Free what expired; how many reservations that were."""
        freed = 0
        while True:
            found = await self._expire(())
            freed += found
            if found < _SWEEP:
                return freed

    async def _with_expired(
        self, attempt: Callable[[], Awaitable[T]], products: Sequence[ProductId]
    ) -> T:
        # What expired is only given back when somebody wants it, or by the sweeper.
        try:
            return await attempt()
        except OutOfStock:
            async with self._units.read() as work:
                if not await work.reservations.any_due(self._clock.now(), products):
                    raise
        await self._expire(products)
        return await attempt()

    async def _reserve(
        self, work: ProductsWork, key: str, lines: Sequence[StockLine], until: datetime
    ) -> Reservation:
        now = self._clock.now()
        wanted = Reservation(key, ReservationState.ACTIVE, until, merged(lines))
        known = await work.reservations.lock(key)
        if known is None and not await work.reservations.add(wanted, now):
            known = await work.reservations.lock(key)  # somebody was faster with the same key
        if known is not None and known.state is ReservationState.TAKEN:
            return known
        if known is not None and known.state is ReservationState.ACTIVE:
            longer = replace(known, until=max(known.until, until))
            await work.reservations.put(longer, now)
            return longer
        await _keep(work, key, wanted.lines, lines)
        if known is not None:
            await work.reservations.put(wanted, now)
        await work.reservations.set_lines(wanted)
        return wanted

    async def _take(self, work: ProductsWork, key: str) -> None:
        known = await work.reservations.lock(key)
        if known is None:
            raise ReservationNotFound
        if known.state is ReservationState.TAKEN:
            return
        if known.state is not ReservationState.ACTIVE:
            await _keep(work, key, known.lines, known.lines)
        for line in known.lines:
            level = await work.stock.sell(line)
            if level is None:
                raise ProductNotFound
            if level.on_hand is not None:
                sold = StockLine(line.product_id, -line.quantity)
                await self._moved(work, sold, level, MovementReason.SOLD, key)
        await self._put(work, known, ReservationState.TAKEN)

    async def _expire(self, products: Collection[ProductId]) -> int:
        async with self._units.write() as work:
            due = await work.reservations.due(self._clock.now(), products, _SWEEP)
            await _free(work, due)
            for reservation in due:
                await self._put(work, reservation, ReservationState.EXPIRED)
        return len(due)

    async def _put(
        self, work: ProductsWork, reservation: Reservation, state: ReservationState
    ) -> None:
        await work.reservations.put(replace(reservation, state=state), self._clock.now())

    async def _moved(
        self,
        work: ProductsWork,
        line: StockLine,
        level: StockLevel,
        reason: MovementReason,
        reference: str,
    ) -> None:
        movement = Movement(
            id=self._ids.new(),
            product_id=line.product_id,
            quantity=line.quantity,
            reason=reason,
            note="",
            balance=level.on_hand,
            reference=reference,
            actor_id=None,
            created_at=self._clock.now(),
        )
        await work.stock.add_movement(movement)
        stream = events.product_stream(line.product_id)
        work.events.append(stream, None, [events.stock_moved(movement)], None)


async def _keep(
    work: ProductsWork, key: str, lines: Sequence[StockLine], asked: Sequence[StockLine]
) -> None:
    """Reserve every line or raise; ``asked`` gives the places that errors name."""
    missing: list[FieldError] = []
    for line in lines:
        level = await work.stock.keep(line)
        if level is None:
            places = [at for at, item in enumerate(asked) if item.product_id == line.product_id]
            missing.append(await _refusal(work, line, places[0]))
        elif level.on_hand is not None:
            happened = events.stock_reserved(line.product_id, key, line.quantity, level)
            work.events.append(events.product_stream(line.product_id), None, [happened], None)
    if missing:
        raise OutOfStock(fields=missing)


async def _refusal(work: ProductsWork, line: StockLine, place: int) -> FieldError:
    found = await work.stock.level(line.product_id)
    field = f"items[{place}].product_id"
    if found is None:
        raise ProductNotFound(fields=[FieldError(field, "not_found", "There is no such product.")])
    level, status = found
    if status is not ProductStatus.ACTIVE:
        words = "This is not for sale any more."
        raise ProductNotForSale(fields=[FieldError(field, "not_for_sale", words)])
    words = f"{level.available or 0} left."
    return FieldError(f"items[{place}].quantity", "out_of_stock", words)


async def _free(work: ProductsWork, reservations: Sequence[Reservation]) -> None:
    held = [(line, item.key) for item in reservations for line in item.lines]
    for line, key in sorted(held, key=lambda pair: (pair[0].product_id, pair[1])):
        level = await work.stock.free(line)
        if level is not None and level.on_hand is not None:
            happened = events.stock_freed(line.product_id, key, line.quantity, level)
            work.events.append(events.product_stream(line.product_id), None, [happened], None)


def _check(key: str, lines: Sequence[StockLine]) -> None:
    wrong = line_errors(lines)
    if not 1 <= len(key) <= MAX_KEY_CHARACTERS:
        words = f"From 1 to {MAX_KEY_CHARACTERS} characters."
        wrong.append(FieldError("key", "too_long", words))
    if wrong:
        raise ValidationFailed(fields=wrong)
