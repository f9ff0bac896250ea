"""PDFs over HTTP: who gets which, in what language, with which headers; and letters end to end."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.factories import application, people
from tests.factories.application import Application
from tests.factories.documents import SVG_LOGO, text_of
from tests.factories.office import Office, office_of
from tests.factories.people import Person


async def pdf(
    office: Office, path: str, who: Person, headers: dict[str, str] | None = None
) -> httpx.Response:
    return await office.app.call("GET", f"/billing{path}", who.token, headers=headers)


async def paid_top_up(office: Office) -> str:
    body = {"amount": "50.00", "payment_method": "manual"}
    answer = await office.app.call(
        "POST", "/billing/wallet/top-ups", office.customer.token, json=body
    )
    assert answer.status_code == 201, answer.text
    place = f"/billing/payments/{answer.json()['payment']['id']}/confirm"
    confirmed = await office.app.call("POST", place, office.admin.token, json={})
    assert confirmed.status_code in (200, 201), confirmed.text
    return str(answer.json()["id"])


async def test_the_customer_downloads_the_invoice(office: Office) -> None:
    invoice = await office.opened()
    answer = await pdf(office, f"/invoices/{invoice['id']}/pdf", office.customer)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == (
        f'inline; filename="invoice-{invoice["number"]}.pdf"'
    )
    text = text_of(answer.content)
    assert invoice["number"] in text
    assert office.customer.name in text


async def test_the_same_invoice_is_not_sent_twice(office: Office) -> None:
    invoice = await office.opened()
    place = f"/invoices/{invoice['id']}/pdf"
    first = await pdf(office, place, office.customer)
    again = await pdf(office, place, office.host)
    assert again.content == first.content
    known = {"If-None-Match": first.headers["etag"]}
    cached = await pdf(office, place, office.customer, known)
    assert (cached.status_code, cached.content) == (304, b"")
    other = await pdf(office, f"{place}?language=id", office.customer, known)
    assert other.status_code == 200
    assert "Faktur" in text_of(other.content)


async def test_a_draft_is_marked_and_not_for_its_customer(office: Office) -> None:
    draft = await office.draft()
    place = f"/invoices/{draft['id']}/pdf"
    assert "DRAFT" in text_of((await pdf(office, place, office.host)).content)
    refused = await pdf(office, place, office.customer)
    assert (refused.status_code, refused.json()["code"]) == (404, "billing.invoice_not_found")


async def test_documents_of_others_are_not_found(office: Office) -> None:
    invoice = await office.opened()
    note = await office.done(
        "POST", f"/invoices/{invoice['id']}/credit-notes", reason="Late", amount="1.00"
    )
    top_up = await paid_top_up(office)
    stranger = await people.person(office.app)
    for place, code in (
        (f"/invoices/{invoice['id']}/pdf", "billing.invoice_not_found"),
        (f"/credit-notes/{note['id']}/pdf", "billing.credit_note_not_found"),
        (f"/wallet/top-ups/{top_up}/receipt", "billing.top_up_not_found"),
        ("/invoices/no-such-invoice/pdf", "billing.invoice_not_found"),
    ):
        answer = await pdf(office, place, stranger)
        assert (answer.status_code, answer.json()["code"]) == (404, code)
        anonymous = await office.app.call("GET", f"/billing{place}")
        assert anonymous.status_code == 401


async def test_a_credit_note_and_a_receipt_as_pdf(office: Office) -> None:
    invoice = await office.opened()
    note = await office.done(
        "POST", f"/invoices/{invoice['id']}/credit-notes", reason="Too late", amount="1.00"
    )
    answer = await pdf(office, f"/credit-notes/{note['id']}/pdf", office.customer)
    text = text_of(answer.content)
    assert note["number"] in text
    assert f"For invoice {invoice['number']}" in text
    assert "Too late" in text
    top_up = await paid_top_up(office)
    answer = await pdf(office, f"/wallet/top-ups/{top_up}/receipt", office.customer)
    text = text_of(answer.content)
    assert answer.headers["content-disposition"] == f'inline; filename="receipt-{top_up}.pdf"'
    assert "$50.00 paid on March 1, 2026" in text
    assert "Bank transfer" in text


async def test_a_top_up_that_is_not_paid_has_no_receipt(office: Office) -> None:
    body = {"amount": "50.00", "payment_method": "manual"}
    top_up = await office.app.call(
        "POST", "/billing/wallet/top-ups", office.customer.token, json=body
    )
    answer = await pdf(office, f"/wallet/top-ups/{top_up.json()['id']}/receipt", office.customer)
    assert answer.status_code == 404


async def test_an_issued_invoice_keeps_its_seller_and_logo(office: Office) -> None:
    token = office.admin.token
    put = await office.app.client.put(
        "/api/v1/billing/seller/logo",
        content=SVG_LOGO.data,
        headers={"Authorization": f"Bearer {token}", "Content-Type": "image/svg+xml"},
    )
    assert put.is_success, put.text
    invoice = await office.opened()
    place = f"/invoices/{invoice['id']}/pdf"
    before = (await pdf(office, place, office.customer)).content
    await office.app.call("DELETE", "/billing/seller/logo", token)
    seller = (await office.app.call("GET", "/billing/seller", token)).json()
    readonly = {"currency", "has_logo", "complete"}
    changed = {k: v for k, v in seller.items() if k not in readonly} | {"name": "Another Ltd"}
    answer = await office.app.call("PUT", "/billing/seller", token, json=changed)
    assert answer.status_code == 200, answer.text
    assert (await pdf(office, place, office.customer)).content == before


@pytest.fixture
async def posting(database_url: str, tmp_path: Path) -> Any:
    """An office whose letters go into a folder."""
    flags = {"data_dir": str(tmp_path)}
    async with application.running(database_url, flags) as app, office_of(app) as office:
        yield office, tmp_path / "outbox"


async def send(app: Application) -> None:
    (job,) = [job for job in app.container.jobs if job.name == "send letters"]
    await job.run()


def letters(folder: Path) -> list[EmailMessage]:
    return [
        message_from_bytes(path.read_bytes(), EmailMessage, policy=policy.default)
        for path in sorted(folder.glob("*.eml"))
    ]


async def test_opening_crediting_and_topping_up_send_letters_once(
    posting: tuple[Office, Path],
) -> None:
    office, folder = posting
    invoice = await office.opened()
    await office.done(
        "POST", f"/invoices/{invoice['id']}/credit-notes", reason="Too late", amount="1.00"
    )
    await paid_top_up(office)
    await send(office.app)
    await send(office.app)
    subjects = [message["Subject"].strip() for message in letters(folder)]
    assert [subject.split(" ")[0] for subject in subjects] == ["Invoice", "Credit", "Receipt"]
    for message in letters(folder):
        assert message["To"].addresses[0].addr_spec == office.customer.email
        (attachment,) = message.iter_attachments()
        assert attachment.get_content().startswith(b"%PDF")


async def test_a_purchase_is_invoiced_by_mail_when_it_is_paid(posting: tuple[Office, Path]) -> None:
    office, folder = posting
    app, customer = office.app, office.customer
    product = await office.product(name="Cup", price="11.90", kind="goods", stock=5)
    items = {"items": [{"product_id": product["id"], "quantity": 1}]}
    checkout = await app.call("POST", "/billing/checkouts", customer.token, json=items)
    assert checkout.status_code == 201, checkout.text
    await send(app)
    assert letters(folder) == []
    invoice = checkout.json()["invoice"]
    pay = {"payment_method": "manual"}
    payment = await app.call(
        "POST", f"/billing/invoices/{invoice['id']}/pay", customer.token, json=pay
    )
    place = f"/billing/payments/{payment.json()['id']}/confirm"
    await app.call("POST", place, office.admin.token, json={})
    await send(app)
    (message,) = letters(folder)
    assert invoice["number"] in message["Subject"]
    body = message.get_body(("plain",))
    assert body is not None
    assert "it is paid" in body.get_content()


async def test_somebody_asks_for_a_letter_again(posting: tuple[Office, Path]) -> None:
    office, folder = posting
    invoice = await office.opened()
    for place in ("send", "remind"):
        path = f"/billing/invoices/{invoice['id']}/{place}"
        answer = await office.app.call("POST", path, office.host.token, json={})
        assert answer.is_success, answer.text
    await send(office.app)
    subjects = [message["Subject"].strip() for message in letters(folder)]
    assert len(subjects) == 3
    assert sum(subject.startswith("Reminder") for subject in subjects) == 1
