"""PDFs: what they say in which language, what hostile text does not do, the same bytes twice."""

from __future__ import annotations

import asyncio
import struct
import time
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest

import videocall.billing
from tests.factories.documents import SELLER, line, read, text_of, usd, view
from videocall.billing.adapters.typst_pdf import TypstRenderer
from videocall.billing.errors import DocumentUnavailable
from videocall.billing.model.documents import (
    CustomerParty,
    DocumentKind,
    DocumentLanguage,
    DocumentTax,
    Logo,
    Mark,
    TaxLabel,
)
from videocall.billing.model.wording import money_text, words
from videocall.core.money import Money


@pytest.fixture
async def pdfs() -> AsyncIterator[TypstRenderer]:
    renderer = TypstRenderer()
    yield renderer
    await renderer.aclose()


async def test_an_invoice_says_who_owes_whom_how_much_and_until_when(pdfs: TypstRenderer) -> None:
    text = text_of(await pdfs.render(view()))
    for expected in (
        "Invoice", "2026-00012", "November 5, 2026", "November 19, 2026", "Cendana Learning",
        "Jl. Melati 12", "01.234.567.8-901.000", "Ayu Lestari", "ayu@example.com", "$133.20 due",
        "Maths lesson 3", "$40.00", "PPN 11%", "PPN 11% on $120.00", "$13.20", "Account 123 456",
        "Payment reference: 2026-00012", "Thank you for learning", "Page 1 of 1",
    ):  # fmt: skip
        assert expected in text, text


async def test_the_same_invoice_in_indonesian(pdfs: TypstRenderer) -> None:
    rupiah = Money.parse("1234567.50", "IDR")
    language = DocumentLanguage.INDONESIAN
    text = text_of(await pdfs.render(view(language=language, total=rupiah, due=rupiah)))
    for expected in (
        "Faktur",
        "5 November 2026",
        "Jatuh tempo",
        "Rp 1.234.567,50",
        "Halaman 1 dari 1",
    ):
        assert expected in text, text


async def test_a_credit_note_names_its_invoice_and_its_reason(pdfs: TypstRenderer) -> None:
    note = view(
        kind=DocumentKind.CREDIT_NOTE, number="CN-2026-00001", refers_to="2026-00012",
        reason="The lesson was cancelled.", due=None, due_at=None, paid=None,
    )  # fmt: skip
    text = text_of(await pdfs.render(note))
    assert "Credit note" in text
    assert "For invoice 2026-00012" in text
    assert "$133.20 credited on November 5, 2026" in text
    assert "The lesson was cancelled." in text
    assert "Pay by bank transfer" not in text


async def test_a_receipt_has_no_lines_and_tells_how_it_was_paid(pdfs: TypstRenderer) -> None:
    receipt = view(
        lines=0, kind=DocumentKind.RECEIPT, number=None, taxes=(), total=usd("50"),
        subtotal=usd("50"), tax_total=usd("0"), paid=usd("50"), due=usd("0"), due_at=None,
        paid_at=view().issued_at, payment_method="manual", payment_reference="TOP-UP-7",
    )  # fmt: skip
    text = text_of(await pdfs.render(receipt))
    assert "Receipt" in text
    assert "$50.00 paid on November 5, 2026" in text
    assert "Payment method Bank transfer" in text
    assert "TOP-UP-7" in text


@pytest.mark.parametrize(("mark", "word"), [(Mark.DRAFT, "DRAFT"), (Mark.VOID, "VOID")])
async def test_what_is_not_to_be_paid_is_marked(pdfs: TypstRenderer, mark: Mark, word: str) -> None:
    text = text_of(await pdfs.render(view(mark=mark)))
    assert word in text
    assert "Pay by bank transfer" not in text


async def test_discounts_and_included_taxes_stand_on_their_line(pdfs: TypstRenderer) -> None:
    included = TaxLabel("VAT", Decimal("7.5"), inclusive=True)
    lines = (replace(line(percent_off="10"), taxes=(included,)),)
    tax = DocumentTax("VAT", Decimal("7.5"), True, usd("36"), usd("2.70"))
    text = text_of(await pdfs.render(replace(view(), lines=lines, taxes=(tax,))))
    assert "Discount 10%" in text
    assert "VAT 7.5% (included)" in text


async def test_a_long_invoice_repeats_its_header_and_counts_its_pages(pdfs: TypstRenderer) -> None:
    pages = read(await pdfs.render(view(200))).pages
    texts = [page.extract_text() for page in pages]
    assert len(texts) > 4
    assert all("Unit price" in text for text in texts[:-1])
    for number, text in enumerate(texts, start=1):
        assert f"Page {number} of {len(texts)}" in text
    assert sum(text.count("Maths lesson") for text in texts) == 200


