"""Shapes of payments, top-ups and ways to pay."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from videocall.billing.interfaces.payments import MethodView, PaymentView, PayOrder, TopUpOrder
from videocall.billing.model.charges import (
    ClientSecret,
    Instructions,
    NextAction,
    PaymentMethod,
    Redirect,
)
from videocall.billing.model.payments import PaymentState, Purpose
from videocall.billing.schema.rules import Rules
from videocall.core.http.amounts import WireAmount, amount_rule

Source = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=255,
        description="What to charge at once: a card of the test provider, a Stripe payment method.",
        examples=["card_ok"],
    ),
]
ReturnUrl = Annotated[
    str,
    Meta(
        max_length=2000,
        pattern=r"^https?://[^\s]+$",
        description="Where a hosted page leads back to, with ?payment=<id>.",
        examples=["https://calls.example.com/invoices"],
    ),
]
Note = Annotated[str, Meta(max_length=500, examples=["Transfer of 3 March"])]
Currency = Annotated[str, Meta(min_length=3, max_length=3, examples=["USD"])]


class PayerBody(msgspec.Struct, frozen=True):
    """Who pays."""

    id: str
    name: str


class PaidInvoiceBody(msgspec.Struct, frozen=True):
    """Which invoice a payment is for."""

    id: str
    number: str | None


class FailureBody(msgspec.Struct, frozen=True):
    """Why money did not move; the code is the provider's."""

    code: Annotated[str, Meta(examples=["card_declined"])]
    message: str


class RedirectBody(msgspec.Struct, frozen=True, tag_field="type", tag="redirect"):
    """Send the payer to this page."""

    url: str


class InstructionsBody(msgspec.Struct, frozen=True, tag_field="type", tag="instructions"):
    """Tell the payer how to transfer, and with what reference."""

    text: str
    reference: str


class StripeBody(msgspec.Struct, frozen=True, tag_field="type", tag="stripe"):
    """For Stripe's own library."""

    client_secret: str
    publishable_key: str


NextActionBody = RedirectBody | InstructionsBody | StripeBody


class PaymentBody(msgspec.Struct, frozen=True):
    """One attempt to pay."""

    id: str
    purpose: Purpose
    invoice: PaidInvoiceBody | None
    top_up_id: str | None
    customer: PayerBody
    method: PaymentMethod
    state: PaymentState
    amount: Annotated[str, Meta(examples=["99.99"])]
    currency: Currency
    refunded: Annotated[str, Meta(examples=["0.00"])]
    failure: FailureBody | None
    next_action: NextActionBody | None
    created_at: datetime
    succeeded_at: datetime | None

    @classmethod
    def of(cls, view: PaymentView) -> PaymentBody:
        """The payment as the API shows it."""
        payment, failure = view.payment, view.payment.failure
        is_invoice = payment.invoice_id is not None
        return cls(
            id=payment.id,
            purpose=payment.purpose,
            invoice=PaidInvoiceBody(payment.invoice_id, view.invoice_number)
            if payment.invoice_id is not None
            else None,
            top_up_id=None if is_invoice else payment.id,
            customer=PayerBody(payment.customer_id, view.customer_name),
            method=payment.method,
            state=payment.state,
            amount=payment.amount.to_wire(),
            currency=payment.amount.currency,
            refunded=payment.refunded.to_wire(),
            failure=FailureBody(failure.code, failure.message) if failure is not None else None,
            next_action=_action(payment.next_action),
            created_at=payment.created_at,
            succeeded_at=payment.succeeded_at,
        )


class PaymentPage(msgspec.Struct, frozen=True):
    """Some payments, newest first."""

    items: list[PaymentBody]
    next_cursor: str | None
    page: int | None
    has_more: bool


class PayBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to pay an invoice; without an amount all that is due."""

    payment_method: PaymentMethod
    amount: WireAmount | None = None
    source: Source | None = None
    return_url: ReturnUrl | None = None

    FIELD_RULES: ClassVar[Rules] = {"amount": amount_rule("amount")}

    def order(self) -> PayOrder:
        """The order for the service."""
        return PayOrder(self.payment_method, self.amount, self.source, self.return_url)


class ConfirmBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What arrived by transfer; without an amount all that was asked for."""

    amount: WireAmount | None = None
    note: Note = ""

    FIELD_RULES: ClassVar[Rules] = {"amount": amount_rule("amount")}


class TopUpOrderBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much to pay into the wallet, and how."""

    amount: WireAmount
    payment_method: PaymentMethod
    currency: Currency | None = None
    source: Source | None = None
    return_url: ReturnUrl | None = None

    FIELD_RULES: ClassVar[Rules] = {"amount": amount_rule("amount")}

    def order(self) -> TopUpOrder:
        """The order for the service."""
        return TopUpOrder(
            self.amount, self.currency, self.payment_method, self.source, self.return_url
        )


class TopUpBody(msgspec.Struct, frozen=True):
    """Money on its way into a wallet; it counts when the state is succeeded."""

    id: str
    state: PaymentState
    amount: Annotated[str, Meta(examples=["50.00"])]
    currency: Currency
    payment: PaymentBody

    @classmethod
    def of(cls, view: PaymentView) -> TopUpBody:
        """The top-up as the API shows it."""
        payment = PaymentBody.of(view)
        return cls(payment.id, payment.state, payment.amount, payment.currency, payment)


class TopUpPage(msgspec.Struct, frozen=True):
    """Some top-ups, newest first."""

    items: list[TopUpBody]
    next_cursor: str | None
    page: int | None
    has_more: bool


MethodKind = Literal["card", "bank_transfer", "wallet"]

_KINDS: dict[PaymentMethod, MethodKind] = {
    PaymentMethod.MANUAL: "bank_transfer",
    PaymentMethod.TEST: "card",
    PaymentMethod.STRIPE: "card",
    PaymentMethod.WALLET: "wallet",
}
_NAMES = {
    PaymentMethod.MANUAL: "Bank transfer",
    PaymentMethod.TEST: "Test card",
    PaymentMethod.STRIPE: "Card",
    PaymentMethod.WALLET: "Wallet",
}


class PaymentMethodBody(msgspec.Struct, frozen=True):
    """A way to pay; `configured`: this installation knows the provider's keys."""

    id: PaymentMethod
    kind: MethodKind
    name: str
    enabled: bool
    configured: bool
    instructions: str
    publishable_key: str | None

    @classmethod
    def of(cls, view: MethodView) -> PaymentMethodBody:
        """The way to pay as the API shows it."""
        return cls(
            id=view.method,
            kind=_KINDS[view.method],
            name=_NAMES[view.method],
            enabled=view.is_enabled,
            configured=view.is_configured,
            instructions=view.instructions,
            publishable_key=view.publishable_key,
        )


class PaymentMethodList(msgspec.Struct, frozen=True):
    """The ways to pay."""

    items: list[PaymentMethodBody]


class PaymentMethodChangeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to change of a way to pay."""

    enabled: bool | None = None
    instructions: Annotated[str, Meta(max_length=2000)] | None = None


def _action(action: NextAction | None) -> NextActionBody | None:
    match action:
        case Redirect(url):
            return RedirectBody(url)
        case Instructions(text, reference):
            return InstructionsBody(text, reference)
        case ClientSecret(secret, key):
            return StripeBody(secret, key)
        case None:
            return None
