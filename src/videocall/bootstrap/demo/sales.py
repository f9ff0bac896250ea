"""What people do with money: orders, transfers, invoices by hand, credit notes, wallets."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from videocall.bootstrap.demo.api import DemoFailed, Json, Member
from videocall.bootstrap.demo.people import price_in
from videocall.bootstrap.demo.shop import Offer
from videocall.bootstrap.demo.story import Cast, Happening, Story
from videocall.core.money import Money, minor_digits

_TRANSFER = {"payment_method": "manual"}
_REASONS = ("The lesson was cancelled.", "It arrived damaged.", "Booked twice by mistake.")
_EXTRAS = ("Preparing material", "Extra practice sheets", "Recording of the lesson")


@dataclass
class Trade:
    """Buying and selling in the story."""

    story: Story
    cast: Cast
    offers: list[Offer]
    currency: str

    async def order(self) -> None:
        """Somebody buys from the catalogue, and pays in one way or another, or not."""
        story, chance = self.story, self.story.chance
        customer = chance.choice(self.cast.customers)
        chosen = chance.sample(self.offers, chance.choice((1, 1, 1, 2, 2, 3)))
        items = [self._item(offer) for offer in chosen]
        checkout = await self._reserved(customer, items, chosen)
        story.count("orders")
        invoice = checkout["invoice"]
        total = Decimal(invoice["total"])
        if await self._purse(customer) >= total and chance.random() < 0.7:
            await story.api.post(
                customer, f"/billing/invoices/{invoice['id']}/pay", {"payment_method": "wallet"}
            )
            story.count("payments")
            self._maybe_credit(invoice["id"])
        elif chance.random() < 0.93:
            await self._transfer(customer, invoice["id"], None, sure=chance.random() < 0.95)

    async def bill(self) -> None:
        """A host writes an invoice by hand."""
        story, chance = self.story, self.story.chance
        host = chance.choice(self.cast.hosts)
        customer = chance.choice(self.cast.customers)
        own = [offer for offer in self.offers if offer.host == host and offer.kind == "session"]
        lines: list[Json] = [
            {"product_id": offer.id, "quantity": chance.choice(("1", "2", "4", "1.5"))}
            for offer in chance.sample(own, min(len(own), chance.choice((1, 2))))
        ]
        if chance.random() < 0.4:
            lines[0]["discount"] = {"percent": chance.choice(("5", "10", "15"))}
        if chance.random() < 0.3:
            price = price_in(self.currency, "12.00", minor_digits(self.currency))
            lines.append({"description": chance.choice(_EXTRAS), "unit_price": price})
        body = {"customer_id": customer.id, "lines": lines, "notes": chance.choice(("", "Thanks!"))}
        invoice = await story.api.post(host, "/billing/invoices", body)
        story.count("invoices")
        place = f"/billing/invoices/{invoice['id']}"
        if story.clock.now() > story.end.replace(hour=0) and chance.random() < 0.5:
            return  # one or two drafts are left for the reader
        opened = await story.api.post(host, f"{place}/open", {})
        fate = chance.random()
        if fate < 0.06:
            reason = {"reason": "Written for the wrong person."}
            story.later(0.1, 2, self._call(host, f"{place}/void", reason))
        elif fate < 0.80:
            story.later(1, 12, partial(self._transfer, customer, invoice["id"], None, sure=True))
        elif fate < 0.90:
            half = Money.parse(opened["total"], self.currency).times(Decimal("0.5")).to_wire()
            story.later(2, 8, partial(self._transfer, customer, invoice["id"], half, sure=True))
            story.later(15, 30, partial(self._transfer, customer, invoice["id"], None, sure=True))
        else:
            reason = {"reason": "No answer to three reminders."}
            story.later(75, 100, self._call(self.cast.admin, f"{place}/uncollectible", reason))

    async def top_up(self) -> None:
        """Somebody fills their wallet."""
        story, chance = self.story, self.story.chance
        customer = chance.choice(self.cast.customers)
        amount = price_in(self.currency, chance.choice(("25", "50", "100")), 2)
        body = {"amount": amount, **_TRANSFER}
        top_up = await story.api.post(customer, "/billing/wallet/top-ups", body)
        story.count("top-ups")
        story.later(0.5, 2, partial(self._confirm, top_up["payment"]["id"]))

    async def _transfer(
        self, customer: Member, invoice_id: str, amount: str | None, *, sure: bool
    ) -> None:
        body = dict(_TRANSFER) if amount is None else {**_TRANSFER, "amount": amount}
        place = f"/billing/invoices/{invoice_id}"
        if (await self.story.api.get(customer, place))["status"] != "open":
            return
        payment = await self.story.api.post(customer, f"{place}/pay", body)
        if sure:
            self.story.later(0.8, 4, partial(self._confirm, payment["id"], invoice_id))

    async def _confirm(self, payment_id: str, invoice_id: str | None = None) -> None:
        story = self.story
        await story.api.post(self.cast.admin, f"/billing/payments/{payment_id}/confirm", {})
        story.count("payments")
        if invoice_id is not None:
            self._maybe_credit(invoice_id)

    def _maybe_credit(self, invoice_id: str) -> None:
        if self.story.chance.random() < 0.08:
            self.story.later(1, 9, partial(self._credit, invoice_id))

    async def _credit(self, invoice_id: str) -> None:
        story, chance = self.story, self.story.chance
        place = f"/billing/invoices/{invoice_id}"
        invoice = await story.api.get(self.cast.admin, place)
        if invoice["status"] != "paid" or invoice["credit_notes"]:
            return
        body: Json = {"reason": chance.choice(_REASONS), "refund": "wallet"}
        if len(invoice["lines"]) > 1:
            line = chance.choice(invoice["lines"])
            body["lines"] = [{"line_id": line["id"], "quantity": line["quantity"]}]
        await story.api.post(self.cast.admin, f"{place}/credit-notes", body)
        story.count("credit notes")

    async def _reserved(self, customer: Member, items: list[Json], chosen: list[Offer]) -> Json:
        """A checkout; what is sold out is delivered first."""
        try:
            return await self.story.api.post(customer, "/billing/checkouts", {"items": items})
        except DemoFailed:
            for offer in chosen:
                if offer.kind == "goods":
                    body = {"quantity": 50, "reason": "received", "note": "Delivery"}
                    await self.story.api.post(
                        offer.host, f"/products/{offer.id}/stock/movements", body
                    )
            return await self.story.api.post(customer, "/billing/checkouts", {"items": items})

    async def _purse(self, customer: Member) -> Decimal:
        wallet = await self.story.api.get(customer, "/billing/wallet")
        found = [item for item in wallet["balances"] if item["currency"] == self.currency]
        return Decimal(found[0]["available"]) if found else Decimal(0)

    def _item(self, offer: Offer) -> Json:
        many = self.story.chance.choice((1, 1, 1, 2, 3)) if offer.kind == "goods" else 1
        return {"product_id": offer.id, "quantity": many}

    def _call(self, member: Member, path: str, body: Json) -> Happening:
        return partial(self._call_if_open, member, path, body)

    async def _call_if_open(self, member: Member, path: str, body: Json) -> None:
        invoice = await self.story.api.get(member, path.rpartition("/")[0])
        if invoice["status"] == "open":
            await self.story.api.post(member, path, body)
