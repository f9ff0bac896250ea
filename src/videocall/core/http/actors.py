"""Attaches the person behind a request: looked up once, handed to handlers as ``actor``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from videocall.core.access import Actor
from videocall.core.errors import AuthRequired
from videocall.core.http.problems import AnyRequest

Authenticate = Callable[[str], Awaitable[Actor]]
"""Turns an access token into the person, or raises an error of the kind UNAUTHENTICATED."""

ActorProvider = Callable[[AnyRequest], Awaitable[Actor]]
"""Finds the person behind a request, or raises an error of the kind UNAUTHENTICATED."""

SignedIn = NamedDependency[SkipValidation[Actor]]
"""A handler's parameter ``actor``: asking for it makes the endpoint one for signed-in people."""

SECURED: list[dict[str, list[str]]] = [{"bearerAuth": []}]
"""What the documentation of such an endpoint says."""


_STATE = "videocall.actor"


def actor_provider(authenticate: Authenticate) -> ActorProvider:
    """The dependency ``actor``; a middleware that asks first and a handler share one look-up."""

    async def provide_actor(request: AnyRequest) -> Actor:
        known = request.scope.get(_STATE)
        if isinstance(known, Actor):
            return known
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise AuthRequired
        actor = await authenticate(token.strip())
        request.scope[_STATE] = actor  # type: ignore[literal-required]
        return actor

    return provide_actor
