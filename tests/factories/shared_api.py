"""The API of the framework, built once and lent to one application after the other.

Building its routes costs a third of a second, more than most tests do; nothing in them depends on
the services behind, which are looked up anew in whichever container borrows the API.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

from litestar import Litestar
from litestar.types import ASGIApp, Receive, Scope, Send

from videocall.bootstrap.container import Container
from videocall.bootstrap.parts import Part, Sources
from videocall.bootstrap.web import build_api
from videocall.settings import Settings


class _Behind:
    """Stands for an object of the borrower: every attribute is that object's."""

    def __init__(self, find: Callable[[], Any]) -> None:
        self.__dict__["_find"] = find

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_find"](), name)


@dataclass
class _Lent:
    """An API, and who has it."""

    container: Container
    api: Litestar | None = None

    def build(self) -> Litestar:
        owner = self.container

        async def authenticate(token: str) -> object:
            return await self.container.sessions.authenticate(token)

        sessions = _Behind(lambda: self.container.sessions)
        sessions.__dict__["authenticate"] = authenticate
        parts = tuple(self._part(number, part) for number, part in enumerate(owner.parts))
        self.api = build_api(
            replace(
                owner,
                parts=parts,
                sessions=cast(Any, sessions),
                sources=cast(Sources, _Behind(lambda: self.container.sources)),
                health=cast(Any, _Behind(lambda: self.container.health)),
            )
        )
        return self.api

    def _part(self, number: int, part: Part) -> Part:
        services = {name: self._service(number, name) for name in part.services}
        around = tuple(self._middleware(number, place) for place in range(len(part.middleware)))
        return replace(part, services=services, middleware=around)

    def _service(self, number: int, name: str) -> object:
        return _Behind(lambda: self.container.parts[number].services[name])

    def _middleware(self, number: int, place: int) -> Callable[[ASGIApp], ASGIApp]:
        def around(app: ASGIApp) -> ASGIApp:
            async def through(scope: Scope, receive: Receive, send: Send) -> None:
                theirs = self.container.parts[number].middleware[place]
                await theirs(app)(scope, receive, send)

            return through

        return around


_FREE: dict[object, list[_Lent]] = defaultdict(list)


def _key(settings: Settings) -> object:
    """What of the settings the routes themselves depend on."""
    return (tuple(settings.server.cors_origins), settings.server.max_body_bytes)


@contextmanager
def borrowed_api(container: Container) -> Iterator[Litestar]:
    """The API in front of this container; two at a time are two APIs."""
    free = _FREE[_key(container.settings)]
    lent = free.pop() if free else _Lent(container)
    lent.container = container
    try:
        yield lent.api or lent.build()
    finally:
        free.append(lent)
