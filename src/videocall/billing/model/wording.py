"""Words, money, numbers and dates of documents and letters, as each language writes them."""

from __future__ import annotations

import copy
from datetime import datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import NumberPattern, format_decimal, get_currency_symbol, parse_pattern

from videocall.billing.model.documents import DocumentLanguage
from videocall.core.money import Money, minor_digits

_NO_BREAK_SPACE = "\u00a0"

_ENGLISH = {
    "invoice": "Invoice",
    "credit_note": "Credit note",
    "receipt": "Receipt",
    "draft": "Draft",
    "void": "Void",
    "number": "Number",
    "issued": "Date of issue",
    "due_date": "Date due",
    "paid_date": "Date paid",
    "for_invoice": "For invoice",
    "bill_to": "Bill to",
    "from": "From",
    "tax_number": "Tax number",
    "registration_number": "Registration number",
    "description": "Description",
    "quantity": "Qty",
    "unit_price": "Unit price",
    "tax": "Tax",
    "amount": "Net amount",
    "discount": "Discount",
    "subtotal": "Subtotal",
    "total": "Total",
    "paid": "Amount paid",
    "credited": "Credited",
    "refunded": "Refunded",
    "due": "Amount due",
    "included": "included",
    "on": "on",
    "notes": "Notes",
    "reason": "Reason",
    "pay_by_transfer": "Pay by bank transfer",
    "reference": "Payment reference",
    "method": "Payment method",
    "page": "Page {page} of {pages}",
    "headline_due": "{amount} due {date}",
    "headline_due_now": "{amount} due",
    "headline_paid": "{amount} paid on {date}",
    "headline_settled": "Nothing is due",
    "headline_void": "This invoice is void. Nothing is due.",
    "headline_draft": "{amount}: a draft, not yet an invoice",
    "headline_credit": "{amount} credited on {date}",
    "method_manual": "Bank transfer",
    "method_test": "Test card",
    "method_stripe": "Card",
    "method_wallet": "Wallet",
}

_INDONESIAN = {
    "invoice": "Faktur",
    "credit_note": "Nota kredit",
    "receipt": "Kuitansi",
    "draft": "Draf",
    "void": "Batal",
    "number": "Nomor",
    "issued": "Tanggal terbit",
    "due_date": "Jatuh tempo",
    "paid_date": "Tanggal bayar",
    "for_invoice": "Untuk faktur",
    "bill_to": "Ditagihkan kepada",
    "from": "Dari",
    "tax_number": "NPWP",
    "registration_number": "Nomor registrasi",
    "description": "Uraian",
    "quantity": "Jml",
    "unit_price": "Harga satuan",
    "tax": "Pajak",
    "amount": "Jumlah neto",
    "discount": "Diskon",
    "subtotal": "Subtotal",
    "total": "Total",
    "paid": "Sudah dibayar",
    "credited": "Dikreditkan",
    "refunded": "Dikembalikan",
    "due": "Sisa tagihan",
    "included": "termasuk",
    "on": "dari",
    "notes": "Catatan",
    "reason": "Alasan",
    "pay_by_transfer": "Bayar lewat transfer bank",
    "reference": "Referensi pembayaran",
    "method": "Metode pembayaran",
    "page": "Halaman {page} dari {pages}",
    "headline_due": "{amount} jatuh tempo {date}",
    "headline_due_now": "{amount} harus dibayar",
    "headline_paid": "{amount} dibayar pada {date}",
    "headline_settled": "Tidak ada tagihan",
    "headline_void": "Faktur ini batal. Tidak ada tagihan.",
    "headline_draft": "{amount}: draf, belum menjadi faktur",
    "headline_credit": "{amount} dikreditkan pada {date}",
    "method_manual": "Transfer bank",
    "method_test": "Kartu percobaan",
    "method_stripe": "Kartu",
    "method_wallet": "Dompet",
}

_WORDS = {DocumentLanguage.ENGLISH: _ENGLISH, DocumentLanguage.INDONESIAN: _INDONESIAN}


def words(language: DocumentLanguage) -> dict[str, str]:
    """The words of documents by name; every language has the same names."""
    return dict(_WORDS[language])


def money_text(amount: Money, language: DocumentLanguage) -> str:
    """An amount with all decimals of its currency: $1,234.50, Rp 1.234,50."""
    code = amount.currency
    symbol = get_currency_symbol(code, locale=_locale(language))
    # CLDR's digits are those of everyday use; a document shows what was computed.
    pattern = _pattern(language, minor_digits(code), spaced=symbol[-1:].isalpha())
    return str(
        pattern.apply(amount.decimal, _locale(language), currency=code, currency_digits=False)
    )


def number_text(value: Decimal, language: DocumentLanguage) -> str:
    """A quantity without useless zeros."""
    return format_decimal(value, locale=_locale(language), decimal_quantization=False)


def percent_text(rate: Decimal, language: DocumentLanguage) -> str:
    """A rate in percent: 11%, 7,5%."""
    return f"{number_text(rate, language)}%"


def date_text(moment: datetime, language: DocumentLanguage, time_zone: str) -> str:
    """The day, where the seller is: December 5, 2026."""
    day = moment.astimezone(ZoneInfo(time_zone)).date()
    return format_date(day, "long", locale=_locale(language))


def method_text(method: str, language: DocumentLanguage) -> str:
    """A payment method by name."""
    return _WORDS[language].get(f"method_{method}", method)


@cache
def _locale(language: DocumentLanguage) -> Locale:
    return Locale.parse(language.value)


@cache
def _pattern(language: DocumentLanguage, digits: int, *, spaced: bool) -> NumberPattern:
    standard = _locale(language).currency_formats["standard"].pattern
    pattern = parse_pattern(standard.replace("¤", f"¤{_NO_BREAK_SPACE}") if spaced else standard)
    pattern = copy.copy(pattern)
    pattern.frac_prec = (digits, digits)
    return pattern
