"""What the billing domain tells: ids and amounts in minor units, no names or addresses."""

from __future__ import annotations

from videocall.billing.model.charges import PaymentMethod
from videocall.billing.model.checkouts import Checkout
from videocall.billing.model.payments import Payment
from videocall.billing.model.refunds import Refund
from videocall.core.events.model import NewEvent


def payment_stream(payment_id: str) -> str:
    """The stream of one payment."""
    return f"payment:{payment_id}"


def payment_started(payment: Payment) -> NewEvent:
    """Somebody began to pay."""
    return NewEvent("billing.payment_started.v1", _payment_data(payment))


def payment_moved(payment: Payment) -> NewEvent:
    """A payment came into another state."""
    return NewEvent(f"billing.payment_{payment.state.value}.v1", _payment_data(payment))


def withdrawal_short(payment: Payment) -> NewEvent:
    """A top-up was disputed when its money was spent: so much is missing in the wallet."""
    return NewEvent("billing.withdrawal_short.v1", _payment_data(payment))


def refund_stream(refund_id: str) -> str:
    """The stream of one refund."""
    return f"refund:{refund_id}"


def refund_moved(refund: Refund) -> NewEvent:
    """A refund was asked for (pending), is done, or failed."""
    return NewEvent(
        f"billing.refund_{refund.state.value}.v1",
        {
            "refund_id": refund.id,
            "payment_id": refund.payment_id,
            "invoice_id": refund.invoice_id,
            "credit_note_id": refund.credit_note_id,
            "method": refund.method.value,
            "amount": refund.amount.minor,
            "currency": refund.amount.currency,
        },
    )


def checkout_stream(checkout_id: str) -> str:
    """The stream of one checkout."""
    return f"checkout:{checkout_id}"


def checkout_moved(checkout: Checkout) -> NewEvent:
    """A checkout came into another state."""
    return NewEvent(
        f"billing.checkout_{checkout.state.value}.v1",
        {
            "checkout_id": checkout.id,
            "customer_id": checkout.customer_id,
            "invoice_id": checkout.invoice_id,
        },
    )


def method_switched(method: PaymentMethod, *, is_enabled: bool) -> NewEvent:
    """An administrator changed a way to pay."""
    return NewEvent(
        "billing.payment_method_changed.v1", {"method": method.value, "enabled": is_enabled}
    )


def _payment_data(payment: Payment) -> dict[str, str | int | None]:
    return {
        "payment_id": payment.id,
        "invoice_id": payment.invoice_id,
        "customer_id": payment.customer_id,
        "method": payment.method.value,
        "amount": payment.amount.minor,
        "applied": payment.applied.minor,
        "refunded": payment.refunded.minor,
        "currency": payment.amount.currency,
    }
