"""Reminders and other letters of invoices: when they are due, and each of them once."""

from __future__ import annotations

import asyncio

from tests.factories.office import Office
from videocall.billing.model.documents import Letter, LetterKind

DAY = 86_400
REMIND = "remind of unpaid invoices"


async def letters(office: Office, invoice: dict[str, object]) -> list[tuple[LetterKind, int]]:
    async with office.units.read() as work:
        found: list[Letter] = list(await work.messages.of_document(str(invoice["id"])))
    return [(letter.kind, letter.step) for letter in found]


async def test_each_day_reminds_once(office: Office) -> None:
    opened = await office.opened(due_days=14)
    first = (LetterKind.INVOICE, 0)
    for day, steps in ((14, []), (2, []), (1, [1]), (0, [1]), (6, [1]), (1, [1, 2]), (99, [1, 2])):
        office.app.clock.advance(day * DAY)
        await asyncio.gather(*(office.sweep(REMIND) for _ in range(3)))
        assert await letters(office, opened) == [
            first,
            *[(LetterKind.REMINDER, step) for step in steps],
        ]


async def test_after_a_long_silence_one_letter_stands_for_all(office: Office) -> None:
    opened = await office.opened(due_days=0)
    office.app.clock.advance(40 * DAY)
    await office.sweep(REMIND)
    await office.sweep(REMIND)
    assert (await letters(office, opened))[1:] == [(LetterKind.REMINDER, 2)]


async def test_who_owes_nothing_is_not_reminded(office: Office) -> None:
    void, credited, off = [await office.opened(due_days=0) for _ in range(3)]
    await office.done("POST", f"/invoices/{void['id']}/void", reason="x")
    await office.done("POST", f"/invoices/{credited['id']}/credit-notes", reason="x")
    await office.done("POST", f"/invoices/{off['id']}/uncollectible", reason="x")
    office.app.clock.advance(40 * DAY)
    await office.sweep(REMIND)
    for invoice in (void, credited, off):
        assert await letters(office, invoice) == [(LetterKind.INVOICE, 0)]


async def test_an_invoice_opened_again_is_reminded_after_some_days(office: Office) -> None:
    opened = await office.opened(due_days=0)
    total = (await office.done("GET", f"/invoices/{opened['id']}"))["total"]
    async with office.units.read() as work:
        invoice = await work.invoices.get(opened["id"])
    assert invoice is not None
    async with office.units.write() as work:
        await office.book.settle(work, invoice.id, invoice.head.total, "p1", None)
    office.app.clock.advance(30 * DAY)
    await office.sweep(REMIND)
    async with office.units.write() as work:
        await office.book.reverse(work, invoice.id, invoice.head.total, "p1", "Disputed", None)
    async with office.units.read() as work:
        again = await work.invoices.get(invoice.id)
    assert again is not None
    assert (again.status.value, again.head.due.to_wire(), again.head.paid_at) == (
        "open",
        total,
        None,
    )
    await office.sweep(REMIND)
    assert await letters(office, opened) == [(LetterKind.INVOICE, 0)]
    office.app.clock.advance(3 * DAY)
    await office.sweep(REMIND)
    assert len(await letters(office, opened)) == 2


async def test_letters_on_demand(office: Office) -> None:
    opened, draft = await office.opened(), await office.draft()
    path = f"/billing/invoices/{opened['id']}"
    for _ in range(2):
        answer = await office.app.call(
            "POST", f"{path}/send", office.host.token, headers={"Idempotency-Key": "k"}
        )
        assert answer.status_code == 202
    assert (await office.call("POST", f"/invoices/{opened['id']}/remind")).status_code == 202
    assert sorted(kind for kind, _ in await letters(office, opened)) == [
        LetterKind.INVOICE,
        LetterKind.INVOICE,
        LetterKind.REMINDER,
    ]
    for move in ("send", "remind"):
        refused = await office.refused("POST", f"/invoices/{draft['id']}/{move}")
        assert refused == (409, "billing.invoice_not_open")
    await office.done("POST", f"/invoices/{opened['id']}/void", reason="x")
    refused = await office.refused("POST", f"/invoices/{opened['id']}/remind")
    assert refused == (409, "billing.invoice_not_open")
