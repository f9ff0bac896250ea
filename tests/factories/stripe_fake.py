"""Stripe's API on loopback, as far as our adapter uses it; as its documentation describes it.

Form-encoded bodies, Bearer keys, idempotency keys with replay and mismatch, declines, parameters
that this version refuses, lists that page, and signed webhooks.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import stripe

Json = dict[str, Any]

_DECLINES = {
    "pm_card_chargeDeclined": ("card_declined", "generic_decline"),
    "pm_card_chargeDeclinedInsufficientFunds": ("card_declined", "insufficient_funds"),
}
_CARDS = {"pm_card_visa", "pm_card_threeDSecure2Required", "pm_card_createDispute", *_DECLINES}
_NO_LONGER = "payment_method_types_no_longer_supported"


class Refusal(Exception):
    """An error answer."""

    def __init__(self, status: int, code: str, message: str, **more: Any) -> None:
        super().__init__(message)
        kind = more.pop("type", "invalid_request_error")
        self.status = status
        self.body = {"error": {"type": kind, "code": code, "message": message, **more}}


@dataclass
class StripeFake:
    """An account. ``is_down``: every request ends without an answer; ``loses_answers``: after."""

    secret_key: str = "sk_test_fake"
    webhook_secret: str = "whsec_fake"
    url: str = ""
    is_down: bool = False
    loses_answers: int = 0
    intents: dict[str, Json] = field(default_factory=dict)
    sessions: dict[str, Json] = field(default_factory=dict)
    refunds: dict[str, Json] = field(default_factory=dict)
    disputes: dict[str, Json] = field(default_factory=dict)
    events: list[Json] = field(default_factory=list)
    requests: list[tuple[str, str, Json]] = field(default_factory=list)
    _answers: dict[str, tuple[str, Json, int, Json]] = field(default_factory=dict)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    # What a payer, a bank or Stripe does.

    def pay_session(self, session_id: str) -> Json:
        """Pay on the hosted page with a good card."""
        session = self.sessions[session_id]
        assert session["status"] == "open"
        intent = self._intent(session["amount_total"], session["currency"], session["_intent_data"])
        self._succeed(intent)
        session |= {"status": "complete", "payment_status": "paid", "payment_intent": intent["id"]}
        self._event("checkout.session.completed", session)
        return intent

    def authenticate(self, intent_id: str, *, is_accepted: bool = True) -> None:
        """Answer the bank's question."""
        intent = self.intents[intent_id]
        assert intent["status"] == "requires_action"
        intent["next_action"] = None
        if is_accepted:
            self._succeed(intent)
            return
        code = "payment_intent_authentication_failure"
        self._fail(intent, {"code": code, "message": "We are unable to authenticate."})

    def dispute(self, intent_id: str, status: str = "needs_response") -> Json:
        """Open a dispute, or move the one there is."""
        intent = self.intents[intent_id]
        intent["latest_charge"]["disputed"] = True
        found = next(
            (item for item in self.disputes.values() if item["payment_intent"] == intent_id), None
        )
        if found is None:
            found = self._object("dp", "dispute", payment_intent=intent_id, metadata={})
            self.disputes[found["id"]] = found
        found["status"] = status
        is_over = status in ("won", "lost")
        self._event(f"charge.dispute.{'closed' if is_over else 'created'}", found)
        return found

    def signed(self, event: Json, *, at: float | None = None) -> tuple[bytes, dict[str, str]]:
        """A webhook as Stripe delivers it."""
        body = json.dumps(event).encode()
        return body, self.signed_body(body, time.time() if at is None else at)

    def signed_body(self, body: bytes, at: float) -> dict[str, str]:
        """The headers of any body, signed at this moment."""
        header = stripe.WebhookSignature.generate_signature_header(
            body.decode(), self.webhook_secret, int(at)
        )
        return {"stripe-signature": header}

    def forget_keys(self) -> None:
        """What happens to idempotency keys after a day."""
        self._answers.clear()

    # The API.

    def answer(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, Json]:
        """One answer; what it changed stays, whether or not it arrives."""
        if headers.get("authorization") != f"Bearer {self.secret_key}":
            return 401, {"error": {"type": "invalid_request_error", "message": "Invalid API Key"}}
        parts = urlsplit(path)
        params = _nested(body.decode() if method == "POST" else parts.query)
        self.requests.append((method, parts.path, params))
        key = headers.get("idempotency-key", "")
        if method == "POST" and key in self._answers:
            known_path, known, status, answer = self._answers[key]
            if (known_path, known) == (parts.path, params):
                return status, answer
            message = "Keys for idempotent requests can only be used with the same parameters."
            return 400, {"error": {"type": "idempotency_error", "message": message}}
        try:
            status, answer = 200, self._route(method, parts.path.removeprefix("/v1/"), params)
        except Refusal as refusal:
            status, answer = refusal.status, refusal.body
        answer = json.loads(json.dumps(answer))
        if method == "POST" and key and (status in (200, 402)):
            self._answers[key] = (parts.path, params, status, answer)
        return status, answer

    def _route(self, method: str, path: str, params: Json) -> Json:  # noqa: C901 - a table
        match method, path.split("/"):
            case "POST", ["payment_intents"]:
                return self._create_intent(params)
            case "GET", ["payment_intents"]:
                return self._list(self.intents, params)
            case "GET", ["payment_intents", found]:
                return _one(self.intents, found)
            case "POST", ["payment_intents", found, "cancel"]:
                return self._cancel_intent(_one(self.intents, found))
            case "POST", ["checkout", "sessions"]:
                return self._create_session(params)
            case "GET", ["checkout", "sessions"]:
                return self._list(self.sessions, params, self._session_shown)
            case "GET", ["checkout", "sessions", found]:
                return self._session_shown(_one(self.sessions, found))
            case "POST", ["checkout", "sessions", found, "expire"]:
                return self._expire(_one(self.sessions, found))
            case "POST", ["refunds"]:
                return self._create_refund(params)
            case "GET", ["refunds"]:
                return self._list(self.refunds, params)
            case "GET", ["refunds", found]:
                return _one(self.refunds, found)
            case "GET", ["disputes"]:
                return self._list(self.disputes, params)
        raise Refusal(404, "url_invalid", f"Unrecognized request URL ({method}: {path})")

    def _create_intent(self, params: Json) -> Json:
        _check_types(params)
        intent = self._intent(int(params["amount"]), params["currency"], params)
        self._event("payment_intent.created", intent)
        if params.get("confirm") == "true":
            self._confirm(intent, params["payment_method"], params.get("return_url"))
        return intent

    def _confirm(self, intent: Json, card: str, return_url: str | None) -> None:
        if card not in _CARDS:
            del self.intents[intent["id"]]
            raise Refusal(400, "resource_missing", f"No such PaymentMethod: '{card}'")
        if card in _DECLINES:
            code, decline_code = _DECLINES[card]
            error = {
                "code": code,
                "decline_code": decline_code,
                "message": "Your card was declined.",
            }
            self._fail(intent, error)
            raise Refusal(402, code, error["message"], type="card_error",
                          decline_code=decline_code, payment_intent=intent)  # fmt: skip
        if card == "pm_card_threeDSecure2Required":
            intent["status"] = "requires_action"
            to = {"url": "https://hooks.stripe.com/3ds", "return_url": return_url}
            intent["next_action"] = (
                {"type": "redirect_to_url", "redirect_to_url": to}
                if return_url
                else {"type": "use_stripe_sdk", "use_stripe_sdk": {}}
            )
            self._event("payment_intent.requires_action", intent)
            return
        self._succeed(intent)
        if card == "pm_card_createDispute":
            self.dispute(intent["id"])

    def _create_session(self, params: Json) -> Json:
        _check_types(params)
        item = params["line_items"]["0"]
        price = item["price_data"]
        session = self._object(
            "cs_test",
            "checkout.session",
            amount_total=int(price["unit_amount"]) * int(item["quantity"]),
            currency=price["currency"],
            status="open",
            payment_status="unpaid",
            payment_intent=None,
            metadata=params.get("metadata", {}),
            success_url=params["success_url"],
            _intent_data=params.get("payment_intent_data", {}),
        )
        session["url"] = f"https://checkout.stripe.com/c/pay/{session['id']}"
        self.sessions[session["id"]] = session
        return self._session_shown(session)

    def _session_shown(self, session: Json) -> Json:
        intent = self.intents.get(session["payment_intent"] or "")
        shown = {name: value for name, value in session.items() if not name.startswith("_")}
        url = session["url"] if session["status"] == "open" else None
        return shown | {"payment_intent": intent, "url": url}

    def _expire(self, session: Json) -> Json:
        if session["status"] != "open":
            raise Refusal(400, "", "Only Checkout Sessions with a status of open can be expired.")
        session["status"] = "expired"
        self._event("checkout.session.expired", session)
        return self._session_shown(session)

    def _cancel_intent(self, intent: Json) -> Json:
        if intent["status"] in ("succeeded", "canceled"):
            message = (
                f"You cannot cancel this PaymentIntent: it has a status of {intent['status']}."
            )
            raise Refusal(400, "payment_intent_unexpected_state", message)
        intent |= {"status": "canceled", "next_action": None}
        self._event("payment_intent.canceled", intent)
        return intent

    def _create_refund(self, params: Json) -> Json:
        intent = _one(self.intents, params["payment_intent"])
        charge = intent["latest_charge"]
        amount = int(params["amount"])
        left = intent["amount_received"] - (charge["amount_refunded"] if charge else 0)
        if left == 0:
            raise Refusal(400, "charge_already_refunded", "Charge has already been refunded.")
        if amount > left:
            message = f"Refund amount ({amount}) is greater than unrefunded amount ({left})"
            raise Refusal(400, "", message, param="amount")
        charge["amount_refunded"] += amount
        refund = self._object(
            "re",
            "refund",
            amount=amount,
            currency=intent["currency"],
            status="succeeded",
            payment_intent=intent["id"],
            metadata=params.get("metadata", {}),
        )
        self.refunds[refund["id"]] = refund
        self._event("refund.created", refund)
        return refund

    def _intent(self, amount: int, currency: str, params: Json) -> Json:
        intent = self._object(
            "pi",
            "payment_intent",
            amount=amount,
            amount_received=0,
            currency=currency,
            status="requires_payment_method",
            latest_charge=None,
            last_payment_error=None,
            next_action=None,
            metadata=params.get("metadata", {}),
        )
        intent["client_secret"] = f"{intent['id']}_secret_x"
        self.intents[intent["id"]] = intent
        return intent

    def _succeed(self, intent: Json) -> None:
        charge = self._object("ch", "charge", amount_refunded=0, disputed=False)
        intent |= {
            "status": "succeeded",
            "amount_received": intent["amount"],
            "latest_charge": charge,
        }
        self._event("payment_intent.succeeded", intent)

    def _fail(self, intent: Json, error: Json) -> None:
        intent |= {"status": "requires_payment_method", "last_payment_error": error}
        self._event("payment_intent.payment_failed", intent)

    def _object(self, prefix: str, kind: str, **more: Any) -> Json:
        number = next(self._numbers)
        return {"id": f"{prefix}_{number:06d}", "object": kind, "created": int(time.time()), **more}

    def _event(self, kind: str, about: Json) -> None:
        shown = {name: value for name, value in about.items() if not name.startswith("_")}
        event = self._object("evt", "event", type=kind, data={"object": shown})
        self.events.append(json.loads(json.dumps(event)))

    def _list(
        self, objects: dict[str, Json], params: Json, show: Callable[[Json], Json] = lambda it: it
    ) -> Json:
        """Newest first."""
        since = int(params.get("created", {}).get("gte", 0))
        intent = params.get("payment_intent")
        found = [
            item
            for item in reversed(objects.values())
            if item["created"] >= since and (intent is None or item["payment_intent"] == intent)
        ]
        if "starting_after" in params:
            at = next(i for i, item in enumerate(found) if item["id"] == params["starting_after"])
            found = found[at + 1 :]
        limit = int(params.get("limit", 10))
        data = [show(item) for item in found[:limit]]
        return {"object": "list", "data": data, "has_more": len(found) > limit, "url": "/v1/x"}


def _one(objects: dict[str, Json], identifier: str) -> Json:
    if identifier not in objects:
        raise Refusal(404, "resource_missing", f"No such object: '{identifier}'")
    return objects[identifier]


def _check_types(params: Json) -> None:
    if "payment_method_types" in params:
        raise Refusal(400, _NO_LONGER, "payment_method_types is no longer supported.")


def _nested(text: str) -> Json:
    """``a[b][0]=c`` as nested mappings."""
    result: Json = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        path = name.replace("]", "").split("[")
        node = result
        for part in path[:-1]:
            node = node.setdefault(part, {})
        node[path[-1]] = value
    return result