HOSTILE = (
    '#read("/etc/passwd")', '#import "@preview/cetz:0.3.0"', "$x$ $ sum_(i=0)^n $", "*bold* _it_",
    "= Heading", "#panic(1)", "```rust\nfn x()```", "<label> @ref", "\\u{41}", "{{7*7}} {number}",
    '"); #sys.inputs', "</svg><script>alert(1)</script>", "// comment /* x", "- list\n+ enum",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
async def test_what_people_type_is_never_markup(pdfs: TypstRenderer, text: str) -> None:
    seller = replace(SELLER, name=text, footer=text, bank_details=text, address=(text,))
    hostile = view(
        lines=1, seller=seller, customer=CustomerParty(text, text), notes=text,
    )  # fmt: skip
    hostile = replace(hostile, lines=(line(text),))
    shown = text_of(await pdfs.render(hostile)).replace("\u200b", "")
    assert "root:" not in shown
    for word in text.split():
        assert shown.count(word) >= 6, shown


ODD = {
    "a very long word": "x" * 3000,
    "emoji": "Lesson 🎓👩🏽‍🏫🇮🇩",
    "arabic": "درس الرياضيات للمبتدئين",
    "hebrew": "שיעור מתמטיקה",
    "chinese": "数学课程",
    "mixed directions": "Lesson \u202eabc\u202c درس 12",
    "control characters": "a\x00b\x1b[31mc\x7f",
    "no characters": "\u200b\u200d",
    "combining marks": "Z" + "\u0301\u0327" * 200,
    "a lone surrogate": "a\ud800b",
    "private use": "\ue000\U0010ffff",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
async def test_odd_text_does_not_stop_a_document(pdfs: TypstRenderer, text: str) -> None:
    odd = replace(view(notes=text, customer=CustomerParty(text)), lines=(line(text), line()))
    assert "Maths lesson" in text_of(await pdfs.render(odd))


async def test_a_long_word_stays_inside_of_its_column(pdfs: TypstRenderer) -> None:
    odd = replace(view(), lines=(line("W" * 400),))
    (page,) = read(await pdfs.render(odd)).pages
    places: list[float] = []
    page.extract_text(visitor_text=lambda text, cm, tm, font, size: places.append(tm[4]))
    assert max(places) < float(page.mediabox.width)
    assert "$40.00" in page.extract_text()


async def test_the_same_invoice_gives_the_same_bytes(pdfs: TypstRenderer) -> None:
    first = await pdfs.render(view())
    other = TypstRenderer()
    assert await other.render(view()) == first
    await other.aclose()
    assert await pdfs.render(view(notes="changed")) != first
    draft = view(mark=Mark.DRAFT, number=None, issued_at=None)
    assert await pdfs.render(draft) == await pdfs.render(draft)


async def test_it_is_an_archival_pdf_that_names_itself(pdfs: TypstRenderer) -> None:
    pdf = read(await pdfs.render(view()))
    about = pdf.metadata
    assert about is not None
    assert about.title == "Invoice 2026-00012"
    assert about.author == "Cendana Learning"
    assert about.creation_date is not None
    assert about.creation_date.date().isoformat() == "2026-11-05"
    root = cast(Any, pdf.trailer["/Root"])
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3" in xmp
    assert "<pdfaid:conformance>A" in xmp
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]


def png(side: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    rows = b"".join(b"\0" + b"\x1a\x56\xdb" * side for _ in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


async def test_a_png_logo_is_in_the_document(pdfs: TypstRenderer) -> None:
    seller = replace(SELLER, logo=Logo("image/png", png(40)))
    (page,) = read(await pdfs.render(view(seller=seller))).pages
    assert len(page.images) == 1


BROKEN_LOGOS = {
    "cut off": Logo("image/png", png(40)[:50]),
    "no image": Logo("image/svg+xml", b"<html>"),
    "no text": Logo("image/svg+xml", b"\xff\xfe\x00"),
    "outside files": Logo(
        "image/svg+xml",
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image width="9" height="9" '
        b'href="/etc/passwd"/><image href="http://127.0.0.1:1/x.png" width="9" height="9"/></svg>',
    ),
}


@pytest.mark.parametrize("logo", BROKEN_LOGOS.values(), ids=BROKEN_LOGOS.keys())
async def test_a_broken_logo_does_not_stop_a_document(pdfs: TypstRenderer, logo: Logo) -> None:
    pdf = await pdfs.render(view(seller=replace(SELLER, logo=logo)))
    assert "Invoice" in text_of(pdf)
    assert b"root:" not in pdf


async def test_setting_a_document_lets_the_application_go_on(pdfs: TypstRenderer) -> None:
    await pdfs.render(view())
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - before)

    watcher = asyncio.create_task(watch())
    started = time.perf_counter()
    await asyncio.gather(*(pdfs.render(view(200, notes=str(number))) for number in range(4)))
    whole = time.perf_counter() - started
    watcher.cancel()
    assert longest < whole / 2


async def test_a_document_that_takes_too_long_is_given_up() -> None:
    renderer = TypstRenderer(timeout=0.0001)
    with pytest.raises(DocumentUnavailable):
        await renderer.render(view(200))
    await renderer.aclose()


@pytest.mark.parametrize(
    ("amount", "currency", "english", "indonesian"),
    [
        ("1234.5", "USD", "$1,234.50", "US$1.234,50"),
        ("1234.5", "IDR", "IDR\u00a01,234.50", "Rp\u00a01.234,50"),
        ("1234", "JPY", "¥1,234", "JP¥1.234"),
        ("1.234", "KWD", "KWD\u00a01.234", "KWD\u00a01,234"),
        ("-3", "EUR", "-€3.00", "-€3,00"),
    ],
)
def test_money_as_each_language_writes_it(
    amount: str, currency: str, english: str, indonesian: str
) -> None:
    money = Money.parse(amount, currency)
    assert money_text(money, DocumentLanguage.ENGLISH) == english
    assert money_text(money, DocumentLanguage.INDONESIAN) == indonesian


def test_every_language_has_all_words() -> None:
    names = [set(words(language)) for language in DocumentLanguage]
    assert names[0] == names[1]


def test_the_template_and_its_fonts_are_in_the_package() -> None:
    folder = Path(videocall.billing.__file__).parent / "documents"
    assert {path.name for path in folder.iterdir()} == {"document.typ", "fonts"}
    assert len(list((folder / "fonts").glob("*.ttf"))) == 4
