"""The test provider, over its HTTP API: the process beside the application."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, TypeVar

import httpx
import msgspec
from msgspec import Meta

from videocall.billing.errors import ProviderConflict, ProviderUnavailable, WebhookInvalid
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
    Failure,
    PaymentId,
    PaymentMethod,
    Redirect,
    RefundId,
    RefundState,
    RefundStatus,
)
from videocall.core.clock import Clock
from videocall.core.logs import get_logger
from videocall.core.money import Money

_LOG = get_logger(__name__)
_TOLERANCE_SECONDS = 300
_LONGEST_WEBHOOK = 64 * 1024
_SIGNATURE_HEADER = "testpay-signature"


class _WireFailure(msgspec.Struct, frozen=True):
    code: str
    message: str


class _WireRefund(msgspec.Struct, frozen=True):
    refund_id: str
    amount: int
    status: RefundStatus
    failure: _WireFailure | None


class _WireCharge(msgspec.Struct, frozen=True):
    payment_id: str
    status: ChargeStatus
    amount: int
    currency: str
    charged: int
    refunded: int
    failure: _WireFailure | None
    page_url: str | None
    refunds: tuple[_WireRefund, ...] = ()


class _WireLedger(msgspec.Struct, frozen=True):
    charges: tuple[_WireCharge, ...]
    next_after: str | None


class _WireEvent(msgspec.Struct, frozen=True):
    id: Annotated[str, Meta(min_length=1, max_length=100)]
    type: Annotated[str, Meta(max_length=100)]
    payment_id: str | None = None
    refund_id: str | None = None


W = TypeVar("W", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A charge in the provider's own books, with its refunds by id."""

    payment_id: PaymentId
    state: ChargeState
    refunds: Mapping[RefundId, RefundState]


