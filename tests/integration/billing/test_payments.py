"""Payments over HTTP: methods, partial payments, top-ups, refunds, disputes, webhooks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.factories import people
from tests.factories.shop import Shop, open_shop


@pytest.fixture
async def shop(database_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(database_url, tmp_path) as opened:
        yield opened


async def open_invoice(shop: Shop, **product: object) -> str:
    """An invoice of 10.00 that waits for money; its id."""
    checkout = await shop.checkout(await shop.product(**product))
    return str(checkout["invoice"]["id"])


async def top_up(shop: Shop, amount: str, source: str = "card_ok") -> Any:
    body = {"amount": amount, "payment_method": "test", "source": source}
    return await shop.app.call("POST", "/billing/wallet/top-ups", shop.customer.token, json=body)


async def balance(shop: Shop) -> str:
    wallet = await shop.see("/billing/wallet", shop.customer)
    return str(wallet["balances"][0]["available"]) if wallet["balances"] else "0.00"


async def credit(shop: Shop, invoice_id: str, **body: object) -> Any:
    path = f"/billing/invoices/{invoice_id}/credit-notes"
    given = {"reason": "A scratch", "refund": "original", **body}
    return await shop.app.call("POST", path, shop.admin.token, json=given)


async def due(shop: Shop, invoice_id: str) -> tuple[str, str]:
    invoice = await shop.invoice(invoice_id)
    return invoice["status"], invoice["due"]


async def test_parts_add_up_and_never_more(shop: Shop) -> None:
    invoice_id = await open_invoice(shop)
    assert (await shop.pay(invoice_id, amount="4.00")).status_code == 201
    assert await due(shop, invoice_id) == ("open", "6.00")
    too_much = await shop.pay(invoice_id, amount="6.01")
    assert (too_much.status_code, too_much.json()["code"]) == (409, "billing.amount_too_high")
    assert (await shop.pay(invoice_id)).json()["amount"] == "6.00"
    assert await due(shop, invoice_id) == ("paid", "0.00")
    again = await shop.pay(invoice_id)
    assert (again.status_code, again.json()["code"]) == (409, "billing.invoice_not_open")


async def test_parallel_payments_never_overpay(shop: Shop) -> None:
    invoice_id = await open_invoice(shop)
    answers = await asyncio.gather(*(shop.pay(invoice_id, amount="4.00") for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409, 409, 409]
    assert await due(shop, invoice_id) == ("open", "2.00")


async def test_a_late_card_counts_while_it_is_under_way(shop: Shop) -> None:
    invoice_id = await open_invoice(shop)
    late = await shop.pay(invoice_id, source="card_late")
    assert late.json()["state"] == "pending"
    blocked = await shop.pay(invoice_id)
    assert (blocked.status_code, blocked.json()["code"]) == (409, "billing.amount_too_high")
    await asyncio.sleep(0.3)
    await shop.sweep(10)
    assert await due(shop, invoice_id) == ("paid", "0.00")


async def test_what_waits_for_the_payer_makes_room(shop: Shop) -> None:
    invoice_id = await open_invoice(shop)
    assert (await shop.pay(invoice_id, source="card_second_step")).status_code == 201
    assert (await shop.pay(invoice_id, payment_method="manual", source=None)).status_code == 201
    assert (await shop.pay(invoice_id)).json()["state"] == "succeeded"
    states = [payment["state"] for payment in await shop.payments(invoice_id)]
    assert states == ["succeeded", "cancelled", "cancelled"]


async def test_a_transfer_is_confirmed_by_the_administrator(shop: Shop) -> None:
    invoice_id = await open_invoice(shop)
    transfer = (await shop.pay(invoice_id, payment_method="manual", source=None)).json()
    assert transfer["state"] == "pending"
    path = f"/billing/payments/{transfer['id']}/confirm"
    assert (await shop.app.call("POST", path, shop.customer.token, json={})).status_code == 403
    given = {"amount": "4.00", "note": "Statement 3"}
    confirmed = await shop.app.call("POST", path, shop.admin.token, json=given)
    assert (confirmed.status_code, confirmed.json()["amount"]) == (200, "4.00"), confirmed.text
    assert await due(shop, invoice_id) == ("open", "6.00")
    again = await shop.app.call("POST", path, shop.admin.token, json={})
    assert (again.status_code, again.json()["state"]) == (200, "succeeded")
    assert await due(shop, invoice_id) == ("open", "6.00")


async def test_a_top_up_fills_the_wallet_and_the_wallet_pays(shop: Shop) -> None:
    filled = await top_up(shop, "25.00")
    assert (filled.status_code, filled.json()["state"]) == (201, "succeeded"), filled.text
    assert filled.json()["payment"]["top_up_id"] == filled.json()["id"]
    assert await balance(shop) == "25.00"
    invoice_id = await open_invoice(shop)
    paid = await shop.pay(invoice_id, payment_method="wallet", source=None)
    assert (paid.status_code, paid.json()["state"]) == (201, "succeeded"), paid.text
    assert await balance(shop) == "15.00"
    assert await due(shop, invoice_id) == ("paid", "0.00")
    dear = await open_invoice(shop, price="20.00")
    refused = await shop.pay(dear, payment_method="wallet", source=None)
    assert (refused.status_code, refused.json()["code"]) == (409, "billing.insufficient_funds")
    assert await shop.payments(dear) == []


async def test_two_parallel_purchases_never_overdraw_the_wallet(shop: Shop) -> None:
    await top_up(shop, "25.00")
    invoices = [await open_invoice(shop) for _ in range(5)]
    answers = await asyncio.gather(
        *(shop.pay(item, payment_method="wallet", source=None) for item in invoices)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409, 409]
    assert await balance(shop) == "5.00"


@pytest.mark.parametrize("amount", ["0.99", "10000.01", "-1", "1.001"])
async def test_a_top_up_has_limits(shop: Shop, amount: str) -> None:
    answer = await top_up(shop, amount)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "amount")


async def test_a_disputed_top_up_leaves_the_wallet(shop: Shop) -> None:
    payment_id = (await top_up(shop, "25.00")).json()["id"]
    await shop.testpay.dispute(payment_id)
    await refreshed(shop, payment_id)
    assert await balance(shop) == "0.00"
    await shop.testpay.dispute(payment_id, "won")
    await refreshed(shop, payment_id)
    assert await balance(shop) == "25.00"


async def test_minutes_are_credited_when_their_pack_is_paid(shop: Shop) -> None:
    invoice_id = await open_invoice(shop, kind="minutes", minutes=60, stock=None)
    assert (await shop.pay(invoice_id)).status_code == 201
    wallet = await shop.see("/billing/wallet", shop.customer)
    assert int(wallet["minutes"]["available"]) == 3600
    assert (await credit(shop, invoice_id)).status_code == 201
    wallet = await shop.see("/billing/wallet", shop.customer)
    assert int(wallet["minutes"]["available"]) == 0


async def test_what_was_credited_before_the_payment_is_not_sold(shop: Shop) -> None:
    product = await shop.product(kind="minutes", minutes=60, stock=None)
    checkout = await shop.checkout(product, 3)
    invoice_id, line = checkout["invoice"]["id"], checkout["invoice"]["lines"][0]
    lines = [{"line_id": line["id"], "quantity": "1"}]
    assert (await credit(shop, invoice_id, lines=lines)).status_code == 201
    assert (await shop.pay(invoice_id)).json()["amount"] == "20.00"
    wallet = await shop.see("/billing/wallet", shop.customer)
    assert int(wallet["minutes"]["available"]) == 7200
    (sale,) = (await shop.see("/billing/sales", shop.host))["items"]
    assert (sale["net"], sale["credited"]) == ("30.00", "10.00")


async def test_a_refund_goes_back_to_the_card(shop: Shop) -> None:
    product = await shop.product(stock=5)
    checkout = await shop.checkout(product, 2)
    invoice_id = checkout["invoice"]["id"]
    payment_id = (await shop.pay(invoice_id)).json()["id"]
    line_id = checkout["invoice"]["lines"][0]["id"]
    lines = [{"line_id": line_id, "quantity": "1"}]
    note = await credit(shop, invoice_id, lines=lines, return_to_stock=True)
    assert note.status_code == 201, note.text
    (refund,) = note.json()["refunds"]
    assert (refund["amount"], refund["method"], refund["state"]) == ("10.00", "test", "succeeded")
    assert (await shop.see(f"/billing/payments/{payment_id}"))["refunded"] == "10.00"
    charge = (await shop.testpay.api.get(f"/v1/charges/{payment_id}")).json()
    assert charge["refunded"] == 1000
    assert (await shop.stock(product))["on_hand"] == 4
    sales = (await shop.see("/billing/sales", shop.host))["items"]
    assert [(sale["net"], sale["credited"]) for sale in sales] == [("20.00", "10.00")]


async def test_refunds_take_the_newest_payment_first_and_may_go_to_the_wallet(shop: Shop) -> None:
    invoice_id = await open_invoice(shop)
    first = (await shop.pay(invoice_id, amount="4.00")).json()["id"]
    second = (await shop.pay(invoice_id)).json()["id"]
    note = (await credit(shop, invoice_id, amount="7.00")).json()
    assert [refund["amount"] for refund in note["refunds"]] == ["6.00", "1.00"]
    seen = {item["id"]: item["refunded"] for item in await shop.payments(invoice_id)}
    assert seen == {first: "1.00", second: "6.00"}
    rest = (await credit(shop, invoice_id, refund="wallet")).json()
    assert [(item["method"], item["state"]) for item in rest["refunds"]] == [
        ("wallet", "succeeded")
    ]
    assert await balance(shop) == "3.00"
    nothing_left = await credit(shop, invoice_id)
    assert (nothing_left.status_code, nothing_left.json()["code"]) == (
        409,
        "billing.amount_too_high",
    )


async def test_a_refund_waits_for_a_provider_that_is_away(shop: Shop) -> None:
    invoice_id = await open_invoice(shop)
    await shop.pay(invoice_id)
    await shop.testpay.stop()
    note = (await credit(shop, invoice_id)).json()
    (refund,) = note["refunds"]
    assert refund["state"] == "pending"
    await shop.sweep(30)
    seen = await shop.see(f"/billing/credit-notes/{note['id']}")
    assert seen["refunds"][0]["state"] == "pending"
    assert seen["refunds"][0]["failure"]["code"] == "billing.provider_unavailable"


async def test_a_refund_that_failed_is_sent_to_the_wallet(shop: Shop) -> None:
    invoice_id = await open_invoice(shop)
    payment_id = (await shop.pay(invoice_id)).json()["id"]
    # Somebody gave the money back in the provider's own dashboard.
    theirs = {"refund_id": "dashboard", "amount": 1000}
    await shop.testpay.api.post(f"/v1/charges/{payment_id}/refunds", json=theirs)
    note = (await credit(shop, invoice_id, amount="4.00")).json()
    (failed,) = note["refunds"]
    assert failed["state"] == "failed"
    assert (await shop.invoice(invoice_id))["refunded"] == "0.00"
    path = f"/billing/refunds/{failed['id']}/retry"
    denied = await shop.app.call("POST", path, shop.host.token, json={"refund": "wallet"})
    assert denied.status_code == 403
    again = await shop.app.call("POST", path, shop.admin.token, json={"refund": "wallet"})
    assert again.status_code == 201, again.text
    assert [item["state"] for item in again.json()["items"]] == ["succeeded"]
    assert await balance(shop) == "4.00"
    assert (await shop.invoice(invoice_id))["refunded"] == "4.00"
    twice = await shop.app.call("POST", path, shop.admin.token, json={"refund": "wallet"})
    assert (twice.status_code, twice.json()["code"]) == (409, "billing.refund_transition")


async def test_a_dispute_opens_the_invoice_again_until_it_is_won(shop: Shop) -> None:
    invoice_id = await open_invoice(shop)
    payment_id = (await shop.pay(invoice_id)).json()["id"]
    await shop.testpay.dispute(payment_id)
    await refreshed(shop, payment_id)
    assert await due(shop, invoice_id) == ("open", "10.00")
    await shop.testpay.dispute(payment_id, "won")
    await refreshed(shop, payment_id)
    assert await due(shop, invoice_id) == ("paid", "0.00")


async def refreshed(shop: Shop, payment_id: str) -> None:
    """Tell the shop to look again, as a webhook would."""
    assert await shop.told(payment_id) == 200


async def test_webhooks_in_any_order_and_twice(shop: Shop) -> None:
    invoice_id = await open_invoice(shop)
    payment_id = (await shop.pay(invoice_id, source="card_late")).json()["id"]
    await asyncio.sleep(0.3)
    told = [shop.told(payment_id, event_id=f"evt_{number % 3}") for number in range(9)]
    assert set(await asyncio.gather(*told)) == {200}
    assert await due(shop, invoice_id) == ("paid", "0.00")
    assert (await shop.payments(invoice_id))[0]["state"] == "succeeded"
    assert await shop.told(payment_id, secret="somebody else's secret") == 400
    assert await shop.told("unknown") == 200


async def test_ways_to_pay_are_switched_by_the_administrator(shop: Shop) -> None:
    path = "/billing/payment-methods"
    ids = [item["id"] for item in (await shop.see(path, shop.customer))["items"]]
    assert ids == ["manual", "test", "wallet"]
    off = await shop.app.call(
        "PATCH", f"{path}/test", shop.admin.token, json={"enabled": False, "instructions": "x"}
    )
    assert (off.status_code, off.json()["enabled"]) == (200, False)
    ids = [item["id"] for item in (await shop.see(path, shop.customer))["items"]]
    assert ids == ["manual", "wallet"]
    refused = await shop.pay(await open_invoice(shop))
    assert (refused.status_code, refused.json()["code"]) == (409, "billing.method_unavailable")
    denied = await shop.app.call("PATCH", f"{path}/test", shop.host.token, json={"enabled": True})
    assert denied.status_code == 403


async def test_somebody_elses_payment_is_not_there(shop: Shop) -> None:
    payment_id = (await shop.pay(await open_invoice(shop))).json()["id"]
    other = await people.person(shop.app)
    for method, path in (("GET", ""), ("POST", "/cancel"), ("POST", "/confirm")):
        where = f"/billing/payments/{payment_id}{path}"
        assert (await shop.app.call(method, where, other.token)).status_code == 404
    assert (await shop.see("/billing/payments", other))["items"] == []
    assert (await shop.see("/billing/sales", shop.host))["items"] != []
    denied = await shop.app.call("GET", "/billing/sales", other.token)
    assert denied.status_code == 403


async def test_sales_are_summed_by_month_and_product(shop: Shop) -> None:
    product = await shop.product(name="Lamp")
    for quantity in (1, 2):
        checkout = await shop.checkout(product, quantity)
        await shop.pay(checkout["invoice"]["id"])
    summary = await shop.see("/billing/sales/summary?from=2026-03-01&to=2026-03-31", shop.host)
    assert (summary["net"], summary["count"]) == ("30.00", 2)
    assert summary["months"] == [{"month": "2026-03", "net": "30.00", "count": 2}]
    assert summary["products"][0]["name"] == "Lamp"
    nobody = await people.host(shop.app)
    assert (await shop.see("/billing/sales/summary", nobody))["count"] == 0


async def test_whoever_manages_an_invoice_sees_how_it_was_paid(shop: Shop) -> None:
    invoice_id = await open_invoice(shop)
    await shop.pay(invoice_id)
    path = f"/billing/payments?invoice_id={invoice_id}"
    seen = await shop.see(path, shop.host)
    assert [item["state"] for item in seen["items"]] == ["succeeded"]
    assert (await shop.see("/billing/payments", shop.host))["items"] == []
    assert (await shop.see(path, await people.host(shop.app)))["items"] == []
