"""Every endpoint with good and bad requests: no 5xx, no answer outside of the OpenAPI document.

One seed makes all requests; set FUZZ_SEED for others and FUZZ_EXAMPLES for more of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias, cast

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation.case import Case
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.factories.databases import Databases
from tests.factories.people import person
from tests.factories.serving import Served, served
from videocall.bootstrap.openapi import document
from videocall.core.access import Role

SEED = int(os.environ.get("FUZZ_SEED", "20261122"))
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# 503 is their answer where a part fails, and here no media server runs.
HEALTH = ("/health", "/health/ready", "/health/live")

Json = dict[str, Any]
AnyCase: TypeAlias = Case[Any]


@pytest.fixture(scope="module")
def product(databases: Databases) -> Iterator[Served]:
    """The application with a little of everything in it."""
    with databases.database() as url, served(url, {"payments.test.enabled": "never"}) as running:
        yield running


class World:
    """People of each role, and ids of things that exist, by the names that parameters have."""

    def __init__(self, product: Served) -> None:
        self._product = product
        self.tokens: dict[str, str | None] = {"anonymous": None}
        self.known: dict[str, list[str]] = {}
        for role in (Role.ADMIN, Role.HOST, Role.CUSTOMER):
            somebody = product.do(person(product.app, role))
            self.tokens[role.value] = somebody.token
            self.known.setdefault("customer_id", []).append(somebody.id)
        self._fill()

    def _fill(self) -> None:
        self._make("room_id", "/calls/rooms", {"name": "Maths"})
        self._make("category_id", "/products/categories", {"name": "Lessons"})
        lesson = self._make("product_id", "/products", {"name": "Maths lesson", "price": "40.00"})
        book = {"name": "Book", "price": "12.50", "kind": "goods", "stock": 1000}
        self._make("product_id", "/products", book, by="host")
        self._send("PUT", "/billing/seller", {"name": "Shop", "address": ["Street 1"]})
        tax = {"name": "VAT", "rate": "11.00", "inclusive": False, "tax_classes": ["standard"]}
        self._make("tax_id", "/billing/taxes", tax)
        lines = [{"product_id": lesson["id"], "quantity": "2"}]
        order = {"customer_id": self.known["customer_id"][-1], "lines": lines}
        self._make("invoice_id", "/billing/invoices", order)
        paid = self._make("invoice_id", "/billing/invoices", order)
        place = f"/billing/invoices/{paid['id']}"
        self._send("POST", f"{place}/open", {})
        transfer = {"payment_method": "manual"}
        payment = self._make("payment_id", f"{place}/pay", transfer, by="customer")
        self._send("POST", f"/billing/payments/{payment['id']}/confirm", {})
        credit = {"amount": "5.00", "reason": "Late", "refund": "wallet"}
        self._make("credit_note_id", f"{place}/credit-notes", credit)
        items = {"items": [{"product_id": lesson["id"], "quantity": 1}]}
        self._make("checkout_id", "/billing/checkouts", items, by="customer")
        top_up = {"amount": "50.00", **transfer}
        self._make("top_up_id", "/billing/wallet/top-ups", top_up, by="customer")

    def headers(self, role: str) -> dict[str, str]:
        """Of a request by somebody with this role."""
        token = self.tokens[role]
        return {"Authorization": f"Bearer {token}"} if token else {}

    def _make(self, name: str, path: str, body: Json, by: str = "admin") -> Json:
        made = self._send("POST", path, body, by)
        self.known.setdefault(name, []).append(made["id"])
        return made

    def _send(self, method: str, path: str, body: Json, by: str = "admin") -> Json:
        url = f"{self._product.url}/api/v1{path}"
        answer = requests.request(method, url, json=body, headers=self.headers(by), timeout=10)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return cast(Json, answer.json())


@pytest.fixture(scope="module")
def world(product: Served) -> World:
    return World(product)


def acquainted(part: object, known: Mapping[str, list[str]]) -> object:
    """The document, in which ids are also those of things that exist."""
    if isinstance(part, list):
        return [acquainted(item, known) for item in part]
    if not isinstance(part, dict):
        return part
    found: Json = {key: acquainted(value, known) for key, value in part.items()}
    if found.get("in") in ("path", "query") and found.get("name") in known:
        found["schema"] = _either(known[found["name"]], found["schema"])
    for name, schema in (found.get("properties") or {}).items():
        if name in known and isinstance(schema, dict):
            found["properties"][name] = _either(known[name], schema)
    return found


def _either(ids: list[str], schema: object) -> Json:
    return {"anyOf": [{"enum": ids}, schema]}


def failures_of(
    operation: Any, product: Served, headers: dict[str, str], found: dict[str, str]
) -> int:
    """Try one endpoint; what is wrong goes into ``found`` by endpoint and kind."""
    tried = 0
    modes = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
    cases: st.SearchStrategy[AnyCase] = st.one_of([operation.as_strategy(mode) for mode in modes])
    checks = CHECKS[1:] if operation.path in HEALTH else CHECKS

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def attempt(case: AnyCase) -> None:
        nonlocal tried
        tried += 1
        answer = case.call(base_url=product.url, headers=headers, timeout=30)
        try:
            case.validate_response(answer, checks=checks)
        except FailureGroup as group:
            for failure in group.exceptions:
                key = f"{operation.label}: {type(failure).__name__} {answer.status_code}"
                found.setdefault(key, f"{failure}\n{case.as_curl_command()}\n{answer.text[:600]}")

    attempt()
    return tried


def _sound(result: Any) -> Any:
    operation = result.ok()
    assert operation is not None, result.err()
    return operation


@pytest.mark.parametrize("role", ["admin", "host", "customer", "anonymous"])
def test_no_answer_is_outside_of_the_document(product: Served, world: World, role: str) -> None:
    print(f"FUZZ_SEED={SEED}")
    described = cast(Json, acquainted(document(), world.known))
    schema = schemathesis.openapi.from_dict(described)
    found: dict[str, str] = {}
    tried = 0
    for result in schema.get_all_operations():
        tried += failures_of(_sound(result), product, world.headers(role), found)
    assert tried > 50
    assert not found, "\n\n".join(f"{key}\n{text}" for key, text in sorted(found.items()))
