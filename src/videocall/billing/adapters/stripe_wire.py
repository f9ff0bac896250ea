"""What is read of Stripe's objects, and what it means here. No I/O.

Shapes: docs.stripe.com/api, version as pinned by the SDK.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from videocall.billing.model.charges import (
    ChargeState,
    ChargeStatus,
    ClientSecret,
    Failure,
    NextAction,
    Redirect,
    RefundState,
    RefundStatus,
)
from videocall.core.money import Money, minor_digits

PAYMENT_KEY = "payment_id"
REFUND_KEY = "refund_id"
FLOW_KEY = "flow"
SOURCE_FLOW = "source"  # charged at once with a payment method: a decline is the end of it

# docs.stripe.com/currencies: how amounts are written; the others have two decimals. ISK and UGX
# have none, and are written with two all the same.
_NO_DECIMALS = frozenset(
    "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split()  # noqa: SIM905
)
_THREE_DECIMALS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


class NotInUnits(Exception):
    """Stripe can't write this amount."""


class Redirection(msgspec.Struct, frozen=True):
    """Where a bank wants the payer."""

    url: str | None = None


class Action(msgspec.Struct, frozen=True):
    """What a PaymentIntent waits for."""

    type: str
    redirect_to_url: Redirection | None = None


class ErrorOfPayment(msgspec.Struct, frozen=True):
    """Why a payment failed."""

    code: str | None = None
    decline_code: str | None = None
    message: str | None = None


class Charge(msgspec.Struct, frozen=True):
    """The latest attempt of a PaymentIntent."""

    id: str
    amount_refunded: int = 0
    disputed: bool = False


class Intent(msgspec.Struct, frozen=True):
    """A PaymentIntent, with its latest charge expanded."""

    id: str
    amount: int
    currency: str
    status: str
    amount_received: int = 0
    client_secret: str | None = None
    latest_charge: Charge | None = None
    last_payment_error: ErrorOfPayment | None = None
    next_action: Action | None = None
    metadata: Mapping[str, str] = {}


class Session(msgspec.Struct, frozen=True):
    """A Checkout Session, with its PaymentIntent expanded."""

    id: str
    amount_total: int
    currency: str
    status: str | None = None
    url: str | None = None
    payment_intent: Intent | None = None
    metadata: Mapping[str, str] = {}


class Refund(msgspec.Struct, frozen=True):
    """A refund."""

    id: str
    amount: int
    currency: str
    status: str | None = None
    failure_reason: str | None = None
    metadata: Mapping[str, str] | None = None


class Dispute(msgspec.Struct, frozen=True):
    """A dispute."""

    id: str
    status: str


class EventObject(msgspec.Struct, frozen=True):
    """What an event is about: its own id, and the ids in it that lead to a payment."""

    id: str = ""
    object: str = ""
    payment_intent: str | None = None
    metadata: Mapping[str, str] | None = None


class EventData(msgspec.Struct, frozen=True):
    """The envelope of an event's object."""

    object: EventObject


class Event(msgspec.Struct, frozen=True):
    """A webhook."""

    id: str
    type: str
    data: EventData


def to_units(money: Money) -> int:
    """The amount as Stripe writes it; raises NotInUnits."""
    scaled = money.decimal.scaleb(_digits(money.currency))
    units = int(scaled)
    if units != scaled or (money.currency in _THREE_DECIMALS and units % 10):
        raise NotInUnits
    return units


def from_units(units: int, currency: str) -> Money:
    """An amount of Stripe's."""
    code = currency.upper()
    return Money.rounded(Decimal(units).scaleb(-_digits(code)), code)


