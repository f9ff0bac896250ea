"""Credit notes: what they take back of an invoice, line by line, never more than is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import NewType

from videocall.billing.errors import AmountTooHigh
from videocall.billing.model.documents import DocumentLanguage
from videocall.billing.model.invoice import (
    CustomerDetails,
    InvoiceId,
    InvoiceLine,
    LineId,
    Totals,
)
from videocall.billing.model.numbering import Number
from videocall.billing.model.refunds import RefundTarget
from videocall.billing.model.tax import Share, TaxRate, TaxSum, apportion, tax_sums
from videocall.core.access import UserId
from videocall.core.errors import FieldError, ValidationFailed
from videocall.core.money import Money

CreditNoteId = NewType("CreditNoteId", str)


@dataclass(frozen=True, slots=True)
class CreditedLine:
    """So many of a line are taken back."""

    line_id: LineId
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class NewCredit:
    """What to take back: some lines, or an amount over all, or (neither) all that is left."""

    reason: str
    lines: tuple[CreditedLine, ...] = ()
    amount: Money | None = None
    refund: RefundTarget = RefundTarget.ORIGINAL
    return_to_stock: bool = False


@dataclass(frozen=True, slots=True)
class CreditNoteLine:
    """What is taken back of one line; ``quantity`` None: an amount, no pieces."""

    id: str
    line_id: LineId
    description: str
    quantity: Decimal | None
    unit_price: Money
    taxes: tuple[TaxRate, ...]
    share: Share
    product_id: str | None = None


@dataclass(frozen=True, slots=True)
class CreditNoteHead:
    """A credit note without its lines, as lists show it."""

    id: CreditNoteId
    invoice_id: InvoiceId
    invoice_number: str
    number: Number
    customer: CustomerDetails
    currency: str
    language: DocumentLanguage
    subtotal: Money
    tax_total: Money
    reason: str
    refund: RefundTarget
    return_to_stock: bool
    seller_id: str  # the seller's details as they were
    created_by: UserId | None
    issued_at: datetime

    @property
    def total(self) -> Money:
        """What it takes back."""
        return self.subtotal + self.tax_total


@dataclass(frozen=True, slots=True)
class CreditNote(CreditNoteHead):
    """A credit note with its lines; it is issued at once and never changes."""

    lines: tuple[CreditNoteLine, ...]

    @property
    def totals(self) -> Totals:
        """What it takes back."""
        return Totals(self.subtotal, self.tax_total)

    @property
    def taxes(self) -> tuple[TaxSum, ...]:
        """Each tax over all lines."""
        return tax_sums((line.taxes, line.share) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Left:
    """What earlier credit notes left of one line."""

    quantity: Decimal
    share: Share


def left_of(line: InvoiceLine, credited: Sequence[CreditNoteLine]) -> Left:
    """What is left after these lines of credit notes."""
    quantity = sum(
        (item.quantity for item in credited if item.quantity is not None), start=Decimal(0)
    )
    net = line.share.net
    taxes = list(line.share.taxes)
    for item in credited:
        net -= item.share.net
        taxes = [tax - part for tax, part in zip(taxes, item.share.taxes, strict=True)]
    return Left(line.item.quantity - quantity, Share(net, tuple(taxes)))


@dataclass(frozen=True, slots=True)
class Taken:
    """What a new credit note takes of one line."""

    line: InvoiceLine
    quantity: Decimal | None
    share: Share


def taken_by(
    credit: NewCredit, lines: Sequence[InvoiceLine], left: Mapping[LineId, Left]
) -> tuple[Taken, ...]:
    """The lines of a new credit note; raises ValidationFailed, AmountTooHigh.

    Pieces take the part k of r of what is left of their line, so that the last ones take the rest
    to the last unit. An amount is spread over what is left of all lines by largest remainder.
    """
    if credit.lines:
        taken = _by_quantity(credit.lines, {line.id: line for line in lines}, left)
    elif credit.amount is not None:
        taken = _by_amount(credit.amount, lines, left)
    else:
        taken = [Taken(line, left[line.id].quantity or None, left[line.id].share) for line in lines]
    taken = [item for item in taken if item.share.gross.minor > 0]
    if not taken:
        raise AmountTooHigh("Nothing is left to credit.")
    return tuple(taken)


def _by_quantity(
    wanted: Sequence[CreditedLine],
    lines: Mapping[LineId, InvoiceLine],
    left: Mapping[LineId, Left],
) -> list[Taken]:
    seen: set[LineId] = set()
    wrong: list[FieldError] = []
    taken: list[Taken] = []
    for place, item in enumerate(wanted):
        if item.line_id not in lines or item.line_id in seen:
            words = "The invoice has no such line, or it is named twice."
            wrong.append(FieldError(f"lines[{place}].line_id", "choice", words))
            continue
        seen.add(item.line_id)
        rest = left[item.line_id]
        if not 0 < item.quantity <= rest.quantity:
            words = f"More than 0, at most {rest.quantity.normalize():f}."
            wrong.append(FieldError(f"lines[{place}].quantity", "out_of_range", words))
            continue
        part = item.quantity / rest.quantity
        share = rest.share if part == 1 else _part(rest.share, item.quantity, rest.quantity)
        taken.append(Taken(lines[item.line_id], item.quantity, share))
    if wrong:
        raise ValidationFailed(fields=wrong)
    return taken


def _part(share: Share, quantity: Decimal, of: Decimal) -> Share:
    def cut(money: Money) -> Money:
        exact = money.minor * quantity / of
        return Money(int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)), money.currency)

    return Share(cut(share.net), tuple(cut(tax) for tax in share.taxes))


def _by_amount(
    amount: Money, lines: Sequence[InvoiceLine], left: Mapping[LineId, Left]
) -> list[Taken]:
    weights = [left[line.id].share.gross.minor for line in lines]
    if not 0 < amount.minor <= sum(weights):
        most = Money(sum(weights), amount.currency)
        raise AmountTooHigh(f"At most {most.to_wire()} {most.currency} is left to credit.")
    taken = []
    for line, part in zip(lines, apportion(amount.minor, weights), strict=True):
        share = left[line.id].share
        net, *taxes = apportion(part, [item.minor for item in (share.net, *share.taxes)])
        cut = Share(
            Money(net, amount.currency), tuple(Money(tax, amount.currency) for tax in taxes)
        )
        taken.append(Taken(line, None, cut))
    return taken
