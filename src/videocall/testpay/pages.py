"""The hosted card page: pick a card, confirm the second step, go back to the shop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from html import escape
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from videocall.testpay.asgi import Request, Response
from videocall.testpay.cards import BY_NUMBER, CARDS, Status
from videocall.testpay.layout import document, security_headers
from videocall.testpay.ledger import Ledger
from videocall.testpay.model import Charge, NotPossible, UnknownCharge
from videocall.testpay.processor import Processor
from videocall.testpay.words import amount_text, language_of, words


class CardPages:
    """Answers what is below /pay. The address of a page is its secret."""

    def __init__(self, ledger: Ledger, processor: Processor, wake: Callable[[], None]) -> None:
        self._ledger = ledger
        self._processor = processor
        self._wake = wake

    async def answer(self, request: Request) -> Response:
        """A page, or the way back to the shop."""
        asked = request.query.get("lang", "")
        language = language_of(asked, request.headers.get("accept-language", ""))
        parts = [*request.path.removeprefix("/pay/").split("/"), ""]
        try:
            if not request.path.startswith("/pay/"):
                raise UnknownCharge
            charge = await asyncio.to_thread(self._ledger.charge_of_page, parts[0])
            if charge is None:
                raise UnknownCharge
            if request.method != "POST":
                return _page(charge, language)
            return await self._submitted(charge, parts[1], request.form, language)
        except UnknownCharge:
            return _not_found(language)

    async def _submitted(
        self, charge: Charge, what: str, form: Mapping[str, str], language: str
    ) -> Response:
        number = "".join(mark for mark in form.get("number", "") if mark not in " -")
        card = BY_NUMBER.get(number)
        try:
            match what:
                case "cancel":
                    moved = await asyncio.to_thread(self._processor.cancel, charge.payment_id)
                case "confirm":
                    accepted = form.get("answer") == "yes"
                    confirm = self._processor.confirm
                    moved = await asyncio.to_thread(confirm, charge.token, is_accepted=accepted)
                case _ if card is None:
                    return _page(charge, language, typed=form.get("number", ""))
                case _:
                    moved = await asyncio.to_thread(self._processor.use_card, charge.token, card)
        except NotPossible:
            # Sent twice, or from an old page: what is there now is the answer.
            return _see_other(f"/pay/{charge.token}?lang={language}")
        self._wake()
        if moved.status is Status.REQUIRES_ACTION or moved.return_url is None:
            return _see_other(f"/pay/{moved.token}?lang={language}")
        return _see_other(return_address(moved.return_url, moved.payment_id))


def return_address(return_url: str, payment_id: str) -> str:
    """The return address with ``payment=<id>`` in its query."""
    parts = urlsplit(return_url)
    given = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in given if name != "payment"]
    return urlunsplit(parts._replace(query=urlencode([*kept, ("payment", payment_id)])))


def _see_other(address: str) -> Response:
    return Response(HTTPStatus.SEE_OTHER, headers={"location": address})


def _page(charge: Charge, language: str, typed: str | None = None) -> Response:
    texts = words(language)
    if charge.waits_for_second_step:
        title, content = texts["second_step"], _second_step(charge, language)
    elif charge.status is Status.REQUIRES_ACTION:
        title, content = texts["title"], _card_form(charge, language, typed)
    else:
        title, content = texts["title"], _result(charge, language)
    origin = None
    if charge.return_url is not None:
        parts = urlsplit(charge.return_url)
        origin = f"{parts.scheme}://{parts.netloc}"
    status = HTTPStatus.OK if typed is None else HTTPStatus.UNPROCESSABLE_ENTITY
    return Response(status, document(language, texts, title, content), security_headers(origin))


def _not_found(language: str) -> Response:
    texts = words(language)
    content = f'<div class="card"><p>{escape(texts["not_found_more"])}</p></div>'
    body = document(language, texts, texts["not_found"], content)
    return Response(HTTPStatus.NOT_FOUND, body, security_headers(None))


def _summary(charge: Charge, language: str) -> str:
    amount = escape(amount_text(charge.amount, charge.currency, language))
    return (
        f'<p class="quiet">{escape(words(language)["to_pay"])}</p>'
        f'<p class="amount">{amount}</p>'
        f'<p class="quiet">{escape(charge.description)}</p>'
    )


def _card_form(charge: Charge, language: str, typed: str | None) -> str:
    texts = words(language)
    address = f"/pay/{charge.token}"
    amount = amount_text(charge.amount, charge.currency, language)
    pay = escape(texts["pay"].format(amount=amount))
    wrong, state = "", ""
    if typed is not None:
        wrong = f'<p class="bad" id="wrong" role="alert">{escape(texts["unknown"])}</p>'
        state = f'value="{escape(typed)}" aria-invalid="true" aria-describedby="wrong" autofocus'
    picks = "".join(
        f'<li><button name="number" value="{card.number}" data-source="{card.source}">'
        f"<strong>{card.spaced}</strong><span>{escape(texts[card.source])}</span></button></li>"
        for card in CARDS.values()
    )
    return f"""
<div class="card">{_summary(charge, language)}
<form method="post" action="{address}?lang={language}">
<label for="number">{escape(texts["number"])}</label>
<input id="number" name="number" inputmode="numeric" autocomplete="off" maxlength="40"
  placeholder="4242 4242 4242 4242" required {state}>{wrong}
<button type="submit">{pay}</button>
</form></div>
<h2 id="cards">{escape(texts["or_pick"])}</h2>
<p class="quiet">{escape(texts["trial_more"])}</p>
<form method="post" action="{address}?lang={language}" class="card">
<ul aria-labelledby="cards">{picks}</ul></form>
<form method="post" action="{address}/cancel?lang={language}">
<button class="second">{escape(texts["cancel"])}</button></form>"""


def _second_step(charge: Charge, language: str) -> str:
    texts = words(language)
    return f"""
<div class="card">{_summary(charge, language)}
<p>{escape(texts["second_step_more"])}</p>
<form method="post" action="/pay/{charge.token}/confirm?lang={language}">
<button name="answer" value="yes">{escape(texts["confirm"])}</button>
<button name="answer" value="no" class="second">{escape(texts["refuse"])}</button>
</form></div>"""


def _result(charge: Charge, language: str) -> str:
    texts = words(language)
    said = escape(texts[f"status_{charge.status}"])
    onward = f"<p>{escape(texts['close'])}</p>"
    if charge.return_url is not None:
        address = escape(return_address(charge.return_url, charge.payment_id))
        onward = f'<a class="button" href="{address}">{escape(texts["back"])}</a>'
    return (
        f'<div class="card">{_summary(charge, language)}<p role="status">{said}</p>{onward}</div>'
    )
