"""Where an invoice stands: its status and its amounts, moved by one table and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from videocall.billing.errors import (
    AmountTooHigh,
    InvoiceHasPayments,
    InvoiceNotOpen,
    InvoiceTransition,
)
from videocall.core.money import Money


class InvoiceStatus(StrEnum):
    """Draft has no number; paid means that nothing is due, by payments or by credit notes."""

    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    UNCOLLECTIBLE = "uncollectible"


class Action(StrEnum):
    """What can happen to an invoice."""

    OPEN = "open"
    SETTLE = "settle"  # a payment arrived
    REVERSE = "reverse"  # a payment was taken back: a dispute
    CREDIT = "credit"
    REFUND = "refund"  # money went back to the customer
    REFUND_RETURNED = "refund_returned"  # and came back from their bank
    VOID = "void"
    WRITE_OFF = "write_off"


_DRAFT, _OPEN, _PAID = InvoiceStatus.DRAFT, InvoiceStatus.OPEN, InvoiceStatus.PAID
_VOID, _UNCOLLECTIBLE = InvoiceStatus.VOID, InvoiceStatus.UNCOLLECTIBLE

TRANSITIONS: dict[tuple[InvoiceStatus, Action], tuple[InvoiceStatus, InvoiceStatus]] = {
    # (from, what happens): (to, while something is due; to, when nothing is due)
    (_DRAFT, Action.OPEN): (_OPEN, _PAID),
    (_OPEN, Action.SETTLE): (_OPEN, _PAID),
    (_OPEN, Action.CREDIT): (_OPEN, _PAID),
    (_OPEN, Action.REVERSE): (_OPEN, _PAID),
    (_OPEN, Action.REFUND_RETURNED): (_OPEN, _PAID),
    (_OPEN, Action.VOID): (_VOID, _VOID),
    (_OPEN, Action.WRITE_OFF): (_UNCOLLECTIBLE, _UNCOLLECTIBLE),
    (_UNCOLLECTIBLE, Action.SETTLE): (_UNCOLLECTIBLE, _PAID),
    (_UNCOLLECTIBLE, Action.CREDIT): (_UNCOLLECTIBLE, _PAID),
    (_UNCOLLECTIBLE, Action.REVERSE): (_UNCOLLECTIBLE, _PAID),
    (_UNCOLLECTIBLE, Action.REFUND_RETURNED): (_UNCOLLECTIBLE, _PAID),
    (_PAID, Action.CREDIT): (_PAID, _PAID),
    (_PAID, Action.REFUND): (_PAID, _PAID),
    (_PAID, Action.REFUND_RETURNED): (_PAID, _PAID),
    (_PAID, Action.REVERSE): (_OPEN, _PAID),
}
"""All moves there are."""

_WORDS = {
    Action.OPEN: "open",
    Action.SETTLE: "paid",
    Action.REVERSE: "open",
    Action.CREDIT: "credited",
    Action.REFUND: "refunded",
    Action.REFUND_RETURNED: "paid",
    Action.VOID: "void",
    Action.WRITE_OFF: "uncollectible",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """The status with the amounts it follows from; none of them is ever negative.

    ``paid`` is what payments brought and no dispute took back; ``refunded`` is what went back.
    """

    status: InvoiceStatus
    total: Money
    paid: Money
    credited: Money
    refunded: Money

    @classmethod
    def draft(cls, total: Money) -> Standing:
        """Of an invoice that nobody has seen."""
        nothing = Money(0, total.currency)
        return cls(InvoiceStatus.DRAFT, total, nothing, nothing, nothing)

    @property
    def due(self) -> Money:
        """What is still to be paid; nothing on a void one."""
        if self.status is InvoiceStatus.VOID:
            return Money(0, self.total.currency)
        return Money(max(0, -self._surplus), self.total.currency)

    @property
    def overpaid(self) -> Money:
        """What was paid beyond what is owed: a credit note makes it, a refund takes it away."""
        if self.status in (InvoiceStatus.VOID, InvoiceStatus.DRAFT):
            return Money(0, self.total.currency)
        return Money(max(0, self._surplus), self.total.currency)

    @property
    def creditable(self) -> Money:
        """What credit notes may still take back."""
        return self.total - self.credited

    @property
    def _surplus(self) -> int:
        owed = self.total.minor - self.credited.minor
        return self.paid.minor - self.refunded.minor - owed

    def moved(self, action: Action, amount: Money | None = None) -> Standing:
        """After the action; ``amount`` for all but opening, voiding and writing off.

        Raises InvoiceTransition, InvoiceNotOpen, AmountTooHigh, InvoiceHasPayments.
        """
        goals = TRANSITIONS.get((self.status, action))
        if goals is None:
            if action is Action.SETTLE:
                raise InvoiceNotOpen
            words = f"It is {self.status.value} and can't become {_WORDS[action]}."
            raise InvoiceTransition(words)
        if action is Action.VOID and (self.paid != self.refunded or self.credited.minor):
            raise InvoiceHasPayments
        after = self if amount is None else self._with(action, amount)
        due = replace(after, status=goals[0]).due
        return replace(after, status=goals[0] if due.minor else goals[1])

    def _with(self, action: Action, amount: Money) -> Standing:
        room = {
            Action.SETTLE: self.due,
            Action.REVERSE: self.paid - self.refunded,
            Action.CREDIT: self.creditable,
            Action.REFUND: self.overpaid,
            Action.REFUND_RETURNED: self.refunded,
        }.get(action, Money(0, self.total.currency))
        if not 0 < amount.minor <= room.minor:
            raise AmountTooHigh(f"At most {room.to_wire()} {room.currency} is left.")
        if action is Action.CREDIT:
            return replace(self, credited=self.credited + amount)
        if action in (Action.REFUND, Action.REFUND_RETURNED):
            change = amount if action is Action.REFUND else -amount
            return replace(self, refunded=self.refunded + change)
        return replace(self, paid=self.paid + (amount if action is Action.SETTLE else -amount))
