"""The application's API, spoken to without a socket, as one person or another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from videocall.bootstrap.container import Container
from videocall.bootstrap.demo.sources import StoryClock
from videocall.bootstrap.web import build_api
from videocall.core.access import UserId
from videocall.core.http.paths import API_PREFIX

Json = dict[str, Any]

TOKEN_SECONDS = 86_400
"""How long a session's first token lasts in the story: its hours go by in no time."""
_TOKEN_LIFE = timedelta(seconds=TOKEN_SECONDS - 3600)


class DemoFailed(Exception):
    """The application refused something that the story needs."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the story with an account."""

    id: UserId
    name: str
    email: str


class Api:
    """Requests at the story's time. Sessions are opened without passwords: this is the server."""

    def __init__(self, container: Container, clock: StoryClock) -> None:
        self._container = container
        self._clock = clock
        self._tokens: dict[UserId, tuple[datetime, str]] = {}
        transport = httpx.ASGITransport(app=build_api(container))  # type: ignore[arg-type]
        self._client = httpx.AsyncClient(transport=transport, base_url=container.settings.base_url)

    async def aclose(self) -> None:
        """No more requests."""
        await self._client.aclose()

    async def get(self, member: Member, path: str) -> Json:
        """An answer as JSON."""
        return await self.call("GET", member, path)

    async def post(self, member: Member, path: str, body: Mapping[str, object]) -> Json:
        """Make or do something."""
        return await self.call("POST", member, path, body)

    async def call(
        self, method: str, member: Member, path: str, body: Mapping[str, object] | None = None
    ) -> Json:
        """One request; DemoFailed unless it succeeds."""
        headers = {"Authorization": f"Bearer {await self._token(member)}"}
        url = f"{API_PREFIX}{path}"
        answer = await self._client.request(method, url, json=body, headers=headers)
        return _read(answer)

    async def put_file(self, member: Member, path: str, content: bytes, media_type: str) -> None:
        """Upload a file."""
        token = await self._token(member)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": media_type}
        answer = await self._client.put(f"{API_PREFIX}{path}", content=content, headers=headers)
        _read(answer)

    async def signed(self, path: str, body: str, authorization: str) -> None:
        """Post a webhook."""
        headers = {"Authorization": authorization, "Content-Type": "application/webhook+json"}
        answer = await self._client.post(f"{API_PREFIX}{path}", content=body, headers=headers)
        _read(answer)

    async def _token(self, member: Member) -> str:
        made_at, token = self._tokens.get(member.id, (None, ""))
        now = self._clock.now()
        if made_at is None or now - made_at > _TOKEN_LIFE:
            token = (await self._container.sessions.open_session(member.id)).access_token
            self._tokens[member.id] = (now, token)
        return token


def _read(answer: httpx.Response) -> Json:
    if answer.is_success:
        found: Json = answer.json() if answer.content else {}
        return found
    request = answer.request
    message = f"{request.method} {request.url.path}: {answer.status_code} {answer.text}"
    raise DemoFailed(message)
