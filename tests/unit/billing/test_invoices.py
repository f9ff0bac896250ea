"""What a line costs, who sees and manages an invoice, when it is overdue and reminded of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.factories.invoices import ANA, draft, line, usd
from tests.factories.sources import START, MovedClock
from videocall.billing.model.invoice import (
    AmountOff,
    Invoice,
    InvoiceId,
    InvoiceSource,
    PercentOff,
)
from videocall.billing.model.seller import Seller, SellerLogo, logo_errors, seller_errors
from videocall.billing.model.standing import Action
from videocall.billing.service.invoice_book import InvoiceBook, next_reminder
from videocall.core.access import Actor, Role, UserId
from videocall.core.ids import Uuid7Ids

HOST, OTHER = UserId("host"), UserId("other")


def actor(user: UserId, role: Role) -> Actor:
    return Actor(user, role, "", "", "")


def invoice(*hosts: UserId | None, by: UserId | None = None, opened: bool = True) -> Invoice:
    lines = [line("10.00", host_id=host) for host in hosts]
    made = InvoiceBook(Uuid7Ids(), MovedClock()).priced(draft(*lines), InvoiceId("i"), by)
    if not opened:
        return made
    return replace(made, head=replace(made.head, standing=made.standing.moved(Action.OPEN)))


@pytest.mark.parametrize(
    ("price", "quantity", "discount", "amount"),
    [
        ("10.00", "3", None, "30.00"),
        ("0.33", "1.5", None, "0.50"),
        ("9.99", "0.001", None, "0.01"),
        ("19.99", "3", PercentOff(Decimal("33.3333")), "39.98"),
        ("19.99", "3", PercentOff(Decimal(100)), "0.00"),
        ("19.99", "3", AmountOff(usd("9.97")), "50.00"),
        # Half a cent off is rounded up, like all else.
        ("0.01", "1", PercentOff(Decimal(50)), "0.00"),
    ],
)
def test_what_a_line_costs(
    price: str, quantity: str, discount: PercentOff | AmountOff | None, amount: str
) -> None:
    assert line(price, quantity, discount=discount).amount == usd(amount)


@pytest.mark.parametrize(
    ("person", "sees", "manages"),
    [
        (actor(ANA.id, Role.CUSTOMER), True, False),
        (actor(OTHER, Role.CUSTOMER), False, False),
        (actor(HOST, Role.HOST), True, True),
        (actor(OTHER, Role.HOST), False, False),
        (actor(OTHER, Role.ADMIN), True, True),
        # Who is no host any more does not sell any more.
        (actor(HOST, Role.CUSTOMER), False, False),
    ],
)
def test_who_sees_and_who_manages(person: Actor, sees: bool, manages: bool) -> None:
    made = invoice(HOST, HOST, by=HOST)
    assert (made.is_seen_by(person), made.is_managed_by(person)) == (sees, manages)


def test_a_host_with_one_line_of_several_sees_but_does_not_manage() -> None:
    shared, host = invoice(HOST, OTHER), actor(HOST, Role.HOST)
    assert (shared.is_seen_by(host), shared.is_managed_by(host)) == (True, False)


def test_a_customer_does_not_see_drafts() -> None:
    person = actor(ANA.id, Role.CUSTOMER)
    assert not invoice(HOST, opened=False).is_seen_by(person)
    assert invoice(HOST).is_seen_by(person)


def test_a_buyer_who_is_a_host_does_not_manage_what_the_checkout_wrote() -> None:
    made = invoice(OTHER, by=HOST)
    head = replace(made.head, source=InvoiceSource.CHECKOUT)
    assert not replace(made, head=head).is_managed_by(actor(HOST, Role.HOST))


def test_overdue_is_a_state_of_the_clock() -> None:
    head = replace(invoice(HOST).head, due_at=START)
    assert not head.is_overdue(START)
    assert head.is_overdue(START + timedelta(seconds=1))
    paid = replace(head, standing=head.standing.moved(Action.SETTLE, usd("10.00")))
    assert not paid.is_overdue(START + timedelta(days=99))


def test_reminders_follow_the_days_of_the_seller() -> None:
    def day(count: int) -> object:
        return START + timedelta(days=count)

    assert next_reminder(START, (3, 10), 0, START) == day(3)
    assert next_reminder(START, (3, 10), 1, START + timedelta(days=3)) == day(10)
    assert next_reminder(START, (3, 10), 2, START + timedelta(days=10)) is None
    assert next_reminder(START, (), 0, START) is None
    # Opened again by a dispute long afterwards: not at once.
    assert next_reminder(START, (3, 10), 1, START + timedelta(days=30)) == day(33)


def test_what_is_wrong_with_a_seller_is_named() -> None:
    wrong = Seller(
        email="no",
        invoice_format="{number}",
        credit_note_format="{year",
        reminder_days=(10, 3),
        time_zone="Mars/Base",
    )
    assert {(item.field, item.code) for item in seller_errors(wrong)} == {
        ("email", "format"),
        ("invoice_format", "format"),
        ("credit_note_format", "format"),
        ("reminder_days", "order"),
        ("time_zone", "choice"),
    }
    assert seller_errors(Seller(email="shop@example.com", time_zone="Asia/Jakarta")) == []
    assert seller_errors(Seller(time_zone="../etc/passwd"))[0].field == "time_zone"


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("image/png", b"\x89PNG\r\n\x1a\nrest", None),
        ("image/svg+xml", b'<?xml version="1.0"?><svg/>', None),
        ("image/png", b"GIF89a", "format"),
        ("image/png", b"", "too_long"),
        ("image/png", b"\x89PNG\r\n\x1a\n" + b"x" * 262_144, "too_long"),
        ("image/svg+xml", b"<svg><SCRIPT>1</SCRIPT></svg>", "format"),
        ("image/svg+xml", b"<svg onload='x()'/>", "format"),
        ("image/svg+xml", b"\xff\xfe", "format"),
        ("image/gif", b"GIF89a", "choice"),
    ],
)
def test_a_logo_is_what_it_says(kind: str, content: bytes, code: str | None) -> None:
    found = [item.code for item in logo_errors(SellerLogo(kind, content))]
    assert found == ([code] if code else [])
