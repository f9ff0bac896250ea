"""Customers who buy, pay, fill wallets and get money back, and try again until they hear an answer.

Every write has an Idempotency-Key that is used again for each retry: whatever happened to the
server in between, one intent is one purchase, one payment, one top-up, one credit note.
"""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

PATIENCE_SECONDS = 240.0
"""How long somebody tries to get one answer."""


@dataclass
class Acknowledged:
    """What the server said was done, and so must be there for good."""

    payments: dict[str, str] = field(default_factory=dict)  # payment id -> invoice id
    top_ups: dict[str, str] = field(default_factory=dict)  # payment id -> amount
    checkouts: set[str] = field(default_factory=set)
    credit_notes: set[str] = field(default_factory=set)
    declined: int = 0
    retries: int = 0
    broken: list[str] = field(default_factory=list)  # answers that should not be


@dataclass
class Buyers:
    """Several customers at once, each with one purchase after the other."""

    url: str
    product_ids: list[str]
    admin_token: str
    tokens: list[str]
    dice: random.Random
    done: Acknowledged = field(default_factory=Acknowledged)
    is_over: bool = False

    async def run(self) -> None:
        """Buy until told to stop, then finish what was begun."""
        limits = httpx.Limits(max_connections=100)
        async with httpx.AsyncClient(base_url=self.url, timeout=10.0, limits=limits) as client:
            await asyncio.gather(*(self._customer(client, token) for token in self.tokens))

    async def _customer(self, client: httpx.AsyncClient, token: str) -> None:
        actions: list[Callable[[httpx.AsyncClient, str], Awaitable[None]]] = [
            self._buy_by_card,
            self._buy_by_card,
            self._buy_after_a_declined_card,
            self._buy_from_the_wallet,
            self._top_up,
            self._buy_and_get_back,
            self._walk_away,
            self._give_up,
        ]
        while not self.is_over:
            await self.dice.choice(actions)(client, token)
            await asyncio.sleep(self.dice.uniform(0, 0.05))

    async def _buy_by_card(self, client: httpx.AsyncClient, token: str) -> None:
        source = self.dice.choice(["card_ok", "card_ok", "card_webhook_twice"])
        invoice_id = await self._checkout(client, token)
        if invoice_id is not None:
            await self._pay(client, token, invoice_id, {"payment_method": "test", "source": source})

    async def _buy_after_a_declined_card(self, client: httpx.AsyncClient, token: str) -> None:
        invoice_id = await self._checkout(client, token)
        if invoice_id is None:
            return
        body = {"payment_method": "test", "source": "card_declined"}
        answer = await self._send(client, token, f"/billing/invoices/{invoice_id}/pay", body)
        self._expect(answer, {402, 409})
        self.done.declined += answer.status_code == 402
        await self._pay(client, token, invoice_id, {"payment_method": "test", "source": "card_ok"})

    async def _buy_from_the_wallet(self, client: httpx.AsyncClient, token: str) -> None:
        invoice_id = await self._checkout(client, token)
        if invoice_id is not None:
            await self._pay(client, token, invoice_id, {"payment_method": "wallet"})

    async def _top_up(self, client: httpx.AsyncClient, token: str) -> None:
        amount = f"{self.dice.randint(5, 50)}.00"
        body = {"amount": amount, "payment_method": "test", "source": "card_ok"}
        answer = await self._send(client, token, "/billing/wallet/top-ups", body)
        if self._expect(answer, {201}) and answer.json()["state"] == "succeeded":
            self.done.top_ups[answer.json()["id"]] = amount

    async def _buy_and_get_back(self, client: httpx.AsyncClient, token: str) -> None:
        invoice_id = await self._checkout(client, token)
        if invoice_id is None:
            return
        body: dict[str, object] = {"payment_method": "test", "source": "card_ok"}
        if not await self._pay(client, token, invoice_id, body):
            return
        target = self.dice.choice(["original", "wallet"])
        credit = {"amount": "1.00", "reason": "A scratch", "refund": target}
        path = f"/billing/invoices/{invoice_id}/credit-notes"
        answer = await self._send(client, self.admin_token, path, credit)
        if self._expect(answer, {201}):
            self.done.credit_notes.add(answer.json()["id"])

    async def _walk_away(self, client: httpx.AsyncClient, token: str) -> None:
        await self._checkout(client, token)

    async def _give_up(self, client: httpx.AsyncClient, token: str) -> None:
        answer = await self._new_checkout(client, token)
        if answer is not None:
            path = f"/billing/checkouts/{answer['id']}/cancel"
            self._expect(await self._send(client, token, path, {}), {200, 409})

    async def _checkout(self, client: httpx.AsyncClient, token: str) -> str | None:
        checkout = await self._new_checkout(client, token)
        return str(checkout["invoice"]["id"]) if checkout is not None else None

    async def _new_checkout(self, client: httpx.AsyncClient, token: str) -> dict[str, Any] | None:
        quantity = self.dice.randint(1, 3)
        items = [{"product_id": self.dice.choice(self.product_ids), "quantity": quantity}]
        answer = await self._send(client, token, "/billing/checkouts", {"items": items})
        if not self._expect(answer, {201, 409}) or answer.status_code == 409:
            return None
        self.done.checkouts.add(answer.json()["id"])
        return dict(answer.json())

    async def _pay(
        self, client: httpx.AsyncClient, token: str, invoice_id: str, body: dict[str, object]
    ) -> bool:
        answer = await self._send(client, token, f"/billing/invoices/{invoice_id}/pay", body)
        # 409: it expired while the server was down, or the wallet has not enough.
        if not self._expect(answer, {201, 409}) or answer.status_code == 409:
            return False
        if answer.json()["state"] != "succeeded":
            return False
        self.done.payments[answer.json()["id"]] = invoice_id
        return True

    def _expect(self, answer: httpx.Response, statuses: set[int]) -> bool:
        if answer.status_code in statuses:
            return True
        self.done.broken.append(f"{answer.request.url.path}: {answer.status_code} {answer.text}")
        return False

    async def _send(
        self, client: httpx.AsyncClient, token: str, path: str, body: object
    ) -> httpx.Response:
        """The first answer that is one: no lost connection, no 5xx, no "in flight"."""
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4())}
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = await client.post(f"/api/v1{path}", json=body, headers=headers)
                if not _is_to_be_repeated(answer):
                    return answer
                said = f"{answer.status_code} {answer.text}"
                pause = min(float(answer.headers.get("retry-after", "1")), 2.0)
            except httpx.TransportError as error:
                said, pause = repr(error), 0.5
            assert time.monotonic() < deadline, f"no answer to {path}, the last was {said}"
            self.done.retries += 1
            await asyncio.sleep(pause * self.dice.uniform(0.6, 1.4))


def _is_to_be_repeated(answer: httpx.Response) -> bool:
    if answer.status_code >= 500:
        return True
    return answer.status_code == 409 and (
        answer.json()["code"] in ("billing.idempotency_in_flight", "core.version_conflict")
    )