def session_state(session: Session, intent_state: ChargeState | None) -> ChargeState:
    """A Checkout Session; ``intent_state``: of its PaymentIntent, when there is one."""
    if session.status == "complete" and intent_state is not None:
        return intent_state
    nothing = from_units(0, session.currency)
    if session.status == "expired":
        return ChargeState(ChargeStatus.CANCELLED, session.id, nothing, nothing)
    if session.status == "open" and session.url:
        failure = intent_state.failure if intent_state is not None else None
        action = Redirect(session.url)
        status = ChargeStatus.REQUIRES_ACTION
        return ChargeState(status, session.id, nothing, nothing, failure, action)
    return ChargeState(ChargeStatus.PENDING, session.id, nothing, nothing)


def intent_state(
    intent: Intent, disputes: tuple[Dispute, ...], publishable_key: str
) -> ChargeState:
    """A PaymentIntent with its disputes, newest first."""
    charge = intent.latest_charge
    status = _intent_status(intent)
    if status is ChargeStatus.SUCCEEDED and disputes:
        status = _dispute_status(disputes[0])
    failure = _failure_of(intent.last_payment_error)
    has_moved = intent.amount_received > 0
    action = None
    if status is ChargeStatus.REQUIRES_ACTION:
        action = _action(intent, publishable_key)
    return ChargeState(
        status=status,
        provider_reference=intent.id,
        charged=from_units(intent.amount_received, intent.currency),
        refunded=from_units(charge.amount_refunded if charge else 0, intent.currency),
        failure=None if has_moved else failure,
        next_action=action,
    )


def refund_state(refund: Refund) -> RefundState:
    """A refund."""
    amount = from_units(refund.amount, refund.currency)
    status = {
        "succeeded": RefundStatus.SUCCEEDED,
        "failed": RefundStatus.FAILED,
        "canceled": RefundStatus.FAILED,
    }.get(refund.status or "", RefundStatus.PENDING)
    failure = None
    if status is RefundStatus.FAILED:
        reason = refund.failure_reason or refund.status or "failed"
        failure = Failure(reason, "Stripe could not give the money back.")
    return RefundState(status, refund.id, amount, failure)


def decline(code: str | None, decline_code: str | None, message: str | None) -> Failure:
    """Why a card was refused: the bank's own word where it is a common one."""
    if decline_code in ("insufficient_funds", "expired_card", "incorrect_cvc"):
        code = decline_code
    return Failure(code or "card_declined", message or "The card was declined.")


def _digits(currency: str) -> int:
    if currency in _NO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else max(2, minor_digits(currency))


def _intent_status(intent: Intent) -> ChargeStatus:
    is_source = intent.metadata.get(FLOW_KEY) == SOURCE_FLOW
    match intent.status:
        case "succeeded":
            return ChargeStatus.SUCCEEDED
        case "canceled":
            return ChargeStatus.CANCELLED
        case "requires_payment_method" if is_source:
            return ChargeStatus.FAILED
        case "requires_payment_method" | "requires_action" | "requires_confirmation":
            return ChargeStatus.REQUIRES_ACTION
        case _:
            return ChargeStatus.PENDING


def _dispute_status(dispute: Dispute) -> ChargeStatus:
    match dispute.status:
        case "won":
            return ChargeStatus.DISPUTE_WON
        case "lost":
            return ChargeStatus.DISPUTE_LOST
        case "needs_response" | "under_review":
            return ChargeStatus.DISPUTED
        case _:  # an inquiry (warning_...), or prevented: no money was taken back
            return ChargeStatus.SUCCEEDED


def _failure_of(error: ErrorOfPayment | None) -> Failure | None:
    if error is None:
        return None
    if error.code == "payment_intent_authentication_failure":
        return Failure("authentication_failed", error.message or "The payer did not confirm.")
    return decline(error.code, error.decline_code, error.message)


def _action(intent: Intent, publishable_key: str) -> NextAction | None:
    action = intent.next_action
    if action is not None and action.redirect_to_url is not None and action.redirect_to_url.url:
        return Redirect(action.redirect_to_url.url)
    if intent.client_secret is None:
        return None
    return ClientSecret(intent.client_secret, publishable_key)
