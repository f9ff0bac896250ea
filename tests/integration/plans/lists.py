"""Every list of the API that can be long, as each kind of person asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from tests.factories.crowd import INVOICE, PRODUCT, USER, Crowd, uid
from tests.factories.people import Person

SOME_USER, SOME_HOST = uid(USER, 107), uid(USER, 7)
SOME_INVOICE, SOME_PRODUCT = uid(INVOICE, 50_003), uid(PRODUCT, 1)
DAYS = {"from": "2025-12-01", "to": "2025-12-20"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A list: who asks, where, with which query. ``after``: whether something follows 20 items."""

    who: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the test is called."""
        query = "&".join(f"{key}={value}" for key, value in self.query.items())
        return f"{self.who} {self.path}" + (f"?{query}" if query else "")

    def person(self, crowd: Crowd) -> Person:
        """Whose token to send."""
        found: Person = getattr(crowd, self.who)
        return found


EVERYBODY = ("admin", "host", "customer", "small")

INVOICE_QUERIES: tuple[dict[str, str], ...] = (
    {},
    *({"status": name} for name in ("draft", "open", "paid", "void", "uncollectible")),
    *({"sort": name} for name in ("-created_at", "-issued_at", "due_at")),
    {"overdue": "true"},
    {"overdue": "false"},
    {"q": "2026-0"},
    {"q": "2026-05"},
    DAYS,
    {"status": "paid", "sort": "-issued_at", **DAYS},
    {"status": "open", "sort": "due_at"},
)
PAYMENT_QUERIES: tuple[dict[str, str], ...] = (
    {},
    *({"state": name} for name in ("pending", "succeeded", "failed", "cancelled", "disputed")),
    *({"method": name} for name in ("test", "manual", "stripe", "wallet")),
    {"invoice_id": SOME_INVOICE},
    {"state": "failed", "method": "manual"},
    {"state": "disputed", "method": "stripe"},
)
SALES_QUERIES: tuple[dict[str, str], ...] = (
    {},
    DAYS,
    {"product_id": SOME_PRODUCT},
    {"product_id": SOME_PRODUCT, **DAYS},
)
NOTE_QUERIES: tuple[dict[str, str], ...] = ({}, {"invoice_id": SOME_INVOICE})


def lists() -> Iterator[Asked]:
    """All of them."""
    for who, query in product(EVERYBODY, INVOICE_QUERIES):
        yield Asked(who, "/billing/invoices", query)
    for who, query in product(EVERYBODY, PAYMENT_QUERIES):
        yield Asked(who, "/billing/payments", query)
    for who, query in product(EVERYBODY, NOTE_QUERIES):
        yield Asked(who, "/billing/credit-notes", query)
    for who, query in product(("admin", "host"), SALES_QUERIES):
        yield Asked(who, "/billing/sales", query)
    for who in EVERYBODY:
        yield Asked(who, "/billing/checkouts")
        yield Asked(who, "/billing/wallet/top-ups")
    for who in ("customer", "small"):
        yield Asked(who, "/billing/wallet/entries")
        yield Asked(who, "/billing/wallet/entries", DAYS)
    yield from _of_one_customer()
    yield from _of_calls_and_people()


def _of_one_customer() -> Iterator[Asked]:
    one = {"customer_id": SOME_USER}
    for path in ("invoices", "payments", "credit-notes", "wallet/top-ups"):
        yield Asked("admin", f"/billing/{path}", one)
    yield Asked("host", "/billing/invoices", one)
    yield Asked("host", "/billing/invoices", {"scope": "own"})
    yield Asked("host", "/billing/credit-notes", one)
    yield Asked("admin", "/billing/sales", {"host_id": SOME_HOST})
    yield Asked("admin", "/billing/sales", {"host_id": SOME_HOST, **DAYS})
    yield Asked("admin", f"/billing/wallets/{SOME_USER}/entries")


def _of_calls_and_people() -> Iterator[Asked]:
    for who in EVERYBODY:
        for query in ({}, {"status": "open"}, {"status": "ended"}):
            yield Asked(who, "/calls/rooms", query)
    yield Asked("admin", "/users")
    for search in ("us", "user 4711", "nobody"):
        yield Asked("admin", "/users", {"search": search})
    for who in ("admin", "host"):
        yield Asked(who, f"/products/{SOME_PRODUCT}/stock/movements")
