"""What the test provider does with money: the rules of charges, refunds and disputes."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import replace

from videocall.testpay.cards import (
    AUTHENTICATION_FAILED,
    CARDS,
    TRANSITIONS,
    Card,
    Status,
)
from videocall.testpay.ledger import Ledger
from videocall.testpay.model import (
    Charge,
    NewCharge,
    NewRefund,
    NotPossible,
    OrderMismatch,
    Refund,
    UnknownCharge,
)

_REFUNDABLE = (Status.SUCCEEDED, Status.DISPUTE_WON)
_UNKNOWN_CARD = ("unknown_source", "There is no such trial card.")


class Processor:
    """Every method is one durable step of the ledger, for a thread; repeats change nothing.

    ``clock`` gives Unix seconds.
    """

    def __init__(self, ledger: Ledger, clock: Callable[[], float], late_seconds: float) -> None:
        self._ledger = ledger
        self._clock = clock
        self._late_seconds = late_seconds

    def create(self, order: NewCharge) -> Charge:
        """Charge a source, or wait for the card page; raises OrderMismatch."""
        with self._ledger.transaction():
            existing = self._ledger.charge(order.payment_id)
            if existing is not None:
                if not existing.is_same_order(order):
                    raise OrderMismatch
                return existing
            charge = self._new(order)
            self._ledger.put_charge(charge)
            if order.source is None:
                return charge
            card = CARDS.get(order.source)
            if card is None:
                return self._move(charge, Status.FAILED, failure=_UNKNOWN_CARD)
            return self._charge_card(charge, card)

    def use_card(self, token: str, card: Card) -> Charge:
        """Charge this card for what the page shows; raises UnknownCharge, NotPossible."""
        with self._ledger.transaction():
            charge = self._of_page(token)
            if charge.status is not Status.REQUIRES_ACTION or charge.waits_for_second_step:
                raise NotPossible
            return self._charge_card(charge, card)

    def confirm(self, token: str, *, is_accepted: bool) -> Charge:
        """Take the payer's answer of the second step; raises UnknownCharge, NotPossible."""
        with self._ledger.transaction():
            charge = self._of_page(token)
            if not charge.waits_for_second_step:
                raise NotPossible
            if is_accepted:
                return self._move(charge, Status.SUCCEEDED)
            return self._move(charge, Status.FAILED, failure=AUTHENTICATION_FAILED)

    def cancel(self, payment_id: str) -> Charge:
        """Stop an open charge; one that is over stays as it is. Raises UnknownCharge."""
        with self._ledger.transaction():
            charge = self._known(payment_id)
            if Status.CANCELLED in TRANSITIONS.get(charge.status, ()):
                return self._move(charge, Status.CANCELLED)
            return charge

    def refund(self, order: NewRefund) -> Refund:
        """Give back; never more than is left. Raises UnknownCharge, OrderMismatch."""
        with self._ledger.transaction():
            charge = self._known(order.payment_id)
            existing = self._ledger.refund(order.refund_id)
            if existing is not None:
                same = (existing.payment_id, existing.amount) == (order.payment_id, order.amount)
                if not same:
                    raise OrderMismatch
                return existing
            failure = _why_not(charge, order.amount)
            refund = Refund(
                refund_id=order.refund_id,
                payment_id=order.payment_id,
                amount=order.amount,
                reason=order.reason,
                status="failed" if failure else "succeeded",
                failure_code=failure[0] if failure else None,
                failure_message=failure[1] if failure else None,
                created_at=self._clock(),
            )
            self._ledger.add_refund(refund)
            if not failure:
                after = replace(charge, refunded=charge.refunded + order.amount)
                self._ledger.put_charge(after)
            self._tell(charge, f"refund.{refund.status}", refund.refund_id)
            return refund

    def dispute(self, payment_id: str, to: Status) -> Charge:
        """Open a dispute, or decide one; raises UnknownCharge, NotPossible."""
        with self._ledger.transaction():
            charge = self._known(payment_id)
            if charge.status is to:
                return charge
            if to not in TRANSITIONS.get(charge.status, ()):
                raise NotPossible
            return self._move(charge, to)

    def do_what_is_due(self) -> None:
        """Let late cards succeed and disputed ones be disputed."""
        with self._ledger.transaction():
            for charge in self._ledger.charges_due(self._clock()):
                to = charge.later
                if to is not None and to in TRANSITIONS.get(charge.status, ()):
                    self._move(charge, to)
                else:
                    self._ledger.put_charge(replace(charge, later=None, later_at=None))

    def _new(self, order: NewCharge) -> Charge:
        return Charge(
            payment_id=order.payment_id,
            token=secrets.token_urlsafe(18),
            amount=order.amount,
            currency=order.currency,
            description=order.description,
            customer_id=order.customer_id,
            return_url=order.return_url,
            source=order.source,
            card=None,
            status=Status.REQUIRES_ACTION,
            failure_code=None,
            failure_message=None,
            charged=0,
            refunded=0,
            later=None,
            later_at=None,
            created_at=self._clock(),
        )

    def _charge_card(self, charge: Charge, card: Card) -> Charge:
        charge = replace(charge, card=card.source)
        later = card.later
        return self._move(charge, card.status, failure=card.failure, later=later)

    def _move(
        self,
        charge: Charge,
        to: Status,
        *,
        failure: tuple[str, str] | None = None,
        later: Status | None = None,
    ) -> Charge:
        moved = replace(
            charge,
            status=to,
            failure_code=failure[0] if failure else None,
            failure_message=failure[1] if failure else None,
            charged=charge.amount if to is Status.SUCCEEDED else charge.charged,
            later=later,
            later_at=self._clock() + self._late_seconds if later else None,
        )
        self._ledger.put_charge(moved)
        self._tell(moved, f"charge.{to}")
        return moved

    def _tell(self, charge: Charge, what: str, refund_id: str | None = None) -> None:
        now = self._clock()
        body = json.dumps(
            {
                "id": f"evt_{secrets.token_hex(12)}",
                "type": what,
                "created": int(now),
                "payment_id": charge.payment_id,
                "refund_id": refund_id,
            }
        ).encode()
        card = CARDS.get(charge.card or "")
        for _ in range(card.webhook_copies if card else 1):
            self._ledger.add_webhook(body, now)

    def _known(self, payment_id: str) -> Charge:
        charge = self._ledger.charge(payment_id)
        if charge is None:
            raise UnknownCharge
        return charge

    def _of_page(self, token: str) -> Charge:
        charge = self._ledger.charge_of_page(token)
        if charge is None:
            raise UnknownCharge
        return charge


def _why_not(charge: Charge, amount: int) -> tuple[str, str] | None:
    if charge.status not in _REFUNDABLE:
        return "not_refundable", f"A charge that is {charge.status} can't be refunded."
    if amount > charge.charged - charge.refunded:
        return "amount_too_high", "More than is left of the charge."
    return None
