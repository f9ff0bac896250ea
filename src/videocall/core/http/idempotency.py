"""Idempotency-Key on the wire: a middleware for the writes of a domain, and what handlers ask for.

It knows no domain: where keys are claimed is an interface. Without the header nothing is claimed.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Annotated, Any

from litestar import Litestar, Request
from litestar.di import NamedDependency
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.params import HeaderParameter, SkipValidation
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from videocall.core.errors import DomainError, FieldError, Kind, ValidationFailed
from videocall.core.http.actors import ActorProvider
from videocall.core.http.problems import AnyRequest
from videocall.core.idempotency import Asked, Claim, Claims, CommandId, StoredAnswer
from videocall.core.ids import Ids
from videocall.core.logs import get_logger

_LOG = get_logger(__name__)

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
MOST_KEPT = 262_144
"""Bytes of the largest body that is kept; a larger answer is made again by the same command."""

_FORM = r"[!-~]{1,255}"
_KEY = re.compile(_FORM)
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_STATE = "videocall.command_id"
_NOT_KEPT = frozenset({"content-length", "date", "set-cookie"})
_CLEANING_SECONDS = 5.0

Command = NamedDependency[SkipValidation[CommandId]]
"""A handler's parameter ``command``: the id of this command, the same when it is repeated."""

_SAYS = "Makes a repeat safe: the same key and body get the same answer for 24 hours."

KeyHeader = Annotated[
    str | None, HeaderParameter(name=HEADER, pattern=f"^{_FORM}$", description=_SAYS)
]

TAKES_KEYS = "videocall.takes_keys"
"""An option of a router behind this middleware: the documentation of its writes says so."""


def command_provider(ids: Ids) -> Callable[..., CommandId]:
    """The dependency ``command``: of the claimed key, else a new one."""

    def provide_command(request: AnyRequest, idempotency_key: KeyHeader = None) -> CommandId:
        claimed = request.scope.get(_STATE)
        return CommandId(str(claimed)) if claimed is not None else CommandId(ids.new())

    return provide_command


def idempotent_writes(claims: Claims, actor_of: ActorProvider) -> Callable[[ASGIApp], ASGIApp]:
    """The middleware, as a function: the framework copies routers with all that they hold."""

    def around(app: ASGIApp) -> ASGIApp:
        return IdempotentWrites(claims, actor_of)(app)

    return around


def document_keys(app: Litestar, document: Mapping[str, Any]) -> None:
    """Add the header, and what it can be refused with, to every write that takes it."""
    for route in app.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            if handler.opt.get(TAKES_KEYS):
                for method in _WRITES & handler.http_methods:
                    _document_key(document["paths"][route.path_format][method.lower()])


def _document_key(operation: dict[str, Any]) -> None:
    if not operation.get("security"):
        return
    parameters = operation.setdefault("parameters", [])
    if all(item["name"] != HEADER for item in parameters):
        schema = {"type": "string", "pattern": f"^{_FORM}$"}
        parameters.append(
            {"name": HEADER, "in": "header", "required": False, "description": _SAYS}
            | {"schema": schema}
        )
    answers = operation["responses"]
    for status in (HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY):
        answers.setdefault(str(status.value), answers["400"] | {"description": status.phrase})


class IdempotentWrites(ASGIMiddleware):
    """Runs a write with an Idempotency-Key once, and gives repeats the kept answer.

    Who is not signed in claims nothing: the handler refuses them, or is one for everybody.
    """

    scopes = (ScopeType.HTTP,)

    def __init__(self, claims: Claims, actor_of: ActorProvider) -> None:
        self._claims = claims
        self._actor_of = actor_of

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request: AnyRequest = Request(scope, receive, send)
        key = request.headers.get(HEADER)
        if key is None or scope["method"] not in _WRITES:  # type: ignore[typeddict-item]
            await next_app(scope, receive, send)
            return
        try:
            actor = await self._actor_of(request)
        except DomainError as error:
            if error.kind is not Kind.UNAUTHENTICATED:
                raise
            await next_app(scope, receive, send)
            return
        if not _KEY.fullmatch(key):
            raise ValidationFailed(
                fields=[FieldError(HEADER, "format", "1 to 255 visible ASCII characters.")]
            )
        asked = Asked(request.method, _target(scope), await request.body())
        claim = await self._claims.claim(actor.user_id, key, asked)
        if isinstance(claim, StoredAnswer):
            await _replay(claim, send)
            return
        scope[_STATE] = claim.command_id  # type: ignore[literal-required]
        await self._run(claim, scope, receive, send, next_app)

    async def _run(
        self, claim: Claim, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp
    ) -> None:
        answer = _Answer()
        try:
            await next_app(scope, receive, answer.take)
        except asyncio.CancelledError:
            # Stopped by the limit of time: the transaction rolled back, a provider may not have.
            with suppress(TimeoutError):
                async with asyncio.timeout(_CLEANING_SECONDS):
                    await self._settle(claim, None)
            raise
        await self._settle(claim, answer.stored())
        await answer.pass_on(send)

    async def _settle(self, claim: Claim, answer: StoredAnswer | None) -> None:
        # The command is done, or not: failing to note it must not change what the client hears.
        # The lease runs out then, and a repeat runs as the same command.
        try:
            if answer is None or answer.status >= 500 or len(answer.body) > MOST_KEPT:
                await self._claims.broken_off(claim)
            elif answer.status < 400 or answer.status == 402:
                await self._claims.keep(claim, answer)
            else:
                await self._claims.refused(claim)
        except Exception:  # noqa: BLE001 - whatever it was
            _LOG.exception("the answer to a command was not kept", command=claim.command_id)


class _Answer:
    """Holds an answer back until it is kept: who hears it can rely on a repeat."""

    def __init__(self) -> None:
        self._messages: list[Message] = []

    async def take(self, message: Message) -> None:
        self._messages.append(message)

    def stored(self) -> StoredAnswer | None:
        """The answer to keep; None when none was given."""
        status, headers, body = 0, {}, b""
        for message in self._messages:
            if message["type"] == "http.response.start":
                status, headers = message["status"], _kept(message["headers"])
            elif message["type"] == "http.response.body":
                body += message.get("body", b"")
        return StoredAnswer(status, headers, body) if status else None

    async def pass_on(self, send: Send) -> None:
        for message in self._messages:
            await send(message)


def _kept(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
    return {name: value for name, value in found.items() if name not in _NOT_KEPT}


def _target(scope: Scope) -> str:
    query = scope["query_string"]
    return f"{scope['path']}?{query.decode('latin-1')}" if query else scope["path"]


async def _replay(answer: StoredAnswer, send: Send) -> None:
    headers = {
        **answer.headers,
        "content-length": str(len(answer.body)),
        REPLAYED.lower(): "true",
    }
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})
