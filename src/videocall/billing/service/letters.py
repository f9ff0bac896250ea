"""Writes letters: reads anew what they are about, words them in its language, attaches the PDF."""

from __future__ import annotations

from html import escape

from videocall.billing.errors import LetterHasNoAddress, LetterOvertaken
from videocall.billing.interfaces.documents import DocumentViews, PdfRenderer
from videocall.billing.model.documents import DocumentView, Letter, LetterKind, Mark
from videocall.billing.model.letter_words import Sentences, sentences
from videocall.billing.model.wording import date_text, money_text, words
from videocall.billing.service.documents import file_name
from videocall.core.mail.message import Attachment, Mailbox, Message
from videocall.users.interfaces import UserDirectory

_FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"


class LetterComposer:
    """Makes e-mails of letters; ``page`` is the address of the web page, without a slash."""

    def __init__(
        self, views: DocumentViews, pdfs: PdfRenderer, people: UserDirectory, page: str
    ) -> None:
        self._views = views
        self._pdfs = pdfs
        self._people = people
        self._page = page

    async def message(self, letter: Letter) -> Message:
        contact = (await self._people.contacts([letter.customer_id])).get(letter.customer_id)
        if contact is None:
            raise LetterHasNoAddress
        view = await self._view(letter)
        if _is_overtaken(letter, view):
            raise LetterOvertaken
        pdf = await self._pdfs.render(view)
        text = _filled(letter, view, contact.name)
        link = f"{self._page}{_PLACES[letter.kind].format(id=view.page_id)}"
        seller = view.seller
        return Message(
            id=letter.id,
            sent_at=letter.created_at,
            to=Mailbox(contact.email, contact.name),
            subject=text.subject,
            text=_plain(text, view, link),
            html=_html(text, view, link),
            sender_name=seller.name,
            reply_to=Mailbox(seller.email, seller.name) if seller.email else None,
            language=view.language.value,
            attachments=[Attachment(file_name(view), "application/pdf", pdf)],
        )

    async def _view(self, letter: Letter) -> DocumentView:
        match letter.kind:
            case LetterKind.CREDIT_NOTE:
                return await self._views.credit_note(None, letter.document_id)
            case LetterKind.RECEIPT:
                return await self._views.receipt(None, letter.document_id)
            case LetterKind.INVOICE | LetterKind.REMINDER:
                return await self._views.invoice(None, letter.document_id)


def _is_overtaken(letter: Letter, view: DocumentView) -> bool:
    """Whether a letter that waited would ask for what was paid or voided meanwhile."""
    owes = view.due is not None and view.due.minor > 0
    return view.mark is Mark.VOID or (letter.kind is LetterKind.REMINDER and not owes)


_PLACES = {
    LetterKind.INVOICE: "/invoices/{id}",
    LetterKind.REMINDER: "/invoices/{id}",
    LetterKind.CREDIT_NOTE: "/invoices/{id}",
    LetterKind.RECEIPT: "/wallet",
}


def _filled(letter: Letter, view: DocumentView, name: str) -> Sentences:
    language = view.language
    owes = view.due is not None and view.due.minor > 0
    due_date = date_text(view.due_at, language, view.time_zone) if view.due_at else ""
    facts = {
        "number": view.number or words(language)["draft"],
        "seller": view.seller.name,
        "name": name,
        "total": money_text(view.total, language),
        "due": money_text(view.due, language) if view.due is not None else "",
        "due_date": due_date,
        "refers_to": view.refers_to or "",
    }
    raw = sentences(language, letter.kind, step=letter.step, owes=owes)
    return Sentences(
        subject=raw.subject.format(**facts),
        greeting=raw.greeting.format(**facts),
        body=raw.body.format(**facts),
        button=raw.button,
        end=raw.end,
    )


def _summary(view: DocumentView) -> list[tuple[str, str]]:
    """What a reader wants to see without opening the PDF."""
    word, language = words(view.language), view.language
    rows = [(word["number"], view.number or ""), (word["total"], money_text(view.total, language))]
    if view.due is not None:
        rows.append((word["due"], money_text(view.due, language)))
    if view.due_at is not None and view.due is not None and view.due.minor:
        rows.append((word["due_date"], date_text(view.due_at, language, view.time_zone)))
    if view.due is not None and view.due.minor and view.seller.bank_details:
        rows.append((word["pay_by_transfer"], view.seller.bank_details))
        rows.append((word["reference"], view.payment_reference or view.number or ""))
    return [(label, value) for label, value in rows if value]


def _plain(text: Sentences, view: DocumentView, link: str) -> str:
    rows = "\n".join(f"{label}: {value}" for label, value in _summary(view))
    signed = "\n".join(filter(None, [view.seller.name, *view.seller.address]))
    parts = [text.greeting, text.body, rows, f"{text.button}: {link}", text.end, f"-- \n{signed}"]
    return "\n\n".join(parts) + "\n"


def _html(text: Sentences, view: DocumentView, link: str) -> str:
    rows = "".join(
        '<tr><td style="padding:6px 16px 6px 0;color:#697386;vertical-align:top">'
        f'{escape(label)}</td><td style="padding:6px 0">'
        f"{'<br>'.join(escape(line) for line in value.splitlines())}</td></tr>"
        for label, value in _summary(view)
    )
    signed = "<br>".join(escape(line) for line in [view.seller.name, *view.seller.address] if line)
    return (
        f'<!doctype html><html lang="{view.language.value}"><meta charset="utf-8">'
        f'<body style="margin:0;padding:24px;background:#f6f8fa;color:#1a1f36;{_FONT}">'
        '<div style="max-width:560px;margin:0 auto;background:#fff;border-radius:8px;'
        'padding:32px;font-size:15px;line-height:1.5">'
        f'<p style="margin:0 0 16px;font-size:18px;font-weight:600">{escape(view.seller.name)}</p>'
        f"<p>{escape(text.greeting)}</p><p>{escape(text.body)}</p>"
        f'<table style="border-collapse:collapse;margin:16px 0;font-size:14px">{rows}</table>'
        f'<p style="margin:24px 0"><a href="{escape(link)}" style="background:#1a56db;color:#fff;'
        'text-decoration:none;padding:10px 18px;border-radius:6px;display:inline-block">'
        f"{escape(text.button)}</a></p><p>{escape(text.end)}</p>"
        f'<p style="color:#697386;font-size:13px;border-top:1px solid #e3e8ee;padding-top:16px">'
        f"{signed}</p></div></body></html>\n"
    )
