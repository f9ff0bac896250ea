"""Numbers of documents: one series for each kind and year, without a gap and without a repeat."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

_PIECE = re.compile(r"\{(year|number)(?::0([1-9]))?\}")
_PLAIN = re.compile(r"[A-Za-z0-9./_ -]*")
MAX_FORMAT_CHARACTERS = 40


class SeriesKind(StrEnum):
    """What is numbered."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


@dataclass(frozen=True, slots=True)
class Number:
    """A number given for good: ``text`` is what the document shows."""

    year: int
    count: int
    text: str


class BadNumberFormat(ValueError):
    """The format is not one that gives every document a number of its own."""


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How a number looks: ``{year}`` and ``{number}`` once each, ``{number:05d}`` with zeros."""

    text: str

    def __post_init__(self) -> None:
        names = [piece[1] for piece in _PIECE.finditer(self._normal)]
        if sorted(names) != ["number", "year"]:
            raise BadNumberFormat("Write {year} and {number} once each.")
        if not _PLAIN.fullmatch(_PIECE.sub("", self._normal)):
            raise BadNumberFormat("Beside them only letters, digits, spaces and . / _ - stand.")
        if len(self.text) > MAX_FORMAT_CHARACTERS:
            raise BadNumberFormat(f"At most {MAX_FORMAT_CHARACTERS} characters.")

    @property
    def _normal(self) -> str:
        return re.sub(r":0([1-9])d\}", r":0\1}", self.text)

    def number(self, year: int, count: int) -> Number:
        """The number of the ``count``-th document of a year."""
        values = {"year": year, "number": count}
        text = _PIECE.sub(lambda piece: f"{values[piece[1]]:0{int(piece[2] or 1)}d}", self._normal)
        return Number(year, count, text)


def year_of(moment: datetime, time_zone: str) -> int:
    """The year in which a document is issued, where the seller is."""
    return moment.astimezone(ZoneInfo(time_zone)).year
