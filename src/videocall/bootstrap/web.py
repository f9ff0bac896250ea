"""The web application: controllers with their services, and what surrounds every request."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from litestar import Litestar, Router
from litestar.config.cors import CORSConfig
from litestar.di import Provide

import videocall
from videocall.bootstrap.container import Container
from videocall.calls.model.rooms import MediaAddress
from videocall.core.http.actors import actor_provider
from videocall.core.http.amounts import ExactRequest
from videocall.core.http.asgi import ASGIApp, Scope
from videocall.core.http.docs import openapi_config, openapi_json
from videocall.core.http.health import HealthController
from videocall.core.http.idempotency import HEADER, REPLAYED, command_provider
from videocall.core.http.kept import KeptAnswers
from videocall.core.http.page import PageFiles
from videocall.core.http.paths import API_PREFIX, RESERVED
from videocall.core.http.problems import EXCEPTION_HANDLERS
from videocall.core.http.requests import RequestContext, RequestTimeout, SecurityHeaders, header
from videocall.core.jobs import running
from videocall.settings import Settings

PAGE_FOLDER = Path(videocall.__file__).parent / "page"

_SAFE_SOURCE = re.compile(r"[A-Za-z0-9:/.\[\]_-]+")


def build_api(container: Container) -> Litestar:
    """The API as the framework knows it."""
    settings = container.settings

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        try:
            async with running(container.jobs):
                yield
        finally:
            await container.aclose()

    return Litestar(
        route_handlers=[
            # Not nested in one router: Litestar copies a router, whole, into each that holds it.
            *(
                Router(
                    API_PREFIX,
                    route_handlers=part.controllers,
                    middleware=part.middleware,
                    opt=part.options,
                )
                for part in container.parts
            ),
            HealthController,
            openapi_json,
        ],
        dependencies={
            **{
                name: _always(service)
                for part in container.parts
                for name, service in part.services.items()
            },
            "health_checks": _always(container.health),
            "actor": Provide(actor_provider(container.sessions.authenticate)),
            "command": Provide(command_provider(container.sources.ids), sync_to_thread=False),
        },
        exception_handlers=EXCEPTION_HANDLERS,
        request_class=ExactRequest,
        openapi_config=openapi_config(videocall.__version__),
        cors_config=_cors(settings),
        request_max_body_size=settings.server.max_body_bytes,
        lifespan=[lifespan],
        logging_config=None,
    )


def build_asgi(container: Container, api: Litestar, page_folder: Path = PAGE_FOLDER) -> ASGIApp:
    """The whole application: the page and the API behind limits, headers and request ids."""
    settings = container.settings
    app: ASGIApp = PageFiles(cast(ASGIApp, api), page_folder, RESERVED)
    app = RequestTimeout(app, settings.server.request_timeout_seconds)
    app = KeptAnswers(
        app, {path: find for part in container.parts for path, find in part.kept.items()}
    )
    app = SecurityHeaders(
        app, content_policy(settings), https_only=settings.base_url.startswith("https://")
    )
    return RequestContext(app, container.sources.ids)


def content_policy(settings: Settings) -> Callable[[Scope], str]:
    """The Content-Security-Policy: everything from here, and the media server's socket."""
    address = MediaAddress(settings.media.public_url, settings.media.port)

    def policy(scope: Scope) -> str:
        return policy_for(header(scope, b"host") or "", secure=scope.get("scheme") == "https")

    @lru_cache(maxsize=64)
    def policy_for(host: str, *, secure: bool) -> str:
        media = address.for_host(host, secure=secure)
        sources = f"{media} {_http_of(media)}" if _SAFE_SOURCE.fullmatch(media) else ""
        return (
            "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; "
            "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
            "media-src 'self' blob: data:; worker-src 'self' blob:; "
            f"connect-src 'self' {sources}; object-src 'none'; base-uri 'self'; "
            "form-action 'self'; frame-ancestors 'none'"
        )

    return policy


def _http_of(media: str) -> str:
    # LiveKit's client asks /rtc/validate over HTTP when the socket is refused.
    parts = urlsplit(media)
    return f"{'https' if parts.scheme == 'wss' else 'http'}://{parts.netloc}"


def _always(value: Any) -> Provide:  # noqa: ANN401 - any service
    return Provide(lambda: value, sync_to_thread=False)


def _cors(settings: Settings) -> CORSConfig | None:
    if not settings.server.cors_origins:
        return None
    return CORSConfig(
        allow_origins=list(settings.server.cors_origins),
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=[
            "authorization",
            "content-type",
            "if-match",
            "if-none-match",
            "x-request-id",
            "traceparent",
            HEADER.lower(),
        ],
        expose_headers=["x-request-id", "retry-after", "etag", "location", REPLAYED.lower()],
        max_age=600,
    )
