"""What PostgreSQL does for each list with 100,000 invoices: no sequential scan, few buffers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.factories.databases import PostgresDatabases, run
from tests.integration.plans.explain import explained, recorded
from videocall.billing.interfaces.credit_notes import CreditNoteFilter
from videocall.billing.interfaces.invoices import INVOICE_SORTS, InvoiceFilter, sorts_for
from videocall.billing.model.invoice import InvoiceId
from videocall.billing.model.standing import InvoiceStatus
from videocall.billing.repository.credit_notes import SqlCreditNoteRepository
from videocall.billing.repository.invoices import SqlInvoiceRepository
from videocall.core.access import UserId
from videocall.core.db.engine import create_engine
from videocall.core.paging import ListRequest, Position, Sort

COUNT = 100_000
MOST_BUFFERS = 50
NOW = datetime(2026, 6, 1, tzinfo=UTC)
MIDDLE = f"0199c1de-0000-7000-8000-{COUNT // 2:012d}"
CUSTOMER, HOST = UserId("customer-7"), UserId("host-2")
COLUMNS = """
    status, number, number_year, number_count, customer_id, customer_name, customer_email, currency,
    language, notes, source, subtotal, tax_total, total, paid, credited, refunded, created_at,
    dated_at, issued_at, due_at, status_reason
"""
VALUES = """
    SELECT '0199c1de-0000-7000-8000-' || lpad(n::text, 12, '0') AS id,
    CASE WHEN m % 100 = 0 THEN 'uncollectible' WHEN m % 20 = 0 THEN 'open' WHEN m % 50 = 1
        THEN 'draft' ELSE 'paid' END AS status,
    CASE WHEN m % 50 = 1 THEN NULL ELSE '2026-' || lpad(n::text, 6, '0') END AS number,
    CASE WHEN m % 50 = 1 THEN NULL ELSE 2026 END, CASE WHEN m % 50 = 1 THEN NULL ELSE n END,
    'customer-' || (n % 500), 'Ana', 'ana@example.com', 'USD', 'en', '', 'manual', 1000, 0, 1000,
    0, 0, 0, timestamptz '2026-01-01' + n * interval '2 minutes',
    timestamptz '2026-01-01' + n * interval '2 minutes', timestamptz '2026-01-01' + n * interval
    '2 minutes', CASE WHEN m % 50 = 1 THEN NULL ELSE timestamptz '2026-01-15' + n * interval
    '2 minutes' END, ''
    FROM (SELECT n, n + n / 500 AS m FROM generate_series(1, :count) AS n) AS counted
