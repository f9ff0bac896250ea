"""A small API whose only write can be repeated: what the middleware does, without any domain."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import httpx
from litestar import Litestar, Response, Router, get, post
from litestar.di import Provide
from litestar.params import JSONBody
from sqlalchemy import func, select

from tests.factories.sources import MovedClock, sources
from videocall.billing.model.idempotency import ClaimTimes
from videocall.billing.repository.work import SqlBillingWork
from videocall.billing.service.idempotency import ClaimService
from videocall.billing.tables.idempotency import idempotency_claims
from videocall.core.access import Actor, Role, UserId
from videocall.core.db.engine import create_engine
from videocall.core.db.work import SqlUnits
from videocall.core.errors import AuthRequired
from videocall.core.http.actors import SignedIn, actor_provider
from videocall.core.http.idempotency import Command, command_provider, idempotent_writes
from videocall.core.http.problems import EXCEPTION_HANDLERS
from videocall.core.idempotency import CommandId

LEASE = 35.0
Doing = Callable[[CommandId], Awaitable[Response[object]]]


async def done(command: CommandId) -> Response[object]:
    """The usual answer: something was made."""
    headers = {"Location": f"/things/{command}", "Set-Cookie": "a=b"}
    return Response({"id": command}, status_code=201, headers=headers)


@dataclass
class Desk:
    """The API, its clock, and every run of its write. ``doing`` says what a run does."""

    client: httpx.AsyncClient
    clock: MovedClock
    claims: ClaimService
    units: SqlUnits[SqlBillingWork]
    doing: Doing = done
    runs: list[CommandId] = field(default_factory=list)

    async def post(
        self, key: str | None, body: object = None, *, by: str = "ana", path: str = "/things"
    ) -> httpx.Response:
        """One write, with a key or without."""
        headers: Mapping[str, str] = {"Idempotency-Key": key} if key is not None else {}
        given = {"Authorization": f"Bearer {by}"} if by else {}
        return await self.client.post(path, json=body or {}, headers={**headers, **given})

    async def claimed(self) -> int:
        """How many keys are claimed in the database."""
        async with self.units.read() as work:
            query = select(func.count()).select_from(idempotency_claims)
            return int(await work.claims._connection.scalar(query) or 0)


async def _authenticate(token: str) -> Actor:
    if token == "nobody":
        raise AuthRequired
    return Actor(UserId(token), Role.CUSTOMER, "", token, "")


@asynccontextmanager
async def desk(database_url: str) -> AsyncIterator[Desk]:
    """The API on this database."""
    clock = MovedClock()
    known = sources(clock)
    engine = create_engine(database_url)
    units = SqlUnits(engine, partial(SqlBillingWork, source=known.events))
    claims = ClaimService(units, known.ids, clock, ClaimTimes(timedelta(seconds=LEASE)))
    find_actor = actor_provider(_authenticate)

    @post(["/things", "/others"])
    async def write(
        data: JSONBody[dict[str, object]], actor: SignedIn, command: Command
    ) -> Response[object]:
        made.runs.append(command)
        return await made.doing(command)

    @get("/things")
    async def read(actor: SignedIn) -> int:
        return len(made.runs)

    api = Litestar(
        [
            Router(
                "/",
                route_handlers=[write, read],
                middleware=[idempotent_writes(claims, find_actor)],
            )
        ],
        dependencies={
            "actor": Provide(find_actor),
            "command": Provide(command_provider(known.ids), sync_to_thread=False),
        },
        exception_handlers=EXCEPTION_HANDLERS,
        request_max_body_size=1000,
        openapi_config=None,
    )
    transport = httpx.ASGITransport(app=api, raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        made = Desk(client, clock, claims, units)
        yield made
    await engine.dispose()
