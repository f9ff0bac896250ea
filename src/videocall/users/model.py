"""Accounts, sessions and refresh tokens as values; the rules of names, addresses and passwords."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto

from videocall.core.access import Role, UserId
from videocall.core.emails import normalise_email
from videocall.core.errors import FieldError
from videocall.core.security.passwords import MAX_PASSWORD_BYTES
from videocall.core.words import beginnings, first_words

MIN_PASSWORD_CHARACTERS = 8
MAX_NAME_CHARACTERS = 80
_MAX_WORDS = 40

TOO_LONG_PASSWORD = FieldError(
    "password", "users.password_too_long", f"At most {MAX_PASSWORD_BYTES} bytes."
)


class Locale(StrEnum):
    """The languages of the page."""

    ENGLISH = "en"
    INDONESIAN = "id"


@dataclass(frozen=True, slots=True)
class User:
    """An account, without its password."""

    id: UserId
    email: str
    name: str
    role: Role
    locale: Locale
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in device: a family of refresh tokens of which each replaces the one before."""

    id: str
    user_id: UserId
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether it still lets anybody in."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """One refresh token; only its fingerprint is known here."""

    fingerprint: str
    session_id: str
    issued_at: datetime
    used_at: datetime | None = None


class RefreshVerdict(Enum):
    """What a refresh token that was presented means."""

    ROTATE = auto()  # good, or used a moment ago by another tab
    REUSED = auto()  # somebody has a copy: the whole session ends
    CLOSED = auto()  # the session is over


def judge_refresh(
    token: RefreshToken, session: Session, now: datetime, grace: timedelta
) -> RefreshVerdict:
    """Decide about a presented token; within ``grace`` after its use, parallel tabs are at work."""
    if not session.is_open(now):
        return RefreshVerdict.CLOSED
    if token.used_at is None or now - token.used_at <= grace:
        return RefreshVerdict.ROTATE
    return RefreshVerdict.REUSED


def account_errors(email: str, password: str, name: str) -> list[FieldError]:
    """What is wrong with the fields of a new account, all of it."""
    return [*email_errors(email), *password_errors(password), *name_errors(name)]


def email_errors(email: str) -> list[FieldError]:
    """What is wrong with an address."""
    if normalise_email(email) is None:
        return [FieldError("email", "format", "This is not an e-mail address.")]
    return []


def password_errors(password: str) -> list[FieldError]:
    """What is wrong with a new password."""
    if len(password) < MIN_PASSWORD_CHARACTERS:
        words = f"At least {MIN_PASSWORD_CHARACTERS} characters."
        return [FieldError("password", "too_short", words)]
    if "\0" in password:
        return [FieldError("password", "format", "A password has no NUL character.")]
    return [TOO_LONG_PASSWORD] if len(password.encode()) > MAX_PASSWORD_BYTES else []


def name_errors(name: str) -> list[FieldError]:
    """What is wrong with a name."""
    stripped = name.strip()
    if not stripped:
        return [FieldError("name", "too_short", "A name has at least one character.")]
    if len(stripped) > MAX_NAME_CHARACTERS:
        return [FieldError("name", "too_long", f"At most {MAX_NAME_CHARACTERS} characters.")]
    if not stripped.isprintable():
        return [FieldError("name", "format", "A name has no control characters.")]
    return []


def account_terms(name: str, email: str) -> frozenset[str]:
    """What finds an account: the beginnings of the words of its name and address."""
    found = first_words(f"{name} {email}", _MAX_WORDS)
    return frozenset(term for word in found for term in beginnings(word, 1))
