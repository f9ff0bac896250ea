"""What an e-mail is, and the door that sends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Protocol


class MailUnavailable(Exception):
    """The server did not take it now; the same message may be sent again later."""


class MailRefused(Exception):
    """The server refuses this message for good, such as for an address that is not there."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an address."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """An e-mail in plain text and HTML.

    ``id`` makes its Message-ID: one sent twice, after a crash, is the same to whoever reads it.
    """

    id: str
    sent_at: datetime
    to: Mailbox
    subject: str
    text: str
    html: str
    sender_name: str = ""
    reply_to: Mailbox | None = None
    language: str = "en"
    attachments: Sequence[Attachment] = ()


class Mailer(Protocol):
    """Sends e-mail."""

    async def send(self, message: Message) -> None:
        """Hand it over; raises MailUnavailable, MailRefused."""
        ...

    async def aclose(self) -> None:
        """Let go of connections."""
        ...


def to_mime(message: Message, sender: Mailbox) -> EmailMessage:
    """The message as RFC 5322 with MIME: text and HTML side by side, then the attachments."""
    mime = EmailMessage(policy=SMTP)
    domain = sender.email.rpartition("@")[2] or "localhost"
    mime["Message-ID"] = f"<{message.id}@{domain}>"
    mime["Date"] = format_datetime(message.sent_at)
    mime["From"] = _address(Mailbox(sender.email, message.sender_name or sender.name))
    mime["To"] = _address(message.to)
    if message.reply_to is not None:
        mime["Reply-To"] = _address(message.reply_to)
    mime["Subject"] = _one_line(message.subject)
    mime["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes, please
    mime.set_content(message.text)
    mime.add_alternative(message.html, subtype="html")
    for attachment in message.attachments:
        kind, _, subtype = attachment.media_type.partition("/")
        mime.add_attachment(
            attachment.data, maintype=kind, subtype=subtype, filename=attachment.name
        )
    mime["Content-Language"] = message.language  # last: adding parts moves Content-* into them
    return mime


def _address(box: Mailbox) -> Address:
    user, _, domain = box.email.rpartition("@")
    return Address(_one_line(box.name), user, domain)


def _one_line(text: str) -> str:
    # A line break in a header would be a header of somebody else's making.
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
