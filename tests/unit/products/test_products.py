"""Rules of products: prices, kinds, who may do what, and what a change makes of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from videocall.core.access import Actor, Role, UserId
from videocall.core.errors import ValidationFailed
from videocall.core.money import Money
from videocall.products.errors import StockBelowZero
from videocall.products.interfaces import NewProduct, ProductChange
from videocall.products.model.products import (
    Product,
    ProductId,
    ProductKind,
    ProductStatus,
    TaxClass,
)
from videocall.products.model.stock import (
    MOVES,
    Reservation,
    ReservationState,
    StockLine,
    line_errors,
    merged,
)
from videocall.products.service.checks import changed, check_new

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
PRODUCT = Product(
    id=ProductId("p"),
    name="Mat",
    description="",
    kind=ProductKind.GOODS,
    sku="MAT",
    price=Money(1999, "USD"),
    category_id=None,
    tax_class=TaxClass.STANDARD,
    minutes=None,
    status=ProductStatus.ACTIVE,
    host_id=UserId("ana"),
    on_hand=5,
    reserved=2,
    was_sold=False,
    created_at=NOW,
    updated_at=NOW,
    version=3,
)


def actor(name: str, role: Role) -> Actor:
    return Actor(UserId(name), role, "", name, "")


def fields(raised: pytest.ExceptionInfo[ValidationFailed]) -> set[tuple[str, str]]:
    return {(item.field, item.code) for item in raised.value.fields}


def test_the_house_currency_is_the_default() -> None:
    assert check_new(NewProduct("Mat", Decimal("99.99")), "EUR") == Money(9999, "EUR")
    assert check_new(NewProduct("Mat", Decimal(99), currency="JPY"), "EUR") == Money(99, "JPY")


def test_every_wrong_field_of_a_new_product_is_named_at_once() -> None:
    new = NewProduct(
        "", Decimal(-1), "\0", ProductKind.MINUTES, "ä", "USD", None, TaxClass.ZERO, 0, -1
    )
    with pytest.raises(ValidationFailed) as raised:
        check_new(new, "USD")
    assert {field for field, _ in fields(raised)} == {
        "name", "price", "description", "sku", "minutes", "stock",
    }  # fmt: skip


def test_available_is_what_is_not_reserved() -> None:
    assert PRODUCT.available == 3
    assert replace(PRODUCT, on_hand=None).available is None


def test_who_sees_and_who_changes() -> None:
    ana, ben = actor("ana", Role.HOST), actor("ben", Role.HOST)
    admin, was_host = actor("eve", Role.ADMIN), actor("ana", Role.CUSTOMER)
    archived = replace(PRODUCT, status=ProductStatus.ARCHIVED)
    assert [PRODUCT.is_managed_by(item) for item in (ana, ben, admin, was_host)] == [
        True, False, True, False,
    ]  # fmt: skip
    assert [archived.is_visible_to(item) for item in (ana, ben, admin, None)] == [
        True, False, True, False,
    ]  # fmt: skip
    assert PRODUCT.is_visible_to(None)


def test_a_change_that_changes_nothing_is_no_new_version() -> None:
    assert changed(PRODUCT, ProductChange(name=" Mat ", price=Decimal("19.990")), LATER) is PRODUCT


def test_a_change_is_a_new_version() -> None:
    after = changed(PRODUCT, ProductChange(price=Decimal(5), currency="EUR", stock=2), LATER)
    assert (after.price, after.on_hand, after.version, after.updated_at) == (
        Money(500, "EUR"), 2, 4, LATER,
    )  # fmt: skip


def test_what_is_reserved_is_owed() -> None:
    with pytest.raises(StockBelowZero):
        changed(PRODUCT, ProductChange(stock=1), LATER)
    assert changed(PRODUCT, ProductChange(stock=None), LATER).on_hand is None


def test_minutes_come_and_go_with_the_kind() -> None:
    with pytest.raises(ValidationFailed) as raised:
        changed(PRODUCT, ProductChange(kind=ProductKind.MINUTES), LATER)
    assert fields(raised) == {("minutes", "missing")}
    pack = changed(PRODUCT, ProductChange(kind=ProductKind.MINUTES, minutes=60), LATER)
    assert pack.minutes == 60
    assert changed(pack, ProductChange(kind=ProductKind.SESSION), LATER).minutes is None


def test_a_price_that_the_new_currency_can_not_say_is_refused() -> None:
    with pytest.raises(ValidationFailed) as raised:
        changed(PRODUCT, ProductChange(currency="JPY"), LATER)
    assert fields(raised) == {("price", "too_precise")}


def test_lines_are_merged_in_one_order() -> None:
    b, a = ProductId("b"), ProductId("a")
    lines = [StockLine(b, 1), StockLine(a, 2), StockLine(b, 3)]
    assert merged(lines) == (StockLine(a, 2), StockLine(b, 4))
    assert [item.field for item in line_errors([StockLine(a, 1), StockLine(a, 0)])] == [
        "lines[1].quantity"
    ]


def test_what_was_taken_stays_taken() -> None:
    assert MOVES[ReservationState.TAKEN] == frozenset()
    assert set(MOVES) == set(ReservationState)
    late = Reservation("k", ReservationState.EXPIRED, NOW, ())
    assert late.may_become(ReservationState.ACTIVE)
    assert not late.may_become(ReservationState.TAKEN)
