"""The database itself keeps what was issued, whoever asks, also after migrations."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.factories.invoices import draft, line, tax
from tests.factories.office import Office
from tests.factories.sources import MovedClock
from videocall.billing.model.credit_note import CreditNoteId, NewCredit
from videocall.billing.model.invoice import InvoiceId
from videocall.billing.model.seller import Seller, SellerLogo
from videocall.billing.repository.work import SqlBillingWork
from videocall.billing.service.invoice_book import InvoiceBook
from videocall.bootstrap.histories import HISTORIES
from videocall.core.db.engine import create_engine
from videocall.core.db.migrate import downgrade, upgrade
from videocall.core.db.work import SqlUnits
from videocall.core.events.store import EventSource
from videocall.core.ids import Uuid7Ids

STAYING = {
    "number": "'X'",
    "number_year": "1",
    "number_count": "99",
    "customer_id": "'x'",
    "customer_name": "'x'",
    "customer_email": "'x'",
    "currency": "'EUR'",
    "language": "'id'",
    "notes": "'x'",
    "source": "'checkout'",
    "checkout_id": "'x'",
    "due_days": "1",
    "subtotal": "subtotal + 1",
    "tax_total": "tax_total + 1",
    "total": "total + 1",
    "seller_id": "NULL",
    "created_by": "'x'",
    "created_at": "'2020-01-01 00:00:00.000000'",
    "dated_at": "'2020-01-01 00:00:00.000000'",
    "issued_at": "NULL",
    "due_at": "NULL",
    "id": "'x'",
    "status": "'draft'",
}
REFUSED = [
    *[f"UPDATE invoices SET {name} = {value}" for name, value in STAYING.items()],  # noqa: S608
    "UPDATE invoices SET status = 'draft', number = NULL",
    "DELETE FROM invoices",
    "UPDATE invoice_lines SET net = net + 1",
    "UPDATE invoice_lines SET description = 'x'",
    "UPDATE invoice_lines SET invoice_id = 'other'",
    "DELETE FROM invoice_lines",
    "INSERT INTO invoice_lines (id, invoice_id, position, description, quantity, unit_price, net) "
    "SELECT 'new', id, 99, 'x', 1000, 1, 1 FROM invoices",
    "UPDATE invoice_line_taxes SET amount = 0",
    "UPDATE invoice_line_taxes SET name = 'x'",
    "DELETE FROM invoice_line_taxes",
    "INSERT INTO invoice_line_taxes (line_id, position, tax_id, name, rate, inclusive, amount) "
    "SELECT id, 99, 't', 'x', 1, false, 1 FROM invoice_lines",
    "UPDATE credit_notes SET total = total + 1, subtotal = subtotal + 1",
    "UPDATE credit_notes SET reason = 'x'",
    "UPDATE credit_notes SET number = NULL",
    "DELETE FROM credit_notes",
    "UPDATE credit_note_lines SET net = 0",
    "DELETE FROM credit_note_lines",
    "INSERT INTO credit_note_lines (id, credit_note_id, position, line_id, net) "
    "SELECT 'new', credit_note_id, 99, line_id, 1 FROM credit_note_lines",
    "UPDATE credit_note_line_taxes SET amount = 0",
    "DELETE FROM credit_note_line_taxes",
    "UPDATE seller_snapshots SET details = '{}'",
    "DELETE FROM seller_snapshots",
    "UPDATE seller_logos SET media_type = 'x'",
    "DELETE FROM seller_logos",
]
ALLOWED = [
    "UPDATE invoices SET paid = 1, refunded = 1, credited = credited",
    "UPDATE invoices SET status = 'uncollectible', status_reason = 'x'",
    "UPDATE invoices SET paid_at = NULL, voided_at = NULL",
    "UPDATE invoices SET reminders = 3, next_reminder_at = NULL",
]
TABLES = ["invoices", "invoice_lines", "invoice_line_taxes", "credit_notes", "credit_note_lines"]


async def issue(engine: AsyncEngine) -> None:
    """An open invoice with a tax and a credit note, of a seller with a logo."""
    clock, ids = MovedClock(), Uuid7Ids()
    source = EventSource(ids, clock, lambda: None)
    book, units = InvoiceBook(ids, clock), SqlUnits(engine, lambda c: SqlBillingWork(c, source))
    logo = SellerLogo("image/png", b"\x89PNG\r\n\x1a\n")
    async with units.write() as work:
        await work.seller.keep_logo(logo, clock.now())
        await work.seller.put(Seller(name="Shop", address=("Here",)), logo.id, clock.now())
        invoice_id = InvoiceId(ids.new())
        await book.new(work, draft(line("10.00", "2", tax("19"))), invoice_id, None)
        await book.open(work, invoice_id, None)
        await book.credit(work, invoice_id, NewCredit("x"), CreditNoteId(ids.new()), None)


async def contents(engine: AsyncEngine) -> dict[str, list[tuple[object, ...]]]:
    found = {}
    async with engine.connect() as connection:
        for table in TABLES:
            rows = await connection.execute(text(f"SELECT * FROM {table}"))  # noqa: S608 - ours
            found[table] = [tuple(row) for row in rows]
    return found


async def refuses_all(engine: AsyncEngine) -> None:
    before = await contents(engine)
    truncates = [f"TRUNCATE {table} CASCADE" for table in TABLES]
    more = truncates if engine.dialect.name == "postgresql" else []
    for statement in (*REFUSED, *more):
        with pytest.raises(DBAPIError) as refused:
            async with engine.begin() as connection:
                await connection.execute(text(statement))
        words = str(refused.value)
        assert "does not change" in words or "is kept" in words, f"{statement}: {words}"
    assert await contents(engine) == before
    for statement in ALLOWED:
        async with engine.begin() as connection:
            await connection.execute(text(statement))


async def test_raw_sql_does_not_change_what_was_issued(database_url: str) -> None:
    engine = create_engine(database_url)
    await issue(engine)
    await refuses_all(engine)
    await engine.dispose()


async def test_the_guards_stand_after_migrations_down_and_up(blank_database_url: str) -> None:
    engine = create_engine(blank_database_url)
    await upgrade(engine, HISTORIES)
    await downgrade(engine, HISTORIES)
    await upgrade(engine, HISTORIES)
    await issue(engine)
    await upgrade(engine, HISTORIES)
    await refuses_all(engine)
    await engine.dispose()


async def test_drafts_change_freely(office: Office) -> None:
    await office.draft()
    engine = office.app.container.engine
    for statement in (
        "UPDATE invoices SET notes = 'x', total = total + 1, subtotal = subtotal + 1",
        "UPDATE invoice_lines SET net = net + 1",
        "DELETE FROM invoice_lines",
        "DELETE FROM invoices",
    ):
        async with engine.begin() as connection:
            assert (await connection.execute(text(statement))).rowcount == 1


async def test_a_credit_note_is_never_more_than_the_invoice(office: Office) -> None:
    await office.opened()
    with pytest.raises(DBAPIError, match="ck_invoices_amounts"):
        async with office.app.container.engine.begin() as connection:
            await connection.execute(text("UPDATE invoices SET credited = total + 1"))
