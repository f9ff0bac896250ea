"""A hundred thousand of everything that people list: a few have very many, most have a few.

One host sells every seventh invoice, one customer buys every fifth. Rare states are rare, and what
sweepers look for is a handful among what is long done.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.factories.bulk import filling
from tests.factories.people import Person

COUNT = 100_000
FEWER = 20_000  # of what nobody lists, but sweepers look through
DRAFTS = 2_500  # of so many more invoices, so that credit notes are as many as COUNT

TABLES = (
    "users", "user_terms", "sessions", "refresh_tokens", "events",
    "rooms", "invitations", "stays", "media_sessions", "webhook_receipts",
    "products", "stock_movements", "stock_reservations", "stock_reservation_lines",
    "seller_snapshots", "invoices", "invoice_hosts", "invoice_lines", "invoice_line_taxes",
    "credit_notes", "credit_note_hosts", "credit_note_lines", "credit_note_line_taxes",
    "payments", "refunds", "checkouts", "stock_tasks", "provider_events", "sales",
    "wallets", "wallet_holds", "wallet_entries", "idempotency_claims", "billing_messages",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who is who in it; ``small`` has bought three times."""

    url: str
    admin: Person
    host: Person
    customer: Person
    small: Person


def uid(kind: int, number: int) -> str:
    """The id of a row, as the database makes it too."""
    return f"0199c1de-{kind:04d}-7000-8000-{number:012d}"


USER, ROOM, INVOICE, LINE, NOTE, NOTE_LINE = 1, 2, 3, 4, 5, 6
PAYMENT, REFUND, CHECKOUT, SALE, PRODUCT = 7, 8, 9, 10, 13

_FUNCTIONS = (
    """CREATE FUNCTION pg_temp.uid(kind int, n int) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT '0199c1de-' || lpad(kind::text, 4, '0') || '-7000-8000-' || lpad(n::text, 12, '0') $$""",
    """CREATE FUNCTION pg_temp.at(n int) RETURNS timestamptz IMMUTABLE LANGUAGE sql AS $$
    SELECT timestamptz '2025-10-01 00:00:00+00' + n * interval '2 minutes' $$""",
    """CREATE FUNCTION pg_temp.buyer(n int) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE WHEN n % 5 = 0 THEN '{customer}' WHEN n % 40000 = 8 THEN '{small}'
    ELSE pg_temp.uid(1, 100 + n % 20000) END $$""",
    """CREATE FUNCTION pg_temp.item(n int) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT pg_temp.uid(13, CASE WHEN n % 21 = 3 THEN 1 WHEN n % 7 = 3 THEN 2 + n % 900
    ELSE 1000 + n % 1000 END) $$""",
    """CREATE FUNCTION pg_temp.vendor(n int) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE WHEN n % 7 = 3 THEN '{host}' ELSE pg_temp.uid(1, 1 + n % 50) END $$""",
)

_PEOPLE = (
    """INSERT INTO users (id, email, email_key, name, role, locale, password_hash, created_at)
    SELECT pg_temp.uid(1, n), 'user' || n || '@example.com', 'user' || n || '@example.com',
    'User ' || n, CASE WHEN n <= 50 THEN 'host' ELSE 'customer' END, 'en', 'x', pg_temp.at(n)
    FROM generate_series(1, {count}) n""",
    """INSERT INTO user_terms (term, user_id) SELECT term, pg_temp.uid(1, n)
    FROM generate_series(1, {count}) n, LATERAL (VALUES ('us'), ('user'), (n::text)) given(term)""",
    """INSERT INTO sessions (id, user_id, created_at, expires_at)
    SELECT pg_temp.uid(20, n), pg_temp.uid(1, n), pg_temp.at(n), pg_temp.at(n) + interval '1 year'
    FROM generate_series(1, {fewer}) n""",
    """INSERT INTO refresh_tokens (fingerprint, session_id, issued_at)
    SELECT 'token' || n, pg_temp.uid(20, n), pg_temp.at(n) FROM generate_series(1, {fewer}) n""",
    """INSERT INTO events (id, stream, version, type, data, occurred_at)
    SELECT pg_temp.uid(21, n), 'room-' || n, 1, 'room_created', '{{}}', pg_temp.at(n)
    FROM generate_series(1, {fewer}) n""",
)

