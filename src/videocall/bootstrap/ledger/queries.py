"""Queries that find what does not agree. Each answers rows (which, what is wrong), none when well.

They may cross domains, as no foreign key does; that is why they stand beside the wiring.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Executable,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.sql.selectable import ScalarSelect

from videocall.billing.tables.invoices import (
    credit_notes,
    invoice_lines,
    invoices,
    number_series,
)
from videocall.billing.tables.payments import checkouts, payments, refunds, sales, stock_tasks
from videocall.billing.tables.wallet import wallet_entries
from videocall.products.tables import movements, products, reservation_lines, reservations
from videocall.users.tables import users


@dataclass(frozen=True, slots=True)
class Check:
    """A query whose rows are (id, words)."""

    name: str
    query: Executable


def _sum(column: ColumnElement[int], where: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.coalesce(func.sum(column), 0)).where(where).scalar_subquery()


def _words(*parts: ColumnElement[object] | ScalarSelect[int] | str) -> ColumnElement[str]:
    text: ColumnElement[str] = literal("")
    for part in parts:
        text = text + (literal(part) if isinstance(part, str) else cast(part, String))
    return text


def _invoices() -> list[Check]:
    held = _sum(payments.c.applied, payments.c.invoice_id == invoices.c.id)
    credited = _sum(credit_notes.c.total, credit_notes.c.invoice_id == invoices.c.id)
    returned = _sum(
        refunds.c.amount,
        and_(
            refunds.c.invoice_id == invoices.c.id,
            refunds.c.cause == "credit",
            refunds.c.state != "failed",
        ),
    )
    kept = invoices.c.paid - invoices.c.refunded
    owed = invoices.c.total - invoices.c.credited - kept
    return [
        Check(
            "invoices hold what payments brought",
            select(invoices.c.id, _words("invoice has ", kept, ", its payments say ", held)).where(
                kept != held
            ),
        ),
        Check(
            "invoices are credited by credit notes",
            select(
                invoices.c.id, _words("credited ", invoices.c.credited, ", notes say ", credited)
            ).where(invoices.c.credited != credited),
        ),
        Check(
            "invoices are refunded by refunds",
            select(
                invoices.c.id, _words("refunded ", invoices.c.refunded, ", refunds say ", returned)
            ).where(invoices.c.refunded != returned),
        ),
        Check(
            "the state of an invoice follows from its amounts",
            select(invoices.c.id, _words(invoices.c.status, " with ", owed, " owed")).where(
                or_(
                    and_(invoices.c.status == "open", owed <= 0),
                    and_(invoices.c.status == "paid", owed > 0),
                    and_(invoices.c.status == "void", kept != 0),
                )
            ),
        ),
        Check(
            "what was sold is in the sales of its host",
            select(invoice_lines.c.id, _words("line of invoice ", invoice_lines.c.invoice_id))
            .join(invoices, invoices.c.id == invoice_lines.c.invoice_id)
            .where(
                invoices.c.status == "paid",
                invoice_lines.c.product_id.is_not(None),
                invoice_lines.c.host_id.is_not(None),
                not_(exists().where(sales.c.id == invoice_lines.c.id)),
            ),
        ),
    ]


def _payments() -> list[Check]:
    back = _sum(
        refunds.c.amount, and_(refunds.c.payment_id == payments.c.id, refunds.c.state != "failed")
    )
    filled = _sum(
        case((wallet_entries.c.kind == "withdrawal", wallet_entries.c.amount), else_=0)
        + case((wallet_entries.c.kind == "top_up", wallet_entries.c.amount), else_=0),
        and_(
            wallet_entries.c.customer_id == payments.c.customer_id,
            wallet_entries.c.unit == payments.c.currency,
            wallet_entries.c.reference_type == "top_up",
            wallet_entries.c.reference_id == payments.c.id,
        ),
    )
    loose = payments.c.amount - payments.c.applied - payments.c.refunded
    failed = exists().where(refunds.c.payment_id == payments.c.id, refunds.c.state == "failed")
    return [
        Check(
            "payments are refunded by refunds",
            select(
                payments.c.id, _words("refunded ", payments.c.refunded, ", refunds say ", back)
            ).where(payments.c.refunded != back),
        ),
        Check(
            "money that arrived counts for something",
            select(payments.c.id, _words("succeeded, and ", loose, " counts for nothing")).where(
                payments.c.state == "succeeded", loose != 0, not_(failed)
            ),
        ),
        Check(
            "what has not arrived counts for nothing",
            select(
                payments.c.id, _words(payments.c.state, ", and ", payments.c.applied, " counts")
            ).where(payments.c.state.not_in(("succeeded", "disputed")), payments.c.applied != 0),
        ),
        Check(
            "top-ups are in wallets",
            select(
                payments.c.id, _words("brought ", payments.c.applied, ", the wallet says ", filled)
            ).where(payments.c.purpose == "top_up", payments.c.applied != filled),
        ),
    ]


def _numbers() -> list[Check]:
    checks = []
    for kind, table in (("invoice", invoices), ("credit_note", credit_notes)):
        given = and_(table.c.number_year == number_series.c.year, table.c.number.is_not(None))
        count = select(func.count()).where(given).scalar_subquery()
        checks.append(
            Check(
                f"numbers without gap: {kind}",
                select(
                    cast(number_series.c.year, String),
                    _words("the last is ", number_series.c.last, ", there are ", count),
                ).where(number_series.c.kind == kind, number_series.c.last != count),
            )
        )
        checks.append(
            Check(
                f"numbers once each: {kind}",
                select(cast(table.c.number_year, String), _words("count ", table.c.number_count))
                .where(table.c.number.is_not(None))
                .group_by(table.c.number_year, table.c.number_count)
                .having(func.count() > 1),
            )
        )
    return checks


def _stock() -> list[Check]:
    newest = (
        select(movements.c.balance)
        .where(movements.c.product_id == products.c.id)
        .order_by(movements.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    active = and_(reservations.c.key == reservation_lines.c.key, reservations.c.state == "active")
    held = (
        select(func.coalesce(func.sum(reservation_lines.c.quantity), 0))
        .select_from(reservation_lines.join(reservations, active))
        .where(reservation_lines.c.product_id == products.c.id)
        .scalar_subquery()
    )
    return [
        Check(
            "pieces on hand follow from movements",
            select(
                products.c.id, _words("on hand ", products.c.stock_on_hand, ", movements ", newest)
            ).where(products.c.stock_on_hand != newest),
        ),
        Check(
            "reserved pieces belong to reservations",
            select(
                products.c.id, _words("reserved ", products.c.stock_reserved, ", active ", held)
            ).where(products.c.stock_on_hand.is_not(None), products.c.stock_reserved != held),
        ),
    ]


def _purchases() -> list[Check]:
    key_of = literal("invoice:")
    living = exists().where(
        key_of + checkouts.c.invoice_id == reservations.c.key,
        or_(
            checkouts.c.state.in_(("started", "reserved", "closing")),
            checkouts.c.next_at.is_not(None),
        ),
    )
    hand_made = exists().where(
        key_of + stock_tasks.c.invoice_id == reservations.c.key, stock_tasks.c.kind == "take"
    )
    issued = exists().where(
        key_of + invoices.c.id == reservations.c.key, invoices.c.status != "draft"
    )
    taken = exists().where(
        reservations.c.key == key_of + checkouts.c.invoice_id, reservations.c.state == "taken"
    )
    return [
        Check(
            "reservations belong to purchases under way",
            select(reservations.c.key, _words("reserved for nothing that lives")).where(
                reservations.c.state == "active", not_(living), not_(hand_made)
            ),
        ),
        Check(
            "taken pieces belong to issued invoices",
            select(reservations.c.key, _words("taken for no invoice")).where(
                reservations.c.state == "taken", not_(issued)
            ),
        ),
        Check(
            "paid purchases have their pieces",
            select(checkouts.c.id, _words("paid, but its pieces were not taken")).where(
                checkouts.c.state == "paid", not_(taken)
            ),
        ),
        Check(
            "stock tasks were not given up",
            select(stock_tasks.c.id, _words("given up: ", stock_tasks.c.failure)).where(
                stock_tasks.c.next_at.is_(None)
            ),
        ),
    ]


def _references() -> list[Check]:
    people = (
        ("invoice", invoices.c.id, invoices.c.customer_id),
        ("payment", payments.c.id, payments.c.customer_id),
        ("checkout", checkouts.c.id, checkouts.c.customer_id),
        ("sale", sales.c.id, sales.c.host_id),
        ("product", products.c.id, products.c.host_id),
    )
    checks = [
        Check(
            f"the person of every {name} exists",
            select(row_id, _words("nobody is ", person)).where(
                not_(exists().where(users.c.id == person))
            ),
        )
        for name, row_id, person in people
    ]
    sold = exists().where(products.c.id == sales.c.product_id)
    checks.append(
        Check(
            "the product of every sale exists",
            select(sales.c.id, _words("there is no product ", sales.c.product_id)).where(
                not_(sold)
            ),
        )
    )
    orphan = not_(exists().where(invoices.c.id == checkouts.c.invoice_id))
    checks.append(
        Check(
            "checkouts have their invoices",
            select(checkouts.c.id, _words(checkouts.c.state, " without an invoice")).where(
                checkouts.c.state.not_in(("started", "failed")), orphan
            ),
        )
    )
    return checks


CHECKS: tuple[Check, ...] = (
    *_invoices(),
    *_payments(),
    *_numbers(),
    *_stock(),
    *_purchases(),
    *_references(),
)
"""All of them."""
