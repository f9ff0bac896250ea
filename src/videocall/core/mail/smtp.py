"""Sends e-mail through an SMTP server: STARTTLS, TLS or neither, with or without a login."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import Literal

import aiosmtplib

from videocall.core.mail.message import Mailbox, MailRefused, MailUnavailable, Message, to_mime

Security = Literal["starttls", "tls", "none"]

_PERMANENT = 500


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """How to reach the server; ``timeout`` in seconds for each step of the conversation."""

    host: str
    port: int
    security: Security
    username: str
    password: str
    timeout: float


class SmtpMailer:
    """One connection a message: a shop's letters are few, and an idle one is closed anyway."""

    def __init__(
        self, server: SmtpServer, sender: Mailbox, tls_context: ssl.SSLContext | None = None
    ) -> None:
        self._server = server
        self._sender = sender
        self._tls_context = tls_context

    async def send(self, message: Message) -> None:
        server = self._server
        try:
            await aiosmtplib.send(
                to_mime(message, self._sender),
                sender=self._sender.email,
                recipients=[message.to.email],
                hostname=server.host,
                port=server.port,
                username=server.username or None,
                password=server.password if server.username else None,
                use_tls=server.security == "tls",
                start_tls=server.security == "starttls",
                tls_context=self._tls_context,
                timeout=server.timeout,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [item.code for item in error.recipients]
            reason = ", ".join(f"{item.code} {item.message}" for item in error.recipients)
            if all(code >= _PERMANENT for code in codes):
                raise MailRefused(reason) from error
            raise MailUnavailable(reason) from error
        except aiosmtplib.SMTPDataError as error:
            reason = f"{error.code} {error.message}"
            if error.code >= _PERMANENT:
                raise MailRefused(reason) from error
            raise MailUnavailable(reason) from error
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            # A refused login or sender is the installation's fault, not the letter's: it waits.
            message_of_error = f"{type(error).__name__}: {error}"
            raise MailUnavailable(message_of_error) from error

    async def aclose(self) -> None:
        """Nothing is kept open."""
