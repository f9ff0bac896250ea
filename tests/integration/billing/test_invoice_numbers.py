"""Numbers without gap or repeat, whoever opens at the same moment and whatever fails in between."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from tests.factories.invoices import draft, line
from tests.factories.office import Office
from videocall.billing.errors import NumberTaken
from videocall.billing.model.credit_note import CreditNoteId, NewCredit
from videocall.billing.model.invoice import InvoiceId
from videocall.core.errors import DatabaseUnavailable

PARALLEL = 100


class Broken(Exception):
    """Something went wrong after the number was given."""


async def written(office: Office, count: int) -> list[InvoiceId]:
    ids = [InvoiceId(office.app.container.sources.ids.new()) for _ in range(count)]
    async with office.units.write() as work:
        for invoice_id in ids:
            await office.book.new(work, draft(line("10.00")), invoice_id, None)
    return ids


async def open_one(office: Office, invoice_id: InvoiceId, *, breaks: bool = False) -> str | None:
    """Open it in a transaction of its own; a busy database is asked again."""
    for _ in range(20):
        try:
            async with office.units.write() as work:
                opened = await office.book.open(work, invoice_id, None)
                if breaks:
                    raise Broken
                return opened.head.number_text()
        except Broken:
            return None
        except DatabaseUnavailable:
            await asyncio.sleep(0.05)
    raise AssertionError("the database was too busy")


async def test_a_hundred_at_once_count_from_one_to_a_hundred(office: Office) -> None:
    good, bad = await written(office, PARALLEL), await written(office, PARALLEL // 2)
    jobs = [open_one(office, invoice_id) for invoice_id in good]
    for place, invoice_id in enumerate(bad):
        jobs.insert(place * 3, open_one(office, invoice_id, breaks=True))
    found = await asyncio.gather(*jobs)
    numbers = [number for number in found if number is not None]
    assert sorted(numbers) == [f"2026-{count:05d}" for count in range(1, PARALLEL + 1)]
    async with office.units.read() as work:
        for invoice_id in bad:
            left = await work.invoices.get(invoice_id)
            assert left is not None
            assert left.head.number is None
    assert await open_one(office, bad[0]) == f"2026-{PARALLEL + 1:05d}"


async def test_two_openings_of_one_draft_give_one_number(office: Office) -> None:
    made = await office.draft()
    path = f"/invoices/{made['id']}/open"
    first, second = await asyncio.gather(office.call("POST", path), office.call("POST", path))
    assert {first.status_code, second.status_code} == {200}
    assert first.json()["number"] == second.json()["number"] == "2026-00001"
    assert (await office.opened())["number"] == "2026-00002"


async def test_every_year_counts_anew_in_the_time_zone_of_the_seller(office: Office) -> None:
    assert (await office.opened())["number"] == "2026-00001"
    new_year = datetime(2026, 12, 31, 18, 0, tzinfo=UTC)
    office.app.clock.advance((new_year - office.app.clock.now()).total_seconds())
    token = await office.app.container.sessions.login(office.host.email, "correct horse battery")
    admin = await office.app.container.sessions.login(office.admin.email, "correct horse battery")

    async def opened() -> str:
        body = {"customer_id": office.customer.id, "lines": [{"description": "x", "unit_price": 1}]}
        made = await office.app.call("POST", "/billing/invoices", token.access_token, json=body)
        path = f"/billing/invoices/{made.json()['id']}/open"
        return str((await office.app.call("POST", path, token.access_token)).json()["number"])

    assert await opened() == "2026-00002"
    seller = {"name": "Calls Ltd", "address": ["x"], "time_zone": "Asia/Jakarta"}
    changed = await office.app.call("PUT", "/billing/seller", admin.access_token, json=seller)
    assert changed.status_code == 200
    assert await opened() == "2027-00001"


async def test_credit_notes_have_a_series_of_their_own(office: Office) -> None:
    ids = await written(office, 20)
    for invoice_id in ids:
        await open_one(office, invoice_id)

    async def credit(invoice_id: InvoiceId) -> str:
        for _ in range(20):
            try:
                async with office.units.write() as work:
                    note = await office.book.credit(
                        work, invoice_id, NewCredit("x"), CreditNoteId(invoice_id), None
                    )
                    return note.number.text
            except DatabaseUnavailable:
                await asyncio.sleep(0.05)
        raise AssertionError("the database was too busy")

    numbers = await asyncio.gather(*(credit(invoice_id) for invoice_id in ids))
    assert sorted(numbers) == [f"CN-2026-{count:05d}" for count in range(1, 21)]


async def test_a_format_that_would_repeat_a_number_is_refused(office: Office) -> None:
    seller = {"name": "Calls Ltd", "address": ["x"]}
    await office.done("PUT", "/seller", office.admin, **seller, invoice_format="{year}-1{number}")
    ids = await written(office, 12)
    assert await open_one(office, ids[0]) == "2026-11"
    await office.done("PUT", "/seller", office.admin, **seller, invoice_format="{year}-{number}")
    for count, invoice_id in enumerate(ids[1:10], start=2):
        assert await open_one(office, invoice_id) == f"2026-{count}"
    with pytest.raises(NumberTaken):
        await open_one(office, ids[10])
    await office.done(
        "PUT", "/seller", office.admin, **seller, invoice_format="{year}-{number:05d}"
    )
    assert await open_one(office, ids[10]) == "2026-00011"
