"""Reserved stock: parallel buyers, expiry, crashes; no piece is sold twice, none is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from tests.factories.stock import HOST, Shop, shop
from videocall.core.errors import ValidationFailed
from videocall.products.errors import (
    OutOfStock,
    ProductNotForSale,
    ProductNotFound,
    ReservationNotFound,
    ReservationTaken,
    ReturnTooLarge,
    StockBelowZero,
)
from videocall.products.interfaces import ProductChange, Removal
from videocall.products.model.products import ProductId, ProductStatus
from videocall.products.model.stock import (
    MovementReason,
    ReservationState,
    StockLevel,
    StockLine,
    rebuilt,
)
from videocall.products.tables import products


@pytest.fixture
async def open_shop(database_url: str) -> AsyncIterator[Shop]:
    async with shop(database_url) as made:
        yield made


async def test_200_parallel_buyers_of_the_last_10_pieces_get_10(open_shop: Shop) -> None:
    product = await open_shop.product(10)

    async def buy(number: int) -> bool:
        key = f"buyer-{number}"
        try:
            await open_shop.stock.reserve(key, [StockLine(product, 1)], open_shop.soon())
            await open_shop.stock.take(key)
        except OutOfStock:
            return False
        return True

    bought = await asyncio.gather(*(buy(number) for number in range(200)))
    assert sum(bought) == 10
    assert await open_shop.level(product) == StockLevel(on_hand=0, reserved=0)
    assert await open_shop.counts() == {"taken": 10}
    assert rebuilt(await open_shop.history(product)) == 0


async def test_parallel_buyers_of_two_products_in_either_order_do_not_wait_for_each_other(
    open_shop: Shop,
) -> None:
    one, two = await open_shop.product(30), await open_shop.product(25)

    async def buy(number: int) -> bool:
        lines = [StockLine(one, 1), StockLine(two, 1)]
        if number % 2:
            lines.reverse()
        try:
            await open_shop.stock.reserve(f"cart-{number}", lines, open_shop.soon())
        except OutOfStock:
            return False
        return True

    kept = await asyncio.gather(*(buy(number) for number in range(60)))
    assert sum(kept) == 25
    assert await open_shop.level(one) == StockLevel(30, 25)
    assert await open_shop.level(two) == StockLevel(25, 25)


async def test_a_crash_between_reserve_and_take_frees_what_expired(
    open_shop: Shop, database_url: str
) -> None:
    product = await open_shop.product(10)
    async with shop(database_url) as crashed:  # reserves, and is never heard of again
        await crashed.stock.reserve("gone", [StockLine(product, 8)], open_shop.soon(60))
    with pytest.raises(OutOfStock) as raised:
        await open_shop.stock.reserve("next", [StockLine(product, 5)], open_shop.soon())
    field = raised.value.fields[0]
    assert (field.field, field.code, field.message) == (
        "items[0].quantity", "out_of_stock", "2 left.",
    )  # fmt: skip
    open_shop.clock.advance(61)
    kept = await open_shop.stock.reserve("next", [StockLine(product, 5)], open_shop.soon())
    assert kept.state is ReservationState.ACTIVE
    assert await open_shop.level(product) == StockLevel(10, 5)
    assert await open_shop.counts() == {"expired": 1, "active": 1}
    await open_shop.stock.take("next")
    with pytest.raises(OutOfStock):
        await open_shop.stock.take("gone")  # its payment came late: 5 are left of its 8
    assert await open_shop.level(product) == StockLevel(5, 0)


async def test_parallel_buyers_free_what_expired_once(open_shop: Shop) -> None:
    product = await open_shop.product(10)
    for number in range(10):
        await open_shop.stock.reserve(f"old-{number}", [StockLine(product, 1)], open_shop.soon(60))
    open_shop.clock.advance(61)

    async def buy(number: int) -> bool:
        try:
            await open_shop.stock.reserve(
                f"new-{number}", [StockLine(product, 1)], open_shop.soon()
            )
        except OutOfStock:
            return False
        return True

    kept = await asyncio.gather(*(buy(number) for number in range(30)))
    assert sum(kept) == 10
    assert await open_shop.level(product) == StockLevel(10, 10)
    assert await open_shop.counts() == {"expired": 10, "active": 10}


async def test_the_sweeper_frees_what_expired(open_shop: Shop) -> None:
    product = await open_shop.product(10)
    for number in range(3):
        line = [StockLine(product, 2)]
        await open_shop.stock.reserve(f"cart-{number}", line, open_shop.soon(60 * number + 1))
    assert await open_shop.stock.sweep() == 0
    open_shop.clock.advance(61)
    assert await open_shop.stock.sweep() == 2
    assert await open_shop.level(product) == StockLevel(10, 2)


async def test_the_same_key_again_is_the_same_reservation(open_shop: Shop) -> None:
    product = await open_shop.product(10)
    lines = [StockLine(product, 2), StockLine(product, 1)]
    first = await open_shop.stock.reserve("cart", lines, open_shop.soon(60))
    assert first.lines == (StockLine(product, 3),)
    later = await open_shop.stock.reserve("cart", lines, open_shop.soon(90))
    assert (later.state, later.until) == (ReservationState.ACTIVE, open_shop.soon(90))
    earlier = await open_shop.stock.reserve("cart", lines, open_shop.soon(30))
    assert earlier.until == open_shop.soon(90)
    both = await asyncio.gather(
        *(open_shop.stock.reserve("race", lines, open_shop.soon()) for _ in range(5))
    )
    assert {item.state for item in both} == {ReservationState.ACTIVE}
    assert await open_shop.level(product) == StockLevel(10, 6)
    for _ in range(2):
        await open_shop.stock.take("cart")
    taken = await open_shop.stock.reserve("cart", lines, open_shop.soon())
    assert taken.state is ReservationState.TAKEN
    assert await open_shop.level(product) == StockLevel(7, 3)


async def test_all_or_nothing(open_shop: Shop) -> None:
    much, little = await open_shop.product(10), await open_shop.product(1)
    lines = [StockLine(much, 2), StockLine(little, 2)]
    with pytest.raises(OutOfStock) as raised:
        await open_shop.stock.reserve("cart", lines, open_shop.soon())
    assert [field.field for field in raised.value.fields] == ["items[1].quantity"]
    assert await open_shop.level(much) == StockLevel(10, 0)
    assert await open_shop.stock.reservations(["cart"]) == {}


async def test_released_pieces_can_be_bought_again(open_shop: Shop) -> None:
    product = await open_shop.product(1)
    line = [StockLine(product, 1)]
    await open_shop.stock.release("never heard of")
    await open_shop.stock.reserve("cart", line, open_shop.soon())
    for _ in range(2):
        await open_shop.stock.release("cart")
    await open_shop.stock.reserve("other", line, open_shop.soon())
    with pytest.raises(OutOfStock):
        await open_shop.stock.take("cart")  # tried anew, in vain
    await open_shop.stock.release("other")
    await open_shop.stock.take("cart")
    with pytest.raises(ReservationTaken):
        await open_shop.stock.release("cart")
    found = await open_shop.stock.reservations(["cart", "other", "none"])
    assert {key: item.state.value for key, item in found.items()} == {
        "cart": "taken",
        "other": "released",
    }


async def test_a_late_payment_takes_what_expired_if_it_is_still_there(open_shop: Shop) -> None:
    product = await open_shop.product(1)
    await open_shop.stock.reserve("late", [StockLine(product, 1)], open_shop.soon(60))
    open_shop.clock.advance(61)
    await open_shop.stock.sweep()
    await open_shop.stock.take("late")
    assert await open_shop.level(product) == StockLevel(0, 0)
    with pytest.raises(ReservationNotFound):
        await open_shop.stock.take("unknown")


async def test_what_was_sold_comes_back_once_and_never_more(open_shop: Shop) -> None:
    product = await open_shop.product(5)
    await open_shop.stock.reserve("cart", [StockLine(product, 3)], open_shop.soon())
    with pytest.raises(ReservationNotFound):
        await open_shop.stock.give_back("cart", [StockLine(product, 1)], "return-1")
    await open_shop.stock.take("cart")
    for _ in range(2):
        await open_shop.stock.give_back("cart", [StockLine(product, 2)], "return-1")
    assert await open_shop.level(product) == StockLevel(4, 0)
    with pytest.raises(ReturnTooLarge):
        await open_shop.stock.give_back("cart", [StockLine(product, 2)], "return-2")
    await open_shop.stock.give_back("cart", [StockLine(product, 1)], "return-2")
    history = await open_shop.history(product)
    assert [
        (item.quantity, item.reason.value, item.balance, item.reference) for item in history
    ] == [
        (5, "received", 5, None),
        (-3, "sold", 2, "cart"),
        (2, "returned", 4, "return-1"),
        (1, "returned", 5, "return-2"),
    ]


async def test_what_is_reserved_can_not_be_counted_away(open_shop: Shop) -> None:
    product = await open_shop.product(5)
    await open_shop.stock.reserve("cart", [StockLine(product, 3)], open_shop.soon())
    with pytest.raises(StockBelowZero):
        await open_shop.book.move(HOST, product, -3, MovementReason.DAMAGED, "")
    with pytest.raises(StockBelowZero):
        await open_shop.catalogue.update(HOST, product, ProductChange(stock=2), None)
    await open_shop.book.move(HOST, product, -2, MovementReason.DAMAGED, "fell")
    assert await open_shop.level(product) == StockLevel(3, 3)


async def test_stock_without_limit_never_runs_out(open_shop: Shop) -> None:
    product = await open_shop.product(None)
    for number in range(3):
        await open_shop.stock.reserve(f"c{number}", [StockLine(product, 100)], open_shop.soon())
    await open_shop.stock.take("c0")
    assert await open_shop.level(product) == StockLevel(None, 200)
    with pytest.raises(StockBelowZero):  # what is reserved is owed, also once somebody counts
        await open_shop.catalogue.update(HOST, product, ProductChange(stock=199), None)
    await open_shop.catalogue.update(HOST, product, ProductChange(stock=250), None)
    await open_shop.stock.take("c1")
    assert await open_shop.level(product) == StockLevel(150, 100)
    await open_shop.stock.give_back("c0", [StockLine(product, 1)], "r")
    await open_shop.catalogue.update(HOST, product, ProductChange(stock=None), None)
    await open_shop.stock.release("c2")
    assert await open_shop.level(product) == StockLevel(None, 0)
    history = await open_shop.history(product)
    assert [(item.quantity, item.reason.value, item.balance) for item in history] == [
        (250, "counted", 250),
        (-100, "sold", 150),
        (1, "returned", 151),
        (-151, "unlimited", None),
    ]
    assert rebuilt(history) is None


async def test_only_what_is_for_sale_is_reserved(open_shop: Shop) -> None:
    product = await open_shop.product(5)
    await open_shop.stock.reserve("before", [StockLine(product, 1)], open_shop.soon())
    archived = ProductChange(status=ProductStatus.ARCHIVED)
    await open_shop.catalogue.update(HOST, product, archived, None)
    with pytest.raises(ProductNotForSale) as raised:
        await open_shop.stock.reserve("after", [StockLine(product, 1)], open_shop.soon())
    assert raised.value.fields[0].field == "items[0].product_id"
    await open_shop.stock.take("before")  # what was promised is kept
    for unknown in ("none", "0199c1de-0000-7000-8000-000000000001", "\0"):
        line = StockLine(ProductId(unknown), 1)
        with pytest.raises(ProductNotFound):
            await open_shop.stock.reserve("cart", [line], open_shop.soon())


async def test_what_is_sold_or_reserved_is_archived_not_deleted(open_shop: Shop) -> None:
    reserved, sold = await open_shop.product(1), await open_shop.product(1)
    for key, product in (("reserved", reserved), ("sold", sold)):
        await open_shop.stock.reserve(key, [StockLine(product, 1)], open_shop.soon())
    await open_shop.stock.take("sold")
    for product in (reserved, sold):
        assert await open_shop.catalogue.remove(HOST, product) is Removal.ARCHIVED
        assert await open_shop.catalogue.remove(HOST, product) is Removal.ARCHIVED
    await open_shop.stock.release("reserved")
    assert await open_shop.catalogue.remove(HOST, reserved) is Removal.DELETED
    assert (await open_shop.catalogue.sale_items([reserved, sold])).keys() == {sold}


async def test_nonsense_is_refused(open_shop: Shop) -> None:
    product = await open_shop.product(1)
    for key, lines in (
        ("", [StockLine(product, 1)]),
        ("k" * 101, [StockLine(product, 1)]),
        ("key", []),
        ("key", [StockLine(product, 0)]),
        ("key", [StockLine(product, 10**12)]),
    ):
        with pytest.raises(ValidationFailed):
            await open_shop.stock.reserve(key, lines, open_shop.soon())


async def test_the_database_itself_refuses_to_lose_a_piece(open_shop: Shop) -> None:
    product = await open_shop.product(1)
    for change in ({"stock_on_hand": -1}, {"stock_reserved": 2}, {"stock_reserved": -1}):
        statement = update(products).where(products.c.id == product).values(change)
        async with open_shop.engine.connect() as connection:
            with pytest.raises(IntegrityError, match="ck_products_stock"):
                await connection.execute(statement)
