"""A real SMTP server on loopback that keeps what it is given, or refuses it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USERNAME, PASSWORD = "calls", "a secret of the mail server"


@dataclass
class Mailbox:
    """What arrived; ``refusals`` are answers given to the next letters instead of taking them."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    recipient_refusals: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if self.recipient_refusals:
            return self.recipient_refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        self.messages.append(message_from_bytes(raw, EmailMessage, policy=policy.default))
        self.sessions.append(session)
        return "250 OK"


def _authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
) -> AuthResult:
    known = LoginPassword(USERNAME.encode(), PASSWORD.encode())
    return AuthResult(success=data == known, handled=False)


@asynccontextmanager
async def mail_server(
    certificate: tuple[Path, Path] | None = None, *, implicit_tls: bool = False, login: bool = False
) -> AsyncIterator[Mailbox]:
    """A server on a free port; with a certificate it speaks TLS, at once or after STARTTLS."""
    box = Mailbox()
    context: ssl.SSLContext | None = None
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)
    starts_tls = context is not None and not implicit_tls

    def conversation() -> SMTP:
        return SMTP(
            box,
            tls_context=context if starts_tls else None,
            require_starttls=starts_tls,
            authenticator=_authenticate if login else None,
            auth_required=login,
            auth_require_tls=starts_tls,
        )

    server = await asyncio.get_running_loop().create_server(
        conversation, "127.0.0.1", 0, ssl=context if implicit_tls else None
    )
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
