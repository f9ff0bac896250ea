"""The words of the card page, in English and Indonesian."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from videocall.core.money import Money

ENGLISH: Mapping[str, str] = {
    "title": "Trial payment",
    "trial": "This is a trial page. No money moves.",
    "trial_more": "Pick one of the trial cards below and see what happens in the shop.",
    "to_pay": "To pay",
    "number": "Card number",
    "pay": "Pay {amount}",
    "or_pick": "Or pick a trial card",
    "cancel": "Cancel and go back",
    "unknown": "This page knows the trial cards only. Pick one of the list.",
    "card_ok": "The payment succeeds",
    "card_declined": "The bank declines",
    "card_insufficient": "Not enough money",
    "card_second_step": "The bank asks you to confirm",
    "card_late": "The payment succeeds some seconds later",
    "card_disputed": "The payment succeeds, then is disputed",
    "card_webhook_twice": "The payment succeeds, the shop hears it twice",
    "second_step": "Confirm it's you",
    "second_step_more": "A real bank would ask you here for a code or your fingerprint.",
    "confirm": "Confirm",
    "refuse": "Refuse",
    "back": "Back to the shop",
    "close": "You can close this page.",
    "status_requires_action": "This payment waits for you.",
    "status_pending": "The payment is on its way.",
    "status_succeeded": "The payment succeeded.",
    "status_failed": "The payment failed.",
    "status_cancelled": "The payment was cancelled.",
    "status_disputed": "The payment is disputed.",
    "status_dispute_won": "The dispute ended for the shop.",
    "status_dispute_lost": "The dispute ended for the payer.",
    "not_found": "There is no such payment.",
    "not_found_more": "Open the link of your shop again.",
    "other_language": "Bahasa Indonesia",
}
INDONESIAN: Mapping[str, str] = {
    "title": "Pembayaran percobaan",
    "trial": "Ini halaman percobaan. Tidak ada uang yang berpindah.",
    "trial_more": "Pilih salah satu kartu percobaan di bawah dan lihat hasilnya di toko.",
    "to_pay": "Yang dibayar",
    "number": "Nomor kartu",
    "pay": "Bayar {amount}",
    "or_pick": "Atau pilih kartu percobaan",
    "cancel": "Batal dan kembali",
    "unknown": "Halaman ini hanya mengenal kartu percobaan. Pilih satu dari daftar.",
    "card_ok": "Pembayaran berhasil",
    "card_declined": "Bank menolak",
    "card_insufficient": "Uang tidak cukup",
    "card_second_step": "Bank meminta konfirmasi Anda",
    "card_late": "Pembayaran berhasil beberapa detik kemudian",
    "card_disputed": "Pembayaran berhasil, lalu disengketakan",
    "card_webhook_twice": "Pembayaran berhasil, toko mendengarnya dua kali",
    "second_step": "Konfirmasi bahwa ini Anda",
    "second_step_more": "Bank sungguhan akan meminta kode atau sidik jari Anda di sini.",
    "confirm": "Konfirmasi",
    "refuse": "Tolak",
    "back": "Kembali ke toko",
    "close": "Anda boleh menutup halaman ini.",
    "status_requires_action": "Pembayaran ini menunggu Anda.",
    "status_pending": "Pembayaran sedang diproses.",
    "status_succeeded": "Pembayaran berhasil.",
    "status_failed": "Pembayaran gagal.",
    "status_cancelled": "Pembayaran dibatalkan.",
    "status_disputed": "Pembayaran disengketakan.",
    "status_dispute_won": "Sengketa dimenangkan toko.",
    "status_dispute_lost": "Sengketa dimenangkan pembayar.",
    "not_found": "Pembayaran ini tidak ada.",
    "not_found_more": "Buka lagi tautan dari toko Anda.",
    "other_language": "English",
}
_WORDS = {"en": ENGLISH, "id": INDONESIAN}


def language_of(asked: str, accepted: str) -> str:
    """The language asked for, else the first of Accept-Language that is spoken here."""
    candidates = [asked, *(part.split(";")[0] for part in accepted.split(","))]
    for candidate in candidates:
        short = candidate.strip().lower()[:2]
        if short in _WORDS:
            return short
    return "en"


def words(language: str) -> Mapping[str, str]:
    """The words of this language."""
    return _WORDS[language]


def amount_text(minor: int, currency: str, language: str) -> str:
    """An amount as people write it: USD 1,299.00 or USD 1.299,00."""
    value: Decimal = Money(minor, currency).decimal
    text = f"{value:,f}"
    if language == "id":
        text = text.translate(str.maketrans(",.", ".,"))
    return f"{currency}\N{NO-BREAK SPACE}{text}"