"""


async def fill(url: str) -> None:
    """Invoices of 500 customers and 5 hosts, with a credit note on every tenth."""
    engine = create_engine(url)
    async with engine.begin() as connection:
        for statement in (
            f"INSERT INTO invoices (id, {COLUMNS}) {VALUES}",
            f"INSERT INTO invoice_hosts (host_id, manages, id, {COLUMNS}) "  # noqa: S608
            f"SELECT 'host-' || (number_count % 5), true, id, {COLUMNS} FROM invoices "
            "WHERE number IS NOT NULL",
            "INSERT INTO seller_snapshots (id, details) VALUES ('s', '{}')",
        ):
            parameters = {"count": COUNT} if ":count" in statement else {}
            await connection.execute(text(statement), parameters)
        notes = """
            SELECT id, id AS invoice_id, number AS invoice_number, 'CN-' || number, 2026,
            number_count, customer_id, 'Ana', 'ana@example.com', 'USD', 'en', 100, 0, 100, 'x',
            'none', false, 's', dated_at FROM invoices WHERE number_count % 10 = 0
        """
        columns = """
            id, invoice_id, invoice_number, number, number_year, number_count, customer_id,
            customer_name, customer_email, currency, language, subtotal, tax_total, total, reason,
            refund, return_to_stock, seller_id, issued_at
        """
        await connection.execute(text(f"INSERT INTO credit_notes ({columns}) {notes}"))
        await connection.execute(
            text(
                f"INSERT INTO credit_note_hosts (host_id, {columns}) "  # noqa: S608
                f"SELECT 'host-' || (number_count % 5), {columns} FROM credit_notes"
            )
        )
    async with engine.connect() as connection:
        plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await plain.execute(text("VACUUM ANALYZE"))
    await engine.dispose()


@pytest.fixture(scope="module")
def large_books(postgresql: PostgresDatabases) -> Iterator[str]:
    """The URL of a database with many invoices."""
    with postgresql.database() as url:
        run(fill(url))
        yield url


@pytest.fixture
async def engine(large_books: str) -> AsyncIterator[AsyncEngine]:
    made = create_engine(large_books)
    yield made
    await made.dispose()


FILTERS = {
    "everything": InvoiceFilter(),
    "a common status": InvoiceFilter(status=InvoiceStatus.PAID),
    "a rare status": InvoiceFilter(status=InvoiceStatus.UNCOLLECTIBLE),
    "one customer": InvoiceFilter(customer_id=CUSTOMER),
    "the beginning of a number": InvoiceFilter(number="2026-05"),
    "the beginning of all numbers": InvoiceFilter(number="2026"),
}
WHOSE: dict[str, dict[str, Any]] = {
    "of all": {"customer_id": None, "host_id": None},
    "of a customer": {"customer_id": CUSTOMER, "host_id": None},
    "of a host": {"customer_id": None, "host_id": HOST},
}
PLACES = {
    "-created_at": Position(None, MIDDLE),
    "-issued_at": Position(NOW - timedelta(days=60), MIDDLE),
    "due_at": Position(NOW - timedelta(days=60), MIDDLE),
}


async def check(engine: AsyncEngine, name: str, repository: Any, *given: Any, **more: Any) -> None:
    with recorded(engine) as statements:
        async with engine.connect() as connection:
            found = await repository(connection).listed(*given, **more)
    assert found, name
    for statement in statements:
        plan = await explained(engine, statement)
        assert not plan.scanned, f"{name}: {plan.scanned} {plan.text}"
        assert plan.buffers <= MOST_BUFFERS, f"{name}: {plan.buffers} {plan.text}"


@pytest.mark.parametrize("whose", WHOSE)
async def test_a_page_of_invoices_reads_few_buffers(engine: AsyncEngine, whose: str) -> None:
    for name, wanted in FILTERS.items():
        page = ListRequest(sorts_for(wanted)[0], limit=20)
        await check(
            engine, f"{whose}, {name}", SqlInvoiceRepository, wanted, page, now=NOW, **WHOSE[whose]
        )


@pytest.mark.parametrize("whose", WHOSE)
@pytest.mark.parametrize("sort", INVOICE_SORTS, ids=lambda sort: sort.name)
async def test_every_order_reads_few_buffers_also_in_the_middle(
    engine: AsyncEngine, whose: str, sort: Sort
) -> None:
    for after in (None, PLACES[sort.name]):
        page = ListRequest(sort, limit=20, after=after)
        name = f"{whose}, {sort.name}, after {after}"
        await check(
            engine, name, SqlInvoiceRepository, InvoiceFilter(), page, now=NOW, **WHOSE[whose]
        )


@pytest.mark.parametrize("whose", WHOSE)
async def test_what_is_overdue_and_what_was_issued_when(engine: AsyncEngine, whose: str) -> None:
    by_day, by_due = INVOICE_SORTS[1], INVOICE_SORTS[2]
    days = InvoiceFilter(issued_from=date(2026, 3, 1), issued_to=date(2026, 3, 8))
    for wanted, sort in ((InvoiceFilter(overdue=True), by_due), (days, by_day)):
        page = ListRequest(sort, limit=20)
        await check(
            engine,
            f"{whose}, {wanted}",
            SqlInvoiceRepository,
            wanted,
            page,
            now=NOW,
            **WHOSE[whose],
        )


@pytest.mark.parametrize("whose", WHOSE)
async def test_a_page_of_credit_notes_reads_few_buffers(engine: AsyncEngine, whose: str) -> None:
    people = {**WHOSE[whose]}
    if people["customer_id"]:
        people["customer_id"] = "customer-10"
    if people["host_id"]:
        people["host_id"] = "host-0"
    one = InvoiceId(f"0199c1de-0000-7000-8000-{10010:012d}")
    for wanted in (CreditNoteFilter(), CreditNoteFilter(invoice_id=one)):
        page = ListRequest(Sort("-created_at"), limit=20)
        await check(engine, f"{whose}", SqlCreditNoteRepository, wanted, page, **people)
