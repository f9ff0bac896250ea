"""The API of the test provider, for the application alone: JSON, opened by the shared secret."""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from videocall.core.money import InvalidMoney, minor_digits
from videocall.testpay.asgi import Request, Response, error_response, json_response
from videocall.testpay.cards import Status
from videocall.testpay.config import TestpayConfig
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
from videocall.testpay.processor import Processor

Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Amount = Annotated[int, Meta(gt=0, le=10**15)]
Text = Annotated[str, Meta(max_length=500)]
_LEDGER_PAGE = 200
_HOST = re.compile(r"[A-Za-z0-9.:\[\]_-]+")  # nothing that could be another word of a CSP
B = TypeVar("B", bound=msgspec.Struct)


class ChargeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A charge to make."""

    payment_id: Id
    amount: Amount
    currency: Annotated[str, Meta(min_length=3, max_length=3)]
    description: Text = ""
    customer_id: Text = ""
    return_url: Annotated[str, Meta(max_length=2000)] | None = None
    source: Annotated[str, Meta(max_length=100)] | None = None


class RefundBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A refund to make."""

    refund_id: Id
    amount: Amount
    reason: Text = ""


class DisputeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A dispute to open (pending) or to decide."""

    outcome: str = "pending"


_OUTCOMES = {
    "pending": Status.DISPUTED,
    "won": Status.DISPUTE_WON,
    "lost": Status.DISPUTE_LOST,
}


@dataclass(frozen=True, slots=True)
class Api:
    """Answers what is below /v1. ``port``: the one really listened on."""

    config: TestpayConfig
    ledger: Ledger
    processor: Processor
    wake: Callable[[], None]
    port: Callable[[], int]

    async def answer(self, request: Request) -> Response:
        """One answer; every failure has a code."""
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {self.config.secret}".encode()):
            return error_response(HTTPStatus.UNAUTHORIZED, "unauthorized", "Send the secret.")
        try:
            return await self._route(request)
        except msgspec.MsgspecError as error:
            return error_response(HTTPStatus.BAD_REQUEST, "invalid_request", str(error))
        except UnknownCharge:
            return error_response(HTTPStatus.NOT_FOUND, "not_found", "There is no such charge.")
        except OrderMismatch:
            message = "This id was used for something else."
            return error_response(HTTPStatus.CONFLICT, "id_mismatch", message)
        except NotPossible:
            message = "The charge is in no state for this."
            return error_response(HTTPStatus.CONFLICT, "not_possible", message)

    async def _route(self, request: Request) -> Response:
        handlers: dict[tuple[str, str, str], Callable[[Request, str], Awaitable[Response]]] = {
            ("POST", "charges", ""): self._create,
            ("GET", "charges", ""): self._charge,
            ("POST", "charges", "cancel"): self._cancel,
            ("POST", "charges", "refunds"): self._refund,
            ("POST", "charges", "dispute"): self._dispute,
            ("GET", "refunds", ""): self._refund_state,
            ("GET", "ledger", ""): self._page_of_ledger,
        }
        parts = [*request.path.removeprefix("/v1/").split("/"), "", ""]
        handler = handlers.get((request.method, parts[0], parts[2]))
        if handler is None:
            return error_response(HTTPStatus.NOT_FOUND, "not_found", "There is nothing here.")
        return await handler(request, parts[1])

    async def _create(self, request: Request, _id: str) -> Response:
        body = _body(request, ChargeBody)
        problem = _what_is_wrong(body)
        if problem:
            return error_response(HTTPStatus.BAD_REQUEST, "invalid_request", problem)
        order = NewCharge(**msgspec.structs.asdict(body))
        charge = await asyncio.to_thread(self.processor.create, order)
        await self._booked()
        return json_response(self._shown(charge), HTTPStatus.CREATED)

    async def _charge(self, _request: Request, payment_id: str) -> Response:
        charge = await asyncio.to_thread(self.ledger.charge, payment_id)
        if charge is None:
            raise UnknownCharge
        return json_response(self._shown(charge))

    async def _cancel(self, _request: Request, payment_id: str) -> Response:
        charge = await asyncio.to_thread(self.processor.cancel, payment_id)
        self.wake()
        return json_response(self._shown(charge))

    async def _refund(self, request: Request, payment_id: str) -> Response:
        body = _body(request, RefundBody)
        order = NewRefund(body.refund_id, payment_id, body.amount, body.reason)
        refund = await asyncio.to_thread(self.processor.refund, order)
        await self._booked()
        return json_response(_refund_shown(refund), HTTPStatus.CREATED)

    async def _refund_state(self, _request: Request, refund_id: str) -> Response:
        refund = await asyncio.to_thread(self.ledger.refund, refund_id)
        if refund is None:
            raise UnknownCharge
        return json_response(_refund_shown(refund))

    async def _dispute(self, request: Request, payment_id: str) -> Response:
        outcome = _OUTCOMES.get(_body(request, DisputeBody).outcome)
        if outcome is None:
            message = f"outcome is one of {', '.join(_OUTCOMES)}"
            return error_response(HTTPStatus.BAD_REQUEST, "invalid_request", message)
        charge = await asyncio.to_thread(self.processor.dispute, payment_id, outcome)
        self.wake()
        return json_response(self._shown(charge))

    async def _page_of_ledger(self, request: Request, _id: str) -> Response:
        after = request.query.get("after", "")
        charges = await asyncio.to_thread(self.ledger.charges_after, after, _LEDGER_PAGE)
        shown = []
        for charge in charges:
            refunds = await asyncio.to_thread(self.ledger.refunds_of, charge.payment_id)
            shown.append(self._shown(charge) | {"refunds": [_refund_shown(r) for r in refunds]})
        after = charges[-1].payment_id if len(charges) == _LEDGER_PAGE else ""
        return json_response({"charges": shown, "next_after": after or None})

    async def _booked(self) -> None:
        """Between the ledger and the answer: where a fault test ends the application."""
        self.wake()
        if self.config.delay_seconds:
            await asyncio.sleep(self.config.delay_seconds)

    def _shown(self, charge: Charge) -> dict[str, object]:
        return {
            "payment_id": charge.payment_id,
            "status": charge.status,
            "amount": charge.amount,
            "currency": charge.currency,
            "charged": charge.charged,
            "refunded": charge.refunded,
            "failure": _failure(charge.failure_code, charge.failure_message),
            "page_url": self._page_url(charge) if charge.status is Status.REQUIRES_ACTION else None,
            "created": int(charge.created_at),
        }

    def _page_url(self, charge: Charge) -> str:
        return f"{self._base_url(charge.return_url)}/pay/{charge.token}"

    def _base_url(self, return_url: str | None) -> str:
        if self.config.public_url:
            return self.config.public_url
        # Whoever reached the shop under that name reaches this machine under it, too.
        host = urlsplit(return_url).hostname if return_url else None
        shown = self.config.local_host if host is None else host
        bracketed = f"[{shown}]" if ":" in shown and not shown.startswith("[") else shown
        return f"http://{bracketed}:{self.port()}"


def _body(request: Request, target: type[B]) -> B:
    return msgspec.json.decode(request.body or b"{}", type=target)


def _what_is_wrong(body: ChargeBody) -> str:
    try:
        minor_digits(body.currency)
    except InvalidMoney as error:
        return str(error)
    if body.return_url is not None and not is_web_address(body.return_url):
        return "return_url is an http(s) address"
    return ""


def is_web_address(url: str) -> bool:
    """Whether a browser may be sent there: http or https, with a host, of printable ASCII."""
    if not url.isascii() or not url.isprintable() or any(mark in url for mark in " \"'<>\\"):
        return False
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and _HOST.fullmatch(parts.netloc) is not None


def _refund_shown(refund: Refund) -> dict[str, object]:
    return {
        "refund_id": refund.refund_id,
        "payment_id": refund.payment_id,
        "amount": refund.amount,
        "status": refund.status,
        "failure": _failure(refund.failure_code, refund.failure_message),
        "created": int(refund.created_at),
    }


def _failure(code: str | None, message: str | None) -> dict[str, str] | None:
    return {"code": code, "message": message or code} if code else None