# The customer is invited to every 20th room; every 100th is open.
_CALLS = (
    """INSERT INTO rooms (id, name, policy, host_id, created_at, ended_at, media_closed)
    SELECT pg_temp.uid(2, n), 'Room ' || n, 'invited', pg_temp.vendor(n), pg_temp.at(n),
    CASE WHEN n % 100 = 7 THEN NULL ELSE pg_temp.at(n + 30) END, n % 100 <> 7 AND n % 30000 <> 1
    FROM generate_series(1, {count}) n""",
    """INSERT INTO invitations (room_id, email_key, email)
    SELECT pg_temp.uid(2, n), email, email FROM generate_series(1, {count}) n, LATERAL (
    SELECT CASE WHEN n % 20 = 7 THEN '{email}' ELSE 'user' || n || '@example.com' END AS email)
    addressed""",
    """INSERT INTO stays (room_id, participant_sid, session, identity, joined_at, left_at)
    SELECT pg_temp.uid(2, n), 'PA_1', 'RM_1', pg_temp.uid(1, 1 + (n * 31) % {count}),
    pg_temp.at(n), pg_temp.at(n + 20)
    FROM generate_series(1, {count}) n""",
    """INSERT INTO media_sessions (room_id, session, finished_at)
    SELECT pg_temp.uid(2, n), 'RM_1', pg_temp.at(n + 30) FROM generate_series(1, {fewer}) n""",
    """INSERT INTO webhook_receipts (id, received_at)
    SELECT 'EV_' || n, timestamptz '2026-02-28' + n * interval '1 second'
    FROM generate_series(1, {fewer}) n""",
)

_STOCK = (
    """INSERT INTO products (id, name, name_key, description, kind, sku, price_minor, currency,
    tax_class, status, host_id, stock_on_hand, stock_reserved, was_sold, created_at, updated_at,
    version) SELECT pg_temp.uid(13, n), 'Mat ' || n, 'mat ' || n, '', 'goods', 'MAT-' || n, 1000,
    'USD', 'standard', 'active', '{host}', 1000, 0, true, pg_temp.at(n), pg_temp.at(n), 1
    FROM generate_series(1, 2000) n""",
    """INSERT INTO stock_movements (id, product_id, quantity, reason, note, balance, reference,
    actor_id, created_at) SELECT pg_temp.uid(12, n),
    pg_temp.uid(13, CASE WHEN n % 4 = 0 THEN 1 ELSE 1 + n % 2000 END), 1, 'received', '', 1000,
    NULL, pg_temp.uid(1, n), pg_temp.at(n) FROM generate_series(1, {count}) n""",
    """INSERT INTO stock_reservations (key, state, until, created_at, updated_at)
    SELECT 'invoice:' || pg_temp.uid(3, n), CASE WHEN n % 5000 = 0 THEN 'active' ELSE 'taken' END,
    pg_temp.at(n), pg_temp.at(n), pg_temp.at(n) FROM generate_series(1, {fewer}) n""",
    """INSERT INTO stock_reservation_lines (key, product_id, quantity, returned)
    SELECT 'invoice:' || pg_temp.uid(3, n), pg_temp.uid(13, 1 + n % 2000), 1, 0
    FROM generate_series(1, {fewer}) n""",
    """UPDATE products SET stock_reserved = 1 WHERE id IN (SELECT product_id
    FROM stock_reservation_lines JOIN stock_reservations USING (key) WHERE state = 'active')""",
)

_HEAD = """status, number, number_year, number_count, customer_id, customer_name, customer_email,
    currency, language, notes, source, subtotal, tax_total, total, paid, credited, refunded,
    seller_id, created_at, dated_at, issued_at, due_at, status_reason"""
_NOTE_HEAD = """invoice_id, invoice_number, number, number_year, number_count, customer_id,
    customer_name, customer_email, currency, language, subtotal, tax_total, total, reason, refund,
    return_to_stock, seller_id, issued_at"""
