"""Bank transfers: nobody to ask; the seller sees the money and confirms it himself."""

from __future__ import annotations

from collections.abc import Mapping

from videocall.billing.errors import WebhookInvalid
from videocall.billing.interfaces.providers import (
    ChargeOrder,
    ChargeRef,
    ProviderEvent,
    RefundOrder,
    RefundRef,
)
from videocall.billing.model.charges import (
    ChargeState,
    ChargeStatus,
    Instructions,
    PaymentMethod,
    RefundState,
    RefundStatus,
)
from videocall.core.money import Money


class ManualProvider:
    """Keeps nothing: a transfer is pending until our own payment says otherwise.

    A refund succeeds at once, as a note that the seller sends the money; no provider can tell
    when it arrives.
    """

    method = PaymentMethod.MANUAL

    async def start(self, order: ChargeOrder) -> ChargeState:
        return _pending(order.payment_id, order.amount.currency)

    async def look_up(self, charge: ChargeRef) -> ChargeState | None:
        return _pending(charge.payment_id, charge.amount.currency)

    async def cancel(self, charge: ChargeRef) -> ChargeState | None:
        nothing = Money(0, charge.amount.currency)
        reference = transfer_reference(charge.payment_id)
        return ChargeState(ChargeStatus.CANCELLED, reference, nothing, nothing)

    async def refund(self, order: RefundOrder) -> RefundState:
        return RefundState(
            RefundStatus.SUCCEEDED, transfer_reference(order.refund_id), order.amount
        )

    async def look_up_refund(self, refund: RefundRef) -> RefundState | None:
        return RefundState(
            RefundStatus.SUCCEEDED, transfer_reference(refund.refund_id), refund.amount
        )

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> ProviderEvent | None:
        raise WebhookInvalid("Nobody sends webhooks about bank transfers.")

    async def aclose(self) -> None:
        return


def transfer_reference(identifier: str) -> str:
    """What to name in the transfer: twelve characters to type, of the random end of an UUIDv7."""
    code = identifier.replace("-", "")[-12:].upper()
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _pending(payment_id: str, currency: str) -> ChargeState:
    nothing = Money(0, currency)
    reference = transfer_reference(payment_id)
    # The seller's own words, with his bank account, are put here by whoever shows them.
    action = Instructions(text="", reference=reference)
    return ChargeState(
        ChargeStatus.PENDING, reference, charged=nothing, refunded=nothing, next_action=action
    )
