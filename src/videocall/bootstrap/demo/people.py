"""Who is in the shop, what it sells, and how the seller presents itself. All of it is invented."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from videocall.core.access import Role

LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 190 60">'
    b'<rect width="60" height="60" rx="14" fill="#1a56db"/>'
    b'<path d="M18 40 L30 16 L42 40 Z" fill="#fff"/><circle cx="30" cy="44" r="4" fill="#fff"/>'
    b'<text x="74" y="39" font-family="Inter, sans-serif" font-size="26" font-weight="600" '
    b'fill="#1a1f36">Cendana</text></svg>'
)

SELLER = {
    "name": "Cendana Learning",
    "address": ["Jl. Melati 12", "Bandung 40115", "Indonesia"],
    "tax_number": "00.000.000.0-000.000",
    "registration_number": "0000000000000",
    "email": "billing@cendana.example",
    "phone": "+62 22 5550 100",
    "website": "https://cendana.example",
    "bank_details": "Bank Contoh\nAccount 000 123 456\nCendana Learning",
    "footer": "Thank you for learning with us.",
    "time_zone": "Asia/Jakarta",
}


@dataclass(frozen=True, slots=True)
class Somebody:
    """An account of the story; the address is made of the name."""

    name: str
    role: Role
    locale: str = "en"

    @property
    def mailbox(self) -> str:
        """The part of the address before the @."""
        return self.name.lower().replace(" ", ".")


PEOPLE = (
    Somebody("Sari Wulandari", Role.ADMIN),
    Somebody("Bima Santoso", Role.HOST),
    Somebody("Dewi Anggraini", Role.HOST, "id"),
    Somebody("Maya Collins", Role.HOST),
    Somebody("Ayu Lestari", Role.CUSTOMER, "id"),
    Somebody("Budi Hartono", Role.CUSTOMER, "id"),
    Somebody("Citra Permata", Role.CUSTOMER),
    Somebody("Daniel Reed", Role.CUSTOMER),
    Somebody("Eka Nugraha", Role.CUSTOMER, "id"),
    Somebody("Farah Amalia", Role.CUSTOMER),
    Somebody("Grace Miller", Role.CUSTOMER),
    Somebody("Hadi Kusuma", Role.CUSTOMER),
)


@dataclass(frozen=True, slots=True)
class Thing:
    """A product: ``host`` counts the hosts, ``price`` is in US dollars."""

    name: str
    category: str
    kind: str
    price: str
    host: int
    tax_class: str = "standard"
    stock: int | None = None
    minutes: int | None = None
    description: str = ""


CATEGORIES: dict[str, str | None] = {
    "Languages": None,
    "Indonesian": "Languages",
    "English": "Languages",
    "Mathematics": None,
    "Music": None,
    "Wellbeing": None,
    "Materials": None,
    "Minutes": None,
}
"""Each with the one above it."""

_BOOK = "Printed, sent within a week."
_HOUR = "One hour, live, just the two of you."
_GROUP = "Ninety minutes in a group of up to eight."

THINGS = (
    Thing(
        "Indonesian for beginners, lesson", "Indonesian", "session", "24.00", 1, description=_HOUR
    ),
    Thing("Indonesian conversation group", "Indonesian", "session", "12.50", 1, description=_GROUP),
    Thing("Indonesian for work, lesson", "Indonesian", "session", "32.00", 1, description=_HOUR),
    Thing("English conversation, lesson", "English", "session", "28.00", 2, description=_HOUR),
    Thing("English pronunciation workshop", "English", "session", "18.00", 2, description=_GROUP),
    Thing("IELTS preparation, lesson", "English", "session", "38.00", 2, description=_HOUR),
    Thing("Calculus, lesson", "Mathematics", "session", "35.00", 0, description=_HOUR),
    Thing("Algebra for schools, lesson", "Mathematics", "session", "22.00", 0, description=_HOUR),
    Thing("Statistics clinic", "Mathematics", "session", "45.00", 0, description=_GROUP),
    Thing("Exam revision weekend", "Mathematics", "session", "120.00", 0, stock=24),
    Thing("Guitar, lesson", "Music", "session", "26.00", 2, description=_HOUR),
    Thing("Angklung for families", "Music", "session", "15.00", 1, description=_GROUP),
    Thing("Piano, lesson", "Music", "session", "30.00", 2, description=_HOUR),
    Thing("Breathing and posture", "Wellbeing", "session", "14.00", 1, "exempt"),
    Thing("Sleep consultation", "Wellbeing", "session", "55.00", 1, "exempt", description=_HOUR),
    Thing("Calculus workbook", "Materials", "goods", "19.90", 0, "reduced", 80, description=_BOOK),
    Thing("Algebra workbook", "Materials", "goods", "16.90", 0, "reduced", 60, description=_BOOK),
    Thing(
        "Indonesian phrasebook", "Materials", "goods", "11.50", 1, "reduced", 120, description=_BOOK
    ),
    Thing("Indonesian flash cards", "Materials", "goods", "9.90", 1, stock=45),
    Thing("English reader", "Materials", "goods", "13.40", 2, "reduced", 70, description=_BOOK),
    Thing(
        "Songbook with chords", "Materials", "goods", "14.80", 2, "reduced", 40, description=_BOOK
    ),
    Thing(
        "Headset",
        "Materials",
        "goods",
        "39.00",
        0,
        stock=25,
        description="With a quiet microphone.",
    ),
    Thing("60 minutes of calls", "Minutes", "minutes", "18.00", 0, minutes=60),
    Thing("300 minutes of calls", "Minutes", "minutes", "80.00", 0, minutes=300),
    Thing("1000 minutes of calls", "Minutes", "minutes", "240.00", 0, minutes=1000),
)

SCALES = {"IDR": 15_500, "JPY": 150, "KRW": 1350, "INR": 83, "PHP": 57, "THB": 35, "VND": 25_000}
"""So many of a currency make a dollar, roughly; other currencies are taken one to one."""

TAXES = (
    {"name": "PPN", "rate": "11", "inclusive": False, "tax_classes": ["standard"]},
    {"name": "PPN books", "rate": "1.1", "inclusive": False, "tax_classes": ["reduced"]},
)


def price_in(currency: str, dollars: str, decimals: int) -> str:
    """A price of the story in the house currency; large units are rounded to hundreds."""
    scale = SCALES.get(currency, 1)
    amount = Decimal(dollars) * scale
    step = Decimal(100) if scale > 1000 else Decimal(1).scaleb(-decimals)
    return f"{(amount / step).to_integral_value() * step:f}"