class TestProvider:
    """Speaks to the process at ``url``; every call ends after ``timeout`` seconds."""

    __test__ = False  # a name that pytest would collect

    method = PaymentMethod.TEST

    def __init__(self, url: str, secret: str, timeout: float, clock: Clock) -> None:
        self._url = url
        self._secret = secret
        self._timeout = timeout
        self._clock = clock
        self._client: httpx.AsyncClient | None = None

    async def start(self, order: ChargeOrder) -> ChargeState:
        answer = await self._send(
            "POST",
            "/v1/charges",
            {
                "payment_id": order.payment_id,
                "amount": order.amount.minor,
                "currency": order.amount.currency,
                "description": order.description[:500],
                "customer_id": order.customer_id,
                "return_url": order.return_url,
                "source": order.source,
            },
        )
        if answer.status_code == HTTPStatus.CONFLICT:
            raise ProviderConflict
        if answer.status_code == HTTPStatus.BAD_REQUEST:
            nothing = Money(0, order.amount.currency)
            failure = Failure("invalid_request", "The test provider refused the order.")
            return ChargeState(ChargeStatus.FAILED, order.payment_id, nothing, nothing, failure)
        return _charge_state(_read(answer, _WireCharge))

    async def look_up(self, charge: ChargeRef) -> ChargeState | None:
        answer = await self._send("GET", f"/v1/charges/{charge.payment_id}")
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return None
        return _charge_state(_read(answer, _WireCharge))

    async def cancel(self, charge: ChargeRef) -> ChargeState | None:
        answer = await self._send("POST", f"/v1/charges/{charge.payment_id}/cancel")
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return None
        return _charge_state(_read(answer, _WireCharge))

    async def refund(self, order: RefundOrder) -> RefundState:
        answer = await self._send(
            "POST",
            f"/v1/charges/{order.charge.payment_id}/refunds",
            {
                "refund_id": order.refund_id,
                "amount": order.amount.minor,
                "reason": order.reason[:500],
            },
        )
        if answer.status_code == HTTPStatus.CONFLICT:
            raise ProviderConflict
        if answer.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST):
            failure = Failure("not_refundable", "The test provider knows no such charge.")
            return RefundState(RefundStatus.FAILED, order.refund_id, order.amount, failure)
        return _refund_state(_read(answer, _WireRefund), order.amount.currency)

    async def look_up_refund(self, refund: RefundRef) -> RefundState | None:
        answer = await self._send("GET", f"/v1/refunds/{refund.refund_id}")
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return None
        return _refund_state(_read(answer, _WireRefund), refund.amount.currency)

    async def ledger(self) -> Sequence[LedgerEntry]:
        """All charges in the provider's books, by id; raises ProviderUnavailable."""
        return [entry async for entry in self.entries()]

    async def entries(self) -> AsyncIterator[LedgerEntry]:
        """The same, a page at a time."""
        after: str | None = ""
        while after is not None:
            page = _read(await self._send("GET", f"/v1/ledger?after={after}"), _WireLedger)
            for charge in page.charges:
                yield _entry(charge)
            after = page.next_after

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> ProviderEvent | None:
        if len(body) > _LONGEST_WEBHOOK:
            raise WebhookInvalid
        self._check_signature(body, headers.get(_SIGNATURE_HEADER, ""))
        try:
            event = msgspec.json.decode(body, type=_WireEvent)
        except msgspec.MsgspecError as error:
            raise WebhookInvalid from error
        if event.payment_id is None:
            return None
        return ProviderEvent(
            id=event.id,
            type=event.type,
            payment_id=PaymentId(event.payment_id),
            refund_id=RefundId(event.refund_id) if event.refund_id else None,
        )

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def _check_signature(self, body: bytes, given: str) -> None:
        parts = dict(part.partition("=")[::2] for part in given.split(","))
        moment = parts.get("t", "")
        if not (moment.isascii() and moment.isdigit()) or len(moment) > 12:
            raise WebhookInvalid
        mac = hmac.new(self._secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
        if not hmac.compare_digest(mac.hexdigest().encode(), parts.get("v1", "").encode()):
            raise WebhookInvalid
        if abs(self._clock.now().timestamp() - int(moment)) > _TOLERANCE_SECONDS:
            raise WebhookInvalid

    async def _send(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> httpx.Response:
        """An answer that was understood; every other end is an unknown outcome."""
        if self._client is None:
            self._client = httpx.AsyncClient(
                base_url=self._url,
                timeout=self._timeout,
                headers={"Authorization": f"Bearer {self._secret}"},
                trust_env=False,
            )
        try:
            answer = await self._client.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise ProviderUnavailable from error
        expected = answer.is_success or answer.status_code in (
            HTTPStatus.BAD_REQUEST,
            HTTPStatus.NOT_FOUND,
            HTTPStatus.CONFLICT,
        )
        if not expected:
            _LOG.warning("the test provider refused", status=answer.status_code, path=path)
            raise ProviderUnavailable
        return answer


def _read(answer: httpx.Response, target: type[W]) -> W:
    try:
        return msgspec.json.decode(answer.content, type=target)
    except msgspec.MsgspecError as error:
        raise ProviderUnavailable from error


def _failure(wire: _WireFailure | None) -> Failure | None:
    return Failure(wire.code, wire.message) if wire is not None else None


def _charge_state(wire: _WireCharge) -> ChargeState:
    is_asking = wire.status is ChargeStatus.REQUIRES_ACTION and wire.page_url is not None
    return ChargeState(
        status=wire.status,
        provider_reference=wire.payment_id,
        charged=Money(wire.charged, wire.currency),
        refunded=Money(wire.refunded, wire.currency),
        failure=_failure(wire.failure),
        next_action=Redirect(wire.page_url or "") if is_asking else None,
    )


def _refund_state(wire: _WireRefund, currency: str) -> RefundState:
    amount = Money(wire.amount, currency)
    return RefundState(wire.status, wire.refund_id, amount, _failure(wire.failure))


def _entry(wire: _WireCharge) -> LedgerEntry:
    refunds = {
        RefundId(item.refund_id): _refund_state(item, wire.currency) for item in wire.refunds
    }
    return LedgerEntry(PaymentId(wire.payment_id), _charge_state(wire), refunds)