_INVOICES = (
    "INSERT INTO seller_snapshots (id, details) VALUES ('s', '{{}}')",
    """INSERT INTO invoices (id, {head}, next_reminder_at) SELECT pg_temp.uid(3, n), status,
    CASE WHEN status <> 'draft' THEN '2026-' || lpad(n::text, 6, '0') END,
    CASE WHEN status <> 'draft' THEN 2026 END, CASE WHEN status <> 'draft' THEN n END,
    pg_temp.buyer(n), 'User', 'user@example.com', 'USD', 'en', '', 'checkout', 1000, 190, 1190,
    CASE WHEN status = 'paid' THEN 1190 ELSE 0 END, 0, 0, 's', pg_temp.at(n), pg_temp.at(n),
    CASE WHEN status <> 'draft' THEN pg_temp.at(n) END,
    CASE WHEN status <> 'draft' THEN pg_temp.at(n) + interval '14 days' END, '',
    CASE WHEN n % 30000 = 4 THEN pg_temp.at(n) WHEN status = 'open' THEN timestamptz '2026-06-01'
    END FROM (SELECT n, CASE WHEN n % 40 = 1 THEN 'draft' WHEN n % 997 = 0 THEN 'uncollectible'
    WHEN n % 100 = 2 THEN 'void' WHEN n % 20 = 4 OR n % 40 = 15 THEN 'open' ELSE 'paid' END
    AS status FROM generate_series(1, {invoices}) n) numbered""",
    """INSERT INTO invoice_hosts (host_id, manages, id, {head})
    SELECT pg_temp.vendor(right(id, 8)::int), true, id, {head} FROM invoices""",
    """INSERT INTO invoice_lines (id, invoice_id, position, product_id, kind, host_id, description,
    quantity, unit_price, net) SELECT pg_temp.uid(4, n), pg_temp.uid(3, n), 0,
    pg_temp.item(n), 'goods', pg_temp.vendor(n), 'Mat', 1000, 1000, 1000
    FROM generate_series(1, {invoices}) n""",
    """INSERT INTO invoice_line_taxes (line_id, position, tax_id, name, rate, inclusive, amount)
    SELECT pg_temp.uid(4, n), 0, pg_temp.uid(22, 1), 'VAT', 190000, false, 190
    FROM generate_series(1, {invoices}) n""",
    """INSERT INTO credit_notes (id, {note_head}) SELECT pg_temp.uid(5, number_count), id, number,
    'CN-' || number, 2026, number_count, customer_id, 'User', 'user@example.com', 'USD', 'en', 100,
    19, 119, 'Late', 'original', false, 's', dated_at FROM invoices WHERE number IS NOT NULL""",
    """INSERT INTO credit_note_hosts (host_id, id, {note_head})
    SELECT pg_temp.vendor(number_count), id, {note_head} FROM credit_notes""",
    """INSERT INTO credit_note_lines (id, credit_note_id, position, line_id, quantity, net)
    SELECT pg_temp.uid(6, number_count), id, 0, pg_temp.uid(4, number_count), NULL, 100
    FROM credit_notes""",
    """INSERT INTO credit_note_line_taxes (credit_line_id, position, amount)
    SELECT pg_temp.uid(6, number_count), 0, 19 FROM credit_notes""",
)

_SETTLEMENT = (
    """INSERT INTO payments (id, purpose, invoice_id, customer_id, method, state, currency, amount,
    applied, refunded, description, provider_reference, created_at, succeeded_at, next_at, attempts,
    version) SELECT pg_temp.uid(7, n), CASE WHEN n > {count} THEN 'invoice' ELSE 'top_up' END,
    CASE WHEN n > {count} THEN pg_temp.uid(3, n - {count}) END, pg_temp.buyer(n),
    CASE WHEN n % 1999 = 10 THEN 'stripe' WHEN n % 3 = 0 THEN 'manual'
    WHEN n % 10 = 1 THEN 'wallet' ELSE 'test' END,
    CASE WHEN n % 1993 = 5 THEN 'disputed' WHEN n % 20000 = 30 THEN 'pending'
    WHEN n % 500 = 20 THEN 'cancelled' WHEN n % 25 = 10 THEN 'failed' ELSE 'succeeded' END,
    'USD', 1190, 1190, 0, 'Invoice', 'ch_' || n, pg_temp.at(n), pg_temp.at(n),
    CASE WHEN n % 20000 = 30 THEN pg_temp.at(n) END, 0, 1
    FROM generate_series(1, 2 * {count}) n""",
    """INSERT INTO refunds (id, cause, payment_id, invoice_id, credit_note_id, customer_id, method,
    state, currency, amount, reason, created_at, next_at, attempts) SELECT pg_temp.uid(8, n),
    'credit', pg_temp.uid(7, n + {count}), pg_temp.uid(3, n), pg_temp.uid(5, n), pg_temp.buyer(n),
    'test', CASE WHEN n % 20000 = 3 THEN 'pending' ELSE 'succeeded' END, 'USD', 119, 'Late',
    pg_temp.at(n), CASE WHEN n % 20000 = 3 THEN pg_temp.at(n) END, 0
    FROM generate_series(1, {count}) n""",
    """INSERT INTO checkouts (id, customer_id, invoice_id, state, items, created_at, expires_at,
    next_at, attempts) SELECT pg_temp.uid(9, n), pg_temp.buyer(n), pg_temp.uid(3, n),
    CASE WHEN n % 20 = 4 THEN 'reserved' ELSE 'paid' END, '[]', pg_temp.at(n), pg_temp.at(n),
    CASE WHEN n % 20000 = 4 THEN pg_temp.at(n) WHEN n % 20 = 4 THEN timestamptz '2026-06-01' END, 0
    FROM generate_series(1, {count}) n""",
    """INSERT INTO stock_tasks (id, invoice_id, kind, items, created_at, next_at, attempts)
    SELECT 'take:' || pg_temp.uid(3, n), pg_temp.uid(3, n), 'take', '[]', pg_temp.at(n),
    CASE WHEN n % 5000 = 3 THEN pg_temp.at(n) END, 0 FROM generate_series(1, {fewer}) n""",
    """INSERT INTO provider_events (method, id, type, received_at, handled_at)
    SELECT 'test', 'evt_' || n, 'payment', timestamptz '2026-02-01' + n * interval '10 seconds',
    pg_temp.at(n) FROM generate_series(1, {fewer}) n""",
    """INSERT INTO sales (id, invoice_id, product_id, host_id, customer_id, description, quantity,
    currency, net, tax, credited, sold_at) SELECT pg_temp.uid(10, n), pg_temp.uid(3, n),
    pg_temp.item(n), pg_temp.vendor(n),
    pg_temp.buyer(n), 'Mat', '1', 'USD', 1000, 190, 100, pg_temp.at(n)
    FROM generate_series(1, {count}) n""",
)

