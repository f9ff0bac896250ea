"""What can go wrong with invoices, payments and the wallet."""

from __future__ import annotations

from videocall.core.errors import DomainError, Kind


class ProviderUnavailable(DomainError):
    """The payment provider did not answer: whether money moved is not known yet."""

    code = "billing.provider_unavailable"
    kind = Kind.UNAVAILABLE
    title = "The payment provider does not answer"
    detail = "Nothing is lost: try again in a moment with the same Idempotency-Key."


class ProviderConflict(DomainError):
    """The provider knows this payment with another amount."""

    code = "billing.provider_conflict"
    kind = Kind.CONFLICT
    title = "The payment provider knows this payment differently"
    detail = "Start a new payment."


class WebhookInvalid(DomainError):
    """The webhook is not signed by the provider, too old, or not readable."""

    code = "billing.webhook_invalid"
    kind = Kind.MALFORMED
    title = "The webhook is not signed by the payment provider"
    detail = "Check the webhook secret and the clock of this server."


class IdempotencyMismatch(DomainError):
    """The key was used for another request."""

    code = "billing.idempotency_mismatch"
    kind = Kind.INVALID
    title = "This Idempotency-Key belongs to another request"
    detail = "Send the request exactly as before, or take a new key for a new request."


class IdempotencyInFlight(DomainError):
    """The request with this key is still running."""

    code = "billing.idempotency_in_flight"
    kind = Kind.CONFLICT
    title = "This request is still running"
    detail = "Send it again with the same key after the seconds of Retry-After."

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class PaymentNotFound(DomainError):
    """There is no such payment, or it is somebody else's."""

    code = "billing.payment_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such payment"
    detail = "Check the address."


class TopUpNotFound(DomainError):
    """There is no such top-up, or it is somebody else's."""

    code = "billing.top_up_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such top-up"
    detail = "Check the address."


class PaymentTransition(DomainError):
    """The payment is in a state that does not allow this."""

    code = "billing.payment_transition"
    kind = Kind.CONFLICT
    title = "The payment can't be changed like this any more"


class CardDeclined(DomainError):
    """The provider refused to charge; the failed payment stays in the list of payments."""

    code = "billing.card_declined"
    kind = Kind.PAYMENT_REQUIRED
    title = "The payment was declined"

    def __init__(self, payment_id: str, reason: str) -> None:
        self.payment_id = payment_id
        self.headers = {"Payment-Id": payment_id}
        super().__init__(reason)


class MethodUnavailable(DomainError):
    """The way to pay is switched off or not set up."""

    code = "billing.method_unavailable"
    kind = Kind.CONFLICT
    title = "This way to pay is not available"
    detail = "Choose another one from the list of payment methods."


class RefundNotFound(DomainError):
    """There is no such refund."""

    code = "billing.refund_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such refund"
    detail = "Check the address."


class RefundTransition(DomainError):
    """Only a failed refund can be tried again."""

    code = "billing.refund_transition"
    kind = Kind.CONFLICT
    title = "The refund can't be changed like this any more"


class CheckoutNotFound(DomainError):
    """There is no such checkout, or it is somebody else's."""

    code = "billing.checkout_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such checkout"
    detail = "Check the address."


class CheckoutOver(DomainError):
    """The checkout is not waiting for money any more."""

    code = "billing.checkout_over"
    kind = Kind.CONFLICT
    title = "This checkout is over"
    detail = "Begin a new one; nothing was charged for this one that does not come back."


class PriceChanged(DomainError):
    """The total is not the one that the customer was shown."""

    code = "billing.price_changed"
    kind = Kind.CONFLICT
    title = "The price has changed"


class InvoiceNotFound(DomainError):
    """There is no such invoice, or none for this person: the answer does not tell which."""

    code = "billing.invoice_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such invoice"
    detail = "Check the link, or sign in with the account that it was made out to."


class InvoiceNotDraft(DomainError):
    """An invoice with a number does not change."""

    code = "billing.invoice_not_draft"
    kind = Kind.CONFLICT
    title = "The invoice is no longer a draft"
    detail = "It has a number and stays as it is. Correct it with a credit note."


class InvoiceNotOpen(DomainError):
    """Nothing can be paid: it is a draft, paid or void."""

    code = "billing.invoice_not_open"
    kind = Kind.CONFLICT
    title = "There is nothing to pay on this invoice"
    detail = "Only an open invoice is paid. Look at its status."


