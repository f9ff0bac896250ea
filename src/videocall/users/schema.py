"""Shapes of the users API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from videocall.core.access import Role
from videocall.core.emails import MAX_EMAIL_CHARACTERS
from videocall.core.errors import FieldError
from videocall.users.interfaces import NewAccount, SignedInTokens
from videocall.users.model import Locale, User, email_errors, name_errors, password_errors

# Bounds here only keep nonsense away from the service, which knows the rules of each field.
Email = Annotated[
    str, Meta(min_length=1, max_length=MAX_EMAIL_CHARACTERS, examples=["ana@example.com"])
]
Password = Annotated[
    str, Meta(min_length=1, max_length=1000, description="8 characters to 72 bytes")
]
Name = Annotated[str, Meta(min_length=1, max_length=200, examples=["Ana Wijaya"])]
Secret = Annotated[str, Meta(min_length=1, max_length=500)]
SessionKind = Annotated[
    Literal["token", "cookie"],
    Meta(description="cookie: the refresh token comes as an HttpOnly cookie only"),
]

FieldRules = Mapping[str, Callable[[str], list[FieldError]]]
ACCOUNT_RULES: FieldRules = {
    "email": email_errors,
    "password": password_errors,
    "name": name_errors,
}


class UserBody(msgspec.Struct, frozen=True):
    """An account."""

    id: str
    email: str
    name: str
    role: Role
    locale: Locale
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> UserBody:
        """The account as the API shows it."""
        return cls(user.id, user.email, user.name, user.role, user.locale, user.created_at)


class UserPage(msgspec.Struct, frozen=True):
    """Some accounts, newest first."""

    items: list[UserBody]
    next_cursor: str | None


class Tokens(msgspec.Struct, frozen=True):
    """Tokens of a session; `expires_in` in seconds, `refresh_token` null in cookie mode."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    refresh_token: str | None

    @classmethod
    def of(cls, tokens: SignedInTokens, session: SessionKind) -> Tokens:
        """The answer for this kind of session."""
        refresh = tokens.refresh_token if session == "token" else None
        return cls(tokens.access_token, "Bearer", tokens.expires_in, refresh)


class SetupState(msgspec.Struct, frozen=True):
    """Whether the installation still needs its first administrator."""

    needed: bool


class SetupBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first administrator, with the token of the one-time link."""

    token: Secret
    email: Email
    password: Password
    name: Name
    session: SessionKind = "token"

    FIELD_RULES: ClassVar[FieldRules] = ACCOUNT_RULES

    def account(self) -> NewAccount:
        """As the service takes it."""
        return NewAccount(self.email, self.password, self.name)


class RegisterBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new customer's account."""

    email: Email
    password: Password
    name: Name
    locale: Locale = Locale.ENGLISH

    FIELD_RULES: ClassVar[FieldRules] = ACCOUNT_RULES

    def account(self) -> NewAccount:
        """As the service takes it."""
        return NewAccount(self.email, self.password, self.name, self.locale)


class LoginBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Credentials."""

    email: Email
    password: Password
    session: SessionKind = "token"


class RefreshBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A refresh token; without it the cookie is used."""

    refresh_token: Secret | None = None


class ProfileBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to change of one's own account."""

    name: Name | None = None
    locale: Locale | None = None


class RoleBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another role."""

    role: Role
