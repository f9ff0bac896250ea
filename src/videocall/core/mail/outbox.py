"""For development: letters become .eml files in a folder, which any mail program opens."""

from __future__ import annotations

import asyncio
from pathlib import Path

from videocall.core.logs import get_logger
from videocall.core.mail.message import Mailbox, MailUnavailable, Message, to_mime

_LOG = get_logger(__name__)


class OutboxMailer:
    """Writes instead of sending; a letter written again replaces itself."""

    def __init__(self, folder: Path, sender: Mailbox) -> None:
        self._folder = folder
        self._sender = sender

    async def send(self, message: Message) -> None:
        path = self._folder / f"{message.id}.eml"
        content = to_mime(message, self._sender).as_bytes()
        try:
            await asyncio.to_thread(_write, path, content)
        except OSError as error:
            raise MailUnavailable(str(error)) from error
        _LOG.info("no mail server is set: an e-mail was written to a file", file=str(path))

    async def aclose(self) -> None:
        """Nothing is kept open."""


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(content)
    unfinished.replace(path)
