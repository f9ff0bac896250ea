"""The outbox of letters: written with what they tell, sent afterwards, tried again for days.

A letter is a small saga: waiting (its row says when it is next due) → sent or failed. Taking one
moves its time on by a lease, so a crash while sending leads to a repeat with the same Message-ID.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from videocall.billing.errors import DocumentUnavailable, LetterOvertaken
from videocall.billing.interfaces.documents import LetterUnits, LetterWork, LetterWriter
from videocall.billing.model.documents import Letter, LetterState, NewLetter
from videocall.core.clock import Clock
from videocall.core.errors import DatabaseUnavailable, DomainError
from videocall.core.ids import Ids
from videocall.core.logs import get_logger
from videocall.core.mail.message import Mailer, MailRefused, MailUnavailable

_LOG = get_logger(__name__)

LEASE = timedelta(minutes=5)
_AT_ONCE = 10
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
PAUSES = (
    _MINUTE, 5 * _MINUTE, 15 * _MINUTE, _HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR, 24 * _HOUR,
    24 * _HOUR,
)  # fmt: skip
"""After each failed attempt; when they are used up the letter is given up (about three days)."""


class LetterOutbox:
    """Writes letters into open transactions and sends what is due."""

    def __init__(
        self, units: LetterUnits, writer: LetterWriter, mailer: Mailer, ids: Ids, clock: Clock
    ) -> None:
        self._units = units
        self._writer = writer
        self._mailer = mailer
        self._ids = ids
        self._clock = clock

    async def write(self, work: LetterWork, letter: NewLetter) -> bool:
        now = self._clock.now()
        return await work.messages.add(
            Letter(
                id=self._ids.new(),
                key=letter.key,
                kind=letter.kind,
                document_id=letter.document_id,
                customer_id=letter.customer_id,
                step=letter.step,
                state=LetterState.WAITING,
                attempts=0,
                next_at=now,
                created_at=now,
                sent_at=None,
                failure=None,
            )
        )

    async def send_due(self) -> int:
        """Send what is due; how many letters went out."""
        sent = 0
        while True:
            async with self._units.read() as work:
                waiting = await work.messages.any_due(self._clock.now())
            if not waiting:
                return sent
            now = self._clock.now()
            async with self._units.write() as work:
                letters = await work.messages.claim(now, now + LEASE, _AT_ONCE)
            for letter in letters:
                sent += await self._send(letter)
            if len(letters) < _AT_ONCE:
                return sent

    async def _send(self, letter: Letter) -> bool:
        outcome = await self._attempt(letter)
        async with self._units.write() as work:
            await work.messages.put(outcome)
        if outcome.state is LetterState.FAILED:
            _LOG.error("a letter was given up", letter=letter.id, reason=outcome.failure)
        elif outcome.state is LetterState.WAITING:
            _LOG.warning("a letter waits", letter=letter.id, reason=outcome.failure)
        return outcome.state is LetterState.SENT

    async def _attempt(self, letter: Letter) -> Letter:
        try:
            message = await self._writer.message(letter)
            await self._mailer.send(message)
        except (MailUnavailable, DocumentUnavailable, DatabaseUnavailable) as error:
            return self._later(letter, str(error))
        except LetterOvertaken as error:
            return replace(letter, state=LetterState.DROPPED, next_at=None, failure=error.title)
        except (MailRefused, DomainError) as error:
            # No such address, or what it would tell is gone: repeating changes nothing.
            return replace(letter, state=LetterState.FAILED, next_at=None, failure=str(error))
        except Exception as error:  # noqa: BLE001 - one letter that breaks us holds up no other
            _LOG.exception("a letter could not be made", letter=letter.id)
            return self._later(letter, type(error).__name__)
        now = self._clock.now()
        return replace(letter, state=LetterState.SENT, next_at=None, sent_at=now, failure=None)

    def _later(self, letter: Letter, reason: str) -> Letter:
        if letter.attempts > len(PAUSES):
            return replace(letter, state=LetterState.FAILED, next_at=None, failure=reason)
        due = self._clock.now() + PAUSES[letter.attempts - 1]
        return replace(letter, next_at=due, failure=reason)
