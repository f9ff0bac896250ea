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
