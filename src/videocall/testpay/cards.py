"""The trial cards: what each does when it is charged."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Where a charge stands."""

    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DISPUTED = "disputed"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"


TRANSITIONS = {
    Status.REQUIRES_ACTION: {
        Status.REQUIRES_ACTION,
        Status.PENDING,
        Status.SUCCEEDED,
        Status.FAILED,
        Status.CANCELLED,
    },
    Status.PENDING: {Status.SUCCEEDED, Status.FAILED, Status.CANCELLED},
    Status.SUCCEEDED: {Status.DISPUTED},
    Status.DISPUTED: {Status.DISPUTE_WON, Status.DISPUTE_LOST},
}
"""From a status to those that may follow; the others are the last ones."""


@dataclass(frozen=True, slots=True)
class Card:
    """A card: its number, the status right after the charge, and what follows by itself."""

    source: str
    number: str
    status: Status
    failure: tuple[str, str] | None = None  # code, message
    later: Status | None = None  # comes some seconds afterwards
    webhook_copies: int = 1

    @property
    def spaced(self) -> str:
        """The number as it is printed on cards."""
        return " ".join(self.number[at : at + 4] for at in range(0, len(self.number), 4))


_DECLINED = ("card_declined", "The card was declined.")
_INSUFFICIENT = ("insufficient_funds", "The card has not enough money.")
AUTHENTICATION_FAILED = ("authentication_failed", "The payer did not confirm the payment.")

_CARDS = (
    Card("card_ok", "4242424242424242", Status.SUCCEEDED),
    Card("card_declined", "4000000000000002", Status.FAILED, failure=_DECLINED),
    Card("card_insufficient", "4000000000009995", Status.FAILED, failure=_INSUFFICIENT),
    Card("card_second_step", "4000002500003155", Status.REQUIRES_ACTION),
    Card("card_late", "4000000000000077", Status.PENDING, later=Status.SUCCEEDED),
    Card("card_disputed", "4000000000000259", Status.SUCCEEDED, later=Status.DISPUTED),
    Card("card_webhook_twice", "4000000000000044", Status.SUCCEEDED, webhook_copies=2),
)
SECOND_STEP = "card_second_step"
CARDS = {card.source: card for card in _CARDS}
BY_NUMBER = {card.number: card for card in _CARDS}
