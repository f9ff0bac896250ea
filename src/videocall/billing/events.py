"""What the billing domain tells: ids and amounts in minor units, no names or addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from videocall.billing.model.charges import PaymentMethod
from videocall.billing.model.checkouts import Checkout
from videocall.billing.model.credit_note import CreditNoteHead, CreditNoteId
from videocall.billing.model.invoice import Invoice, InvoiceHead, InvoiceId
from videocall.billing.model.payments import Payment
from videocall.billing.model.refunds import Refund
from videocall.billing.model.standing import Action, Standing
from videocall.billing.model.wallet import Entry, EntryKind, HoldId, Movement, Reference, Unit
from videocall.core.access import UserId
from videocall.core.events.model import EventData, NewEvent, StoredEvent
from videocall.core.money import Money

_OPENED = "billing.invoice_opened.v1"
_ACTION_OF_TYPE = {
    _OPENED: Action.OPEN,
    "billing.invoice_settled.v1": Action.SETTLE,
    "billing.invoice_reversed.v1": Action.REVERSE,
    "billing.invoice_credited.v1": Action.CREDIT,
    "billing.invoice_refunded.v1": Action.REFUND,
    "billing.invoice_refund_returned.v1": Action.REFUND_RETURNED,
    "billing.invoice_voided.v1": Action.VOID,
    "billing.invoice_written_off.v1": Action.WRITE_OFF,
}
_TYPE_OF_ACTION = {action: kind for kind, action in _ACTION_OF_TYPE.items()}


def invoice_stream(invoice_id: InvoiceId) -> str:
    """The stream of an invoice."""
    return f"invoice:{invoice_id}"


def seller_stream() -> str:
    """The stream of the seller's settings and taxes."""
    return "seller"


def invoice_drafted(invoice: Invoice) -> NewEvent:
    """Somebody wrote a draft."""
    return NewEvent("billing.invoice_drafted.v1", _facts(invoice.head))


def invoice_changed(invoice: Invoice) -> NewEvent:
    """A draft was changed."""
    return NewEvent("billing.invoice_changed.v1", _facts(invoice.head))


def invoice_deleted(invoice_id: InvoiceId) -> NewEvent:
    """A draft was thrown away."""
    return NewEvent("billing.invoice_deleted.v1", {"invoice_id": invoice_id})


def invoice_opened(head: InvoiceHead) -> NewEvent:
    """It got its number."""
    due_at = head.due_at.isoformat() if head.due_at else None
    more = {"number": head.number_text(), "due_at": due_at}
    return NewEvent(_OPENED, {**_facts(head), **more})


def invoice_moved(
    head: InvoiceHead, action: Action, amount: Money | None = None, cause: str | None = None
) -> NewEvent:
    """What happened to it; ``cause`` is the payment, credit note or refund."""
    data: EventData = {
        "invoice_id": head.id,
        "amount": amount.minor if amount else None,
        "currency": head.currency,
        "cause": cause,
        "status": head.status.value,
    }
    return NewEvent(_TYPE_OF_ACTION[action], data)


def invoice_paid(head: InvoiceHead) -> NewEvent:
    """Nothing is due any more."""
    return NewEvent("billing.invoice_paid.v1", _facts(head))


def invoice_reopened(head: InvoiceHead) -> NewEvent:
    """A payment was taken back, something is due again."""
    return NewEvent("billing.invoice_reopened.v1", _facts(head))


def invoice_reminded(invoice_id: InvoiceId, step: int) -> NewEvent:
    """A reminder was due."""
    data: EventData = {"invoice_id": invoice_id, "step": step}
    return NewEvent("billing.invoice_reminded.v1", data)


def credit_note_stream(credit_note_id: CreditNoteId) -> str:
    """The stream of a credit note."""
    return f"credit_note:{credit_note_id}"


def credit_note_issued(note: CreditNoteHead) -> NewEvent:
    """A credit note got its number."""
    data: EventData = {
        "credit_note_id": note.id,
        "invoice_id": note.invoice_id,
        "customer_id": note.customer.id,
        "number": note.number.text,
        "total": note.total.minor,
        "currency": note.currency,
    }
    return NewEvent("billing.credit_note_issued.v1", data)


def standing_of(events: Iterable[StoredEvent]) -> Standing | None:
    """Where an invoice stands, from nothing but its stream; None before it was drafted."""
    standing: Standing | None = None
    for event in events:
        if event.type in ("billing.invoice_drafted.v1", "billing.invoice_changed.v1"):
            standing = Standing.draft(_money(event.data, "total"))
        action = _ACTION_OF_TYPE.get(event.type)
        if standing is not None and action is not None:
            has_amount = event.data.get("amount") is not None
            standing = standing.moved(action, _money(event.data, "amount") if has_amount else None)
    return standing


def seller_changed() -> NewEvent:
    """The seller's details or logo changed."""
    return NewEvent("billing.seller_changed.v1", {})


def tax_changed(tax_id: str, change: str) -> NewEvent:
    """A tax was created, changed or archived."""
    return NewEvent(f"billing.tax_{change}.v1", {"tax_id": tax_id})


def _facts(head: InvoiceHead) -> EventData:
    return {
        "invoice_id": head.id,
        "customer_id": head.customer.id,
        "currency": head.currency,
        "total": head.total.minor,
        "source": head.source.value,
        "checkout_id": head.checkout_id,
    }


def _money(data: EventData, key: str) -> Money:
    value = data[key]
    if not isinstance(value, int):
        message = f"{key} of a billing event is no amount"
        raise TypeError(message)
    return Money(value, str(data["currency"]))


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


WALLET_STREAMS = "wallet:"
"""How the names of all wallets' streams begin."""

_MOVED = "billing.wallet_{}.v1"
_KIND_OF = {_MOVED.format(kind.value): kind for kind in EntryKind}


def wallet_stream(customer_id: UserId, unit: Unit) -> str:
    """The stream of one wallet: its ledger."""
    return f"{WALLET_STREAMS}{customer_id}:{unit}"


def wallet_moved(entry: Entry) -> NewEvent:
    """One movement of a wallet; amounts in minor units, or seconds for minutes."""
    movement, reference = entry.movement, entry.movement.reference
    return NewEvent(
        _MOVED.format(movement.kind.value),
        {
            "entry_id": entry.id,
            "customer_id": entry.customer_id,
            "unit": entry.unit,
            "count": movement.count,
            "missing": movement.missing,
            "hold_id": movement.hold_id,
            "until": movement.until.isoformat() if movement.until is not None else None,
            "reference_type": reference.type,
            "reference_id": reference.id,
            "reference_number": reference.number,
            "once": reference.key if movement.hold_id is None else "",
            "at": movement.at.isoformat(),
        },
    )


def movements(stored: Iterable[StoredEvent]) -> Iterator[tuple[str, Movement]]:
    """The movements of a wallet's stream, to fold, each with the id of its entry."""
    for event in stored:
        data = event.data
        until, hold_id, number = data["until"], data["hold_id"], data["reference_number"]
        movement = Movement(
            kind=_KIND_OF[event.type],
            count=_number(data, "count"),
            reference=Reference(
                type=str(data["reference_type"]),
                id=str(data["reference_id"]),
                number=str(number) if number is not None else None,
                once=str(data["once"]),
            ),
            at=datetime.fromisoformat(str(data["at"])),
            hold_id=HoldId(str(hold_id)) if hold_id is not None else None,
            until=datetime.fromisoformat(str(until)) if until is not None else None,
            missing=_number(data, "missing"),
        )
        yield str(data["entry_id"]), movement


def _number(data: EventData, key: str) -> int:
    return int(data[key] or 0)
