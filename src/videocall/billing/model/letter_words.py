"""The sentences of letters, in each language; names in braces are filled in."""

from __future__ import annotations

from dataclasses import dataclass

from videocall.billing.model.documents import DocumentLanguage, LetterKind


@dataclass(frozen=True, slots=True)
class Sentences:
    """One kind of letter: subject, greeting, what it says, its button, and its end."""

    subject: str
    greeting: str
    body: str
    button: str
    end: str


_EN, _ID = DocumentLanguage.ENGLISH, DocumentLanguage.INDONESIAN
_EN_END = "The PDF is attached. Questions? Just answer this e-mail."
_ID_END = "PDF terlampir. Ada pertanyaan? Balas saja surel ini."

_SENTENCES = {
    (_EN, LetterKind.INVOICE): Sentences(
        "Invoice {number} from {seller}",
        "Hello {name},",
        "here is invoice {number} from {seller} over {total}.",
        "View and pay the invoice",
        _EN_END,
    ),
    (_ID, LetterKind.INVOICE): Sentences(
        "Faktur {number} dari {seller}",
        "Halo {name},",
        "berikut faktur {number} dari {seller} sebesar {total}.",
        "Lihat dan bayar faktur",
        _ID_END,
    ),
    (_EN, LetterKind.REMINDER): Sentences(
        "Reminder: invoice {number} from {seller} was due {due_date}",
        "Hello {name},",
        "invoice {number} was due on {due_date}, and {due} is still open. If you have paid in the "
        "last days, please ignore this letter.",
        "View and pay the invoice",
        _EN_END,
    ),
    (_ID, LetterKind.REMINDER): Sentences(
        "Pengingat: faktur {number} dari {seller} jatuh tempo {due_date}",
        "Halo {name},",
        "faktur {number} jatuh tempo pada {due_date} dan {due} belum dibayar. Jika Anda sudah "
        "membayar beberapa hari ini, abaikan surat ini.",
        "Lihat dan bayar faktur",
        _ID_END,
    ),
    (_EN, LetterKind.CREDIT_NOTE): Sentences(
        "Credit note {number} from {seller}",
        "Hello {name},",
        "{seller} credited {total} of invoice {refers_to}. Credit note {number} is attached.",
        "View the invoice",
        _EN_END,
    ),
    (_ID, LetterKind.CREDIT_NOTE): Sentences(
        "Nota kredit {number} dari {seller}",
        "Halo {name},",
        "{seller} mengkreditkan {total} dari faktur {refers_to}. Nota kredit {number} terlampir.",
        "Lihat faktur",
        _ID_END,
    ),
    (_EN, LetterKind.RECEIPT): Sentences(
        "Receipt for your top-up at {seller}",
        "Hello {name},",
        "thank you. Your payment of {total} has arrived and is in your wallet.",
        "View your wallet",
        _EN_END,
    ),
    (_ID, LetterKind.RECEIPT): Sentences(
        "Kuitansi isi saldo di {seller}",
        "Halo {name},",
        "terima kasih. Pembayaran Anda sebesar {total} sudah diterima dan masuk ke dompet Anda.",
        "Lihat dompet Anda",
        _ID_END,
    ),
}

_LAST_REMINDERS = {_EN: "{step}. reminder", _ID: "Pengingat ke-{step}"}
_PAID_INVOICES = {
    _EN: ("Thank you: it is paid, and nothing is due.", "View the invoice"),
    _ID: ("Terima kasih: faktur ini sudah lunas.", "Lihat faktur"),
}


def sentences(language: DocumentLanguage, kind: LetterKind, *, step: int, owes: bool) -> Sentences:
    """The sentences of a letter; from the second reminder on the subject counts them."""
    found = _SENTENCES[language, kind]
    if kind is LetterKind.REMINDER and step > 1:
        count = _LAST_REMINDERS[language].format(step=step)
        _, _, rest = found.subject.partition(": ")
        return Sentences(f"{count}: {rest}", found.greeting, found.body, found.button, found.end)
    if kind is LetterKind.INVOICE and not owes:
        paid, button = _PAID_INVOICES[language]
        return Sentences(found.subject, found.greeting, f"{found.body} {paid}", button, found.end)
    return found
