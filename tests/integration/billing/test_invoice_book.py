"""The book of invoices with real connections: who comes first, and what the events alone tell."""

from __future__ import annotations

import asyncio

import pytest

from tests.factories.invoices import draft, line, tax, usd
from tests.factories.office import Office
from videocall.billing import events
from videocall.billing.errors import (
    AmountTooHigh,
    InvoiceHasPayments,
    InvoiceNotDraft,
    InvoiceNotFound,
    InvoiceNotOpen,
    InvoiceTransition,
)
from videocall.billing.model.credit_note import CreditNoteId, NewCredit
from videocall.billing.model.invoice import Invoice, InvoiceId
from videocall.billing.model.standing import InvoiceStatus
from videocall.core.errors import DomainError


async def opened(office: Office, price: str = "10.00") -> Invoice:
    invoice_id = InvoiceId(office.app.container.sources.ids.new())
    async with office.units.write() as work:
        await office.book.new(work, draft(line(price, "1", tax("19"))), invoice_id, None)
        return await office.book.open(work, invoice_id, None)


async def settle(office: Office, invoice_id: InvoiceId, amount: str, name: str) -> str:
    try:
        async with office.units.write() as work:
            after = await office.book.settle(work, invoice_id, usd(amount), name, None)
    except DomainError as error:
        return error.code
    return after.status.value


async def test_two_payments_at_once_never_pay_twice(office: Office) -> None:
    invoice = await opened(office)
    answers = await asyncio.gather(
        *(settle(office, invoice.id, "11.90", f"p{count}") for count in range(8))
    )
    assert sorted(answers) == ["billing.invoice_not_open"] * 7 + ["paid"]


async def test_parts_add_up_and_no_more(office: Office) -> None:
    invoice = await opened(office)
    answers = await asyncio.gather(
        *(settle(office, invoice.id, "3.00", f"p{count}") for count in range(8))
    )
    assert sorted(answers) == ["billing.amount_too_high"] * 5 + ["open"] * 3
    assert await settle(office, invoice.id, "2.90", "rest") == "paid"


async def test_void_and_payment_at_once_have_one_winner(office: Office) -> None:
    invoice = await opened(office)

    async def void() -> str:
        try:
            async with office.units.write() as work:
                return (await office.book.void(work, invoice.id, "x", None)).status.value
        except DomainError as error:
            return error.code

    told = await asyncio.gather(settle(office, invoice.id, "11.90", "p"), void())
    assert tuple(told) in {
        ("paid", "billing.invoice_transition"),
        ("billing.invoice_not_open", "void"),
    }


async def test_the_events_of_a_long_life_tell_where_it_stands(office: Office) -> None:
    invoice = await opened(office, "100.00")
    key = invoice.id
    async with office.units.write() as work:
        book = office.book
        await book.settle(work, key, usd("50.00"), "p1", None)
        await book.settle(work, key, usd("69.00"), "p2", None)
        await book.credit(
            work, key, NewCredit("x", amount=usd("19.00")), CreditNoteId(key[:-1] + "c"), None
        )
        await book.refund(work, key, usd("19.00"), "r1", None)
        await book.refund_returned(work, key, usd("9.00"), "r1", None)
        await book.reverse(work, key, usd("50.00"), "p1", "Disputed", None)
        after = await book.write_off(work, key, "Gone", None)
    async with office.units.read() as work:
        stored = await work.invoices.get(key)
        told = await work.events.stream(events.invoice_stream(key))
    assert stored is not None
    assert stored == after
    assert events.standing_of(told) == stored.standing
    assert (stored.status, stored.head.due) == (InvoiceStatus.UNCOLLECTIBLE, usd("41.00"))
    assert [event.type.split(".")[1] for event in told] == [
        "invoice_drafted",
        "invoice_opened",
        "invoice_settled",
        "invoice_settled",
        "invoice_paid",
        "invoice_credited",
        "invoice_refunded",
        "invoice_refund_returned",
        "invoice_reversed",
        "invoice_reopened",
        "invoice_written_off",
    ]
    for event in told:
        assert not {"Ana", "ana@example.com"} & {str(value) for value in event.data.values()}


async def test_what_the_book_refuses(office: Office) -> None:
    invoice = await opened(office)
    with pytest.raises(AmountTooHigh):
        async with office.units.write() as work:
            await office.book.settle(work, invoice.id, usd("12.00"), "p", None)
    with pytest.raises(InvoiceTransition):
        async with office.units.write() as work:
            await office.book.refund(work, invoice.id, usd("1.00"), "r", None)
    with pytest.raises(InvoiceNotDraft):
        async with office.units.write() as work:
            await office.book.rewrite(work, draft(), invoice.id, None)
    with pytest.raises(InvoiceNotFound):
        async with office.units.write() as work:
            await office.book.open(work, InvoiceId("none"), None)
    async with office.units.write() as work:
        await office.book.settle(work, invoice.id, usd("1.00"), "p", None)
    with pytest.raises(InvoiceHasPayments):
        async with office.units.write() as work:
            await office.book.void(work, invoice.id, "x", None)
    async with office.units.write() as work:
        await office.book.settle(work, invoice.id, usd("10.90"), "p", None)
    with pytest.raises(InvoiceNotOpen):
        async with office.units.write() as work:
            await office.book.settle(work, invoice.id, usd("0.01"), "p", None)


async def test_the_same_id_again_gives_what_there_is(office: Office) -> None:
    invoice = await opened(office)
    async with office.units.write() as work:
        again = await office.book.new(work, draft(), invoice.id, None)
        assert again == invoice
        note_id = CreditNoteId(office.app.container.sources.ids.new())
        note = await office.book.credit(work, invoice.id, NewCredit("x"), note_id, None)
        assert await office.book.credit(work, invoice.id, NewCredit("y"), note_id, None) == note
