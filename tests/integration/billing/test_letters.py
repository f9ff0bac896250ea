"""Letters: one for each key, sent once, again after a failure or a crash, given up in the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage
from functools import partial
from typing import Any

import pytest

from tests.factories.application import Application
from tests.factories.documents import text_of, usd, view
from tests.factories.mailbox import Mailbox as Box
from tests.factories.mailbox import mail_server
from tests.factories.people import Person, person
from videocall.billing.adapters.typst_pdf import TypstRenderer
from videocall.billing.errors import InvoiceNotFound
from videocall.billing.model.documents import (
    DocumentKind,
    DocumentLanguage,
    DocumentView,
    Letter,
    LetterKind,
    LetterState,
    Mark,
    NewLetter,
)
from videocall.billing.repository.work import SqlBillingWork
from videocall.billing.service.letters import LetterComposer
from videocall.billing.service.outbox import LEASE, PAUSES, LetterOutbox
from videocall.core.access import Actor, UserId
from videocall.core.db.work import SqlUnits
from videocall.core.mail.message import Mailbox
from videocall.core.mail.smtp import SmtpMailer, SmtpServer

INVOICE = view().id


@dataclass
class GivenViews:
    """Documents that are just there; None: gone."""

    document: DocumentView | None

    async def _get(self) -> DocumentView:
        if self.document is None:
            raise InvoiceNotFound
        return self.document

    async def invoice(self, actor: Actor | None, invoice_id: str) -> DocumentView:
        return await self._get()

    async def credit_note(self, actor: Actor | None, credit_note_id: str) -> DocumentView:
        return await self._get()

    async def receipt(self, actor: Actor | None, top_up_id: str) -> DocumentView:
        return await self._get()


@dataclass
class Post:
    """An outbox with a mail server behind it."""

    app: Application
    units: SqlUnits[SqlBillingWork]
    outbox: LetterOutbox
    box: Box
    views: GivenViews
    customer: Person

    async def write(
        self, kind: LetterKind = LetterKind.INVOICE, key: str = "", step: int = 0
    ) -> bool:
        letter = NewLetter(key or f"{kind.value}:{INVOICE}", kind, INVOICE, self.customer.id, step)
        async with self.units.write() as work:
            return await self.outbox.write(work, letter)

    async def letters(self) -> list[Letter]:
        async with self.units.read() as work:
            return list(await work.messages.of_document(INVOICE))

    async def letter(self) -> Letter:
        (only,) = await self.letters()
        return only


@asynccontextmanager
async def post(app: Application) -> AsyncIterator[Post]:
    container = app.container
    units = SqlUnits(container.engine, partial(SqlBillingWork, source=container.sources.events))
    customer = await person(app, name="Ayu Lestari")
    views, pdfs = GivenViews(view()), TypstRenderer()
    composer = LetterComposer(views, pdfs, container.accounts, "https://shop.example")
    async with mail_server() as box:
        server = SmtpServer("127.0.0.1", box.port, "none", "", "", 5)
        mailer = SmtpMailer(server, Mailbox("billing@shop.example"))
        outbox = LetterOutbox(units, composer, mailer, container.sources.ids, app.clock)
        yield Post(app, units, outbox, box, views, customer)
    await pdfs.aclose()


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content())


def attached(message: EmailMessage) -> tuple[str, str]:
    (pdf,) = message.iter_attachments()
    return str(pdf.get_filename()), text_of(pdf.get_content())


async def test_an_invoice_comes_by_mail_with_its_pdf(app: Application) -> None:
    async with post(app) as at:
        assert await at.write()
        assert await at.outbox.send_due() == 1
    (got,) = at.box.messages
    assert got["Subject"] == "Invoice 2026-00012 from Cendana Learning"
    assert got["To"] == f"Ayu Lestari <{at.customer.email}>"
    assert got["From"] == "Cendana Learning <billing@shop.example>"
    assert got["Reply-To"] == "Cendana Learning <billing@cendana.example>"
    for text in (part(got, "plain"), part(got, "html")):
        assert "Hello Ayu Lestari," in text
        assert "$133.20" in text
        assert "November 19, 2026" in text
        assert f"https://shop.example/invoices/{INVOICE}" in text
        assert "Account 123 456 7890" in text
    name, pdf = attached(got)
    assert name == "invoice-2026-00012.pdf"
    assert "$133.20 due November 19, 2026" in pdf


async def test_letters_speak_the_language_of_their_document(app: Application) -> None:
    async with post(app) as at:
        at.views.document = view(language=DocumentLanguage.INDONESIAN)
        await at.write()
        await at.outbox.send_due()
    (got,) = at.box.messages
    assert got["Subject"] == "Faktur 2026-00012 dari Cendana Learning"
    assert got["Content-Language"] == "id"
    assert "Lihat dan bayar faktur" in part(got, "plain")
    assert "Faktur" in attached(got)[1]


async def test_a_paid_invoice_says_thank_you_and_asks_for_nothing(app: Application) -> None:
    async with post(app) as at:
        at.views.document = view(due=usd("0"), paid=usd("133.20"), paid_at=view().issued_at)
        await at.write()
        await at.outbox.send_due()
    text = part(at.box.messages[0], "plain")
    assert "it is paid" in text
    assert "bank transfer" not in text


async def test_reminders_credit_notes_and_receipts(app: Application) -> None:
    async with post(app) as at:
        await at.write(LetterKind.REMINDER, "reminder:1", 1)
        await at.write(LetterKind.REMINDER, "reminder:2", 2)
        await at.outbox.send_due()
        at.views.document = view(
            kind=DocumentKind.CREDIT_NOTE, number="CN-2026-00001", refers_to="2026-00012",
            due=None, due_at=None, invoice_id="0192f000-0000-7000-8000-0000000000ff",
        )  # fmt: skip
        await at.write(LetterKind.CREDIT_NOTE)
        await at.outbox.send_due()
        at.views.document = replace(view(lines=0), kind=DocumentKind.RECEIPT, number=None)
        await at.write(LetterKind.RECEIPT)
        await at.outbox.send_due()
    first, second, credit, receipt = at.box.messages
    # A long subject is folded behind its name, which leaves a space (RFC 5322, 2.2.3).
    assert first["Subject"].strip().startswith("Reminder: invoice 2026-00012")
    assert second["Subject"].strip().startswith("2. reminder: invoice 2026-00012")
    assert credit["Subject"] == "Credit note CN-2026-00001 from Cendana Learning"
    assert "/invoices/0192f000-0000-7000-8000-0000000000ff" in part(credit, "plain")
    assert receipt["Subject"] == "Receipt for your top-up at Cendana Learning"
    assert "https://shop.example/wallet" in part(receipt, "plain")


async def test_what_people_typed_is_text_in_html_too(app: Application) -> None:
    async with post(app) as at:
        evil = '<script>alert(1)</script>"\r\nBcc: all@example.com'
        at.views.document = view(seller=replace(view().seller, name=evil, bank_details=evil))
        await at.write()
        await at.outbox.send_due()
    (got,) = at.box.messages
    assert "<script>" not in part(got, "html")
    assert got["Bcc"] is None


async def test_the_same_key_is_one_letter(app: Application) -> None:
    async with post(app) as at:
        assert await at.write()
        assert not await at.write()
        assert await at.outbox.send_due() == 1
        assert not await at.write()
        assert await at.outbox.send_due() == 0
    assert len(at.box.messages) == 1


async def test_a_transaction_that_fails_sends_nothing(app: Application) -> None:
    async with post(app) as at:
        letter = NewLetter("x", LetterKind.INVOICE, INVOICE, at.customer.id)

        async def fail() -> None:
            async with at.units.write() as work:
                await at.outbox.write(work, letter)
                raise RuntimeError

        with pytest.raises(RuntimeError):
            await fail()
        assert await at.outbox.send_due() == 0


async def test_several_processes_send_each_letter_once(app: Application) -> None:
    async with post(app) as at:
        for number in range(25):
            await at.write(key=f"letter:{number}")
        sent = await asyncio.gather(*(at.outbox.send_due() for _ in range(4)))
        assert sum(sent) == 25
    ids = [message["Message-ID"] for message in at.box.messages]
    assert len(ids) == len(set(ids)) == 25


async def test_a_server_that_is_busy_is_asked_again_later(app: Application) -> None:
    async with post(app) as at:
        await at.write()
        at.box.refusals += ["451 busy", "451 busy"]
        for pause in PAUSES[:2]:
            assert await at.outbox.send_due() == 0
            assert (await at.letter()).state is LetterState.WAITING
            assert "451 busy" in ((await at.letter()).failure or "")
            assert await at.outbox.send_due() == 0  # not before its time
            app.clock.advance(pause.total_seconds())
        assert await at.outbox.send_due() == 1
        done = await at.letter()
    assert (done.state, done.attempts, done.failure) == (LetterState.SENT, 3, None)
    assert done.sent_at == app.clock.now()


async def test_a_letter_is_given_up_after_days(app: Application) -> None:
    async with post(app) as at:
        await at.write()
        at.box.refusals += ["451 busy"] * 20
        tries = 0
        while (await at.letter()).state is LetterState.WAITING:
            tries += 1
            await at.outbox.send_due()
            app.clock.advance(timedelta(days=1).total_seconds())
        assert (await at.letter()).state is LetterState.FAILED
    assert tries == len(PAUSES) + 1
    assert sum(PAUSES, timedelta()) > timedelta(days=2)


@pytest.mark.parametrize("case", ["nobody", "no document", "no account"])
async def test_what_can_never_arrive_is_given_up_at_once(app: Application, case: str) -> None:
    async with post(app) as at:
        if case == "nobody":
            at.box.recipient_refusals.append("550 no such person")
        elif case == "no document":
            at.views.document = None
        else:
            at.customer = replace(at.customer, id=UserId("0192f000-0000-7000-8000-00000000dead"))
        await at.write()
        assert await at.outbox.send_due() == 0
        letter = await at.letter()
        assert letter.state is LetterState.FAILED
        assert letter.failure
        assert letter.next_at is None
    assert at.box.messages == []


async def test_a_letter_that_breaks_us_holds_up_no_other(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with post(app) as at:
        await at.write(key="first")
        await at.write(key="second")
        usual = at.views.invoice
        calls = 0

        async def sometimes(actor: Actor | None, invoice_id: str) -> DocumentView:
            nonlocal calls
            calls += 1
            if calls == 1:
                raise ZeroDivisionError
            return await usual(actor, invoice_id)

        monkeypatch.setattr(at.views, "invoice", sometimes)
        assert await at.outbox.send_due() == 1
        first, second = await at.letters()
    assert (first.state, first.failure) == (LetterState.WAITING, "ZeroDivisionError")
    assert second.state is LetterState.SENT


@pytest.mark.parametrize("meanwhile", [{"due": usd("0")}, {"mark": Mark.VOID}])
async def test_a_reminder_that_was_overtaken_is_not_sent(
    app: Application, meanwhile: dict[str, Any]
) -> None:
    async with post(app) as at:
        await at.write(LetterKind.REMINDER, step=1)
        at.views.document = view(**meanwhile)
        assert await at.outbox.send_due() == 0
        assert (await at.letter()).state is LetterState.DROPPED
    assert at.box.messages == []


async def test_a_crash_while_sending_repeats_the_same_message(app: Application) -> None:
    async with post(app) as at:
        await at.write()
        now = app.clock.now()
        async with at.units.write() as work:
            (taken,) = await work.messages.claim(now, now + LEASE, 10)
        assert taken.attempts == 1
        assert await at.outbox.send_due() == 0  # its lease is not over
        app.clock.advance(LEASE.total_seconds())
        assert await at.outbox.send_due() == 1
        assert (await at.letter()).attempts == 2
    (got,) = at.box.messages
    assert got["Message-ID"] == f"<{taken.id}@shop.example>"