_WALLETS = (
    """INSERT INTO wallets (customer_id, unit, balance, held, version, updated_at)
    SELECT id, 'USD', 1000, 0, 20000, created_at FROM users""",
    """INSERT INTO wallet_holds (id, customer_id, unit, amount, rest, captured, state, until,
    reference_type, reference_id, created_at) SELECT 'hold' || n, pg_temp.buyer(n), 'USD', 100, 100,
    100, CASE WHEN n % 5000 = 5 THEN 'active' ELSE 'captured' END, pg_temp.at(n), 'call', 'c' || n,
    pg_temp.at(n) FROM generate_series(1, {fewer}) n""",
    """INSERT INTO wallet_entries (id, customer_id, unit, version, kind, amount, balance, available,
    missing, reference_type, reference_id, once, created_at) SELECT pg_temp.uid(11, n),
    pg_temp.buyer(n), 'USD', CASE WHEN n % 5 = 0 THEN n / 5 ELSE n END, 'top_up', 1, n, n, 0,
    'payment', n, n, pg_temp.at(n) FROM generate_series(1, {count}) n""",
    """INSERT INTO idempotency_claims (owner_id, key, request_sha256, command_id, attempt,
    lease_until, expires_at, status) SELECT pg_temp.buyer(n), 'key' || n, '', pg_temp.uid(23, n), 1,
    pg_temp.at(n), timestamptz '2026-03-01 08:59:58+00' + n * interval '1 second', 201
    FROM generate_series(1, {fewer}) n""",
    """INSERT INTO billing_messages (id, key, kind, document_id, customer_id, step, state, attempts,
    next_at, created_at) SELECT pg_temp.uid(14, n), 'invoice:' || n, 'invoice', pg_temp.uid(3, n),
    pg_temp.buyer(n), 0, 'sent', 1, NULL, pg_temp.at(n) FROM generate_series(1, {fewer}) n""",
)


async def fill(crowd: Crowd) -> None:
    """Put them all in, then statistics for the planner."""
    values = {
        "head": _HEAD,
        "note_head": _NOTE_HEAD,
        "count": COUNT,
        "fewer": FEWER,
        "invoices": COUNT + DRAFTS,
        "host": crowd.host.id,
        "customer": crowd.customer.id,
        "small": crowd.small.id,
        "email": crowd.customer.email,
    }
    async with filling(crowd.url, TABLES) as connection:
        groups = (_FUNCTIONS, _PEOPLE, _CALLS, _STOCK, _INVOICES, _SETTLEMENT, _WALLETS)
        for statement in (item for group in groups for item in group):
            await connection.exec_driver_sql(statement.format(**values))