class InvoiceTransition(DomainError):
    """The status does not allow this move; the detail says from and to."""

    code = "billing.invoice_transition"
    kind = Kind.CONFLICT
    title = "The status of the invoice does not allow this"


class InvoiceHasPayments(DomainError):
    """Something was paid or credited, so that voiding would hide it."""

    code = "billing.invoice_has_payments"
    kind = Kind.CONFLICT
    title = "Something was paid or credited already"
    detail = "Give a credit note for the rest instead."


class AmountTooHigh(DomainError):
    """More than what is due, or than what is left to credit."""

    code = "billing.amount_too_high"
    kind = Kind.CONFLICT
    title = "The amount is too high"
    detail = "Take at most what is left."


class SellerIncomplete(DomainError):
    """An invoice needs the seller's name and address."""

    code = "billing.seller_incomplete"
    kind = Kind.CONFLICT
    title = "The seller's details are missing"
    detail = "An administrator fills in name and address in the settings of billing."


class NumberTaken(DomainError):
    """A changed format gives a number that an older document has."""

    code = "billing.number_taken"
    kind = Kind.CONFLICT
    title = "Another document has this number"
    detail = "An administrator chooses a format of numbers that was not used before."


class CreditNoteNotFound(DomainError):
    """There is no such credit note, or none for this person."""

    code = "billing.credit_note_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such credit note"
    detail = "Check the link, or sign in with the account that it was made out to."


class TaxNotFound(DomainError):
    """There is no such tax."""

    code = "billing.tax_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such tax"
    detail = "Look at the list of taxes; an archived one is not changed."


class LogoNotFound(DomainError):
    """The seller has no logo."""

    code = "billing.logo_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no logo"
    detail = "An administrator uploads one in the settings of billing."


class DocumentUnavailable(DomainError):
    """The PDF could not be made."""

    code = "billing.document_unavailable"
    kind = Kind.UNAVAILABLE
    title = "The document could not be made"
    detail = "Try again in a moment. The administrator finds the reason in the log."


class InsufficientFunds(DomainError):
    """The wallet has less than is asked for."""

    code = "billing.insufficient_funds"
    kind = Kind.CONFLICT
    title = "There is not enough in the wallet"
    detail = "Top up, or pay in another way."


class WalletFull(DomainError):
    """The balance would be more than can be counted exactly."""

    code = "billing.wallet_full"
    kind = Kind.CONFLICT
    title = "The wallet holds no more"
    detail = "Spend something first."


class WalletNotFound(DomainError):
    """There is no such customer, or the wallet is somebody else's."""

    code = "billing.wallet_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such wallet"
    detail = "Check the address."


class WalletReferenceUsed(DomainError):
    """A movement with this reference exists and is a different one."""

    code = "billing.wallet_reference_used"
    kind = Kind.CONFLICT
    title = "This was booked with another amount"
    detail = "Look at the statement of the wallet before trying again."


class HoldNotFound(DomainError):
    """Nothing was ever set aside under this id."""

    code = "billing.hold_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such hold"
    detail = "Begin a new one."


class HoldOver(DomainError):
    """The hold ended: it was captured, released, or its time was over."""

    code = "billing.hold_over"
    kind = Kind.CONFLICT
    title = "This hold is over"
    detail = "Begin a new one."


class CaptureTooHigh(DomainError):
    """More is to be taken than was set aside."""

    code = "billing.capture_too_high"
    kind = Kind.CONFLICT
    title = "This is more than the hold has"


class StatementTooLong(DomainError):
    """The range has more movements than one statement shows."""

    code = "billing.statement_too_long"
    kind = Kind.INVALID
    title = "This range has too many movements for one statement"
    detail = "Ask for a shorter range."


class LetterOvertaken(DomainError):
    """What the letter asks for is not owed any more."""

    code = "billing.letter_overtaken"
    kind = Kind.CONFLICT
    title = "Nothing is owed any more"
    detail = "The letter was not sent."


class LetterHasNoAddress(DomainError):
    """The customer's account is gone, so nothing can be sent."""

    code = "billing.letter_has_no_address"
    kind = Kind.NOT_FOUND
    title = "The customer has no address any more"
    detail = "Nothing was sent. Reach the customer in another way."


class PaymentUnderWay(AmountTooHigh):
    """Another payment of the same invoice is not finished, and both together are too much."""
