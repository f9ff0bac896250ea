"""The doors of the users domain, and what its services need."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from videocall.core.access import Actor, Role, UserId
from videocall.core.db.work import UnitsOfWork
from videocall.core.events.model import NewEvent
from videocall.core.paging import Page, PageRequest
from videocall.users.model import Locale, RefreshToken, Session, User


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What somebody typed to get an account."""

    email: str
    password: str
    name: str
    locale: Locale = Locale.ENGLISH


@dataclass(frozen=True, slots=True)
class SignedInTokens:
    """What a client gets for its credentials; ``expires_in`` (access token) in seconds."""

    access_token: str
    expires_in: int
    refresh_token: str


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach somebody, and what their role is."""

    email: str
    name: str
    locale: Locale
    role: Role


class UserDirectory(Protocol):
    """What other domains may know about people."""

    async def names(self, ids: Collection[UserId]) -> Mapping[UserId, str]:
        """The names of those accounts that exist."""
        ...

    async def contacts(self, ids: Collection[UserId]) -> Mapping[UserId, Contact]:
        """Addresses, names, languages and roles of those accounts that exist."""
        ...

    async def find_by_email(self, email: str) -> UserId | None:
        """The account with this address, however it is written; None where there is none."""
        ...


class Accounts(UserDirectory, Protocol):
    """Registration, profiles, and the administrator's list of people."""

    async def register(self, account: NewAccount) -> User:
        """Make a customer's account; raises ValidationFailed, PasswordTooLong, EmailTaken."""
        ...

    async def profile(self, actor: Actor) -> User:
        """The actor's own account."""
        ...

    async def update_profile(self, actor: Actor, name: str | None, locale: Locale | None) -> User:
        """Change what is given; raises ValidationFailed."""
        ...

    async def list_users(self, actor: Actor, page: PageRequest, search: str) -> Page[User]:
        """All accounts with the words of ``search``, or words beginning so; raises Forbidden."""
        ...

    async def change_role(self, actor: Actor, user_id: UserId, role: Role) -> User:
        """Give another role; raises Forbidden, UserNotFound, OwnRole."""
        ...


class Sessions(Protocol):
    """Signing in and out."""

    async def login(self, email: str, password: str) -> SignedInTokens:
        """Begin a session; raises InvalidCredentials after the same time for any reason."""
        ...

    async def open_session(self, user_id: UserId) -> SignedInTokens:
        """Begin a session for somebody who has just proved who they are in another way."""
        ...

    async def refresh(self, refresh_token: str) -> SignedInTokens:
        """Replace a refresh token; raises RefreshInvalid, and ends a session that was copied."""
        ...

    async def logout(self, refresh_token: str) -> None:
        """End the session of this token; an unknown one is as good as signed out."""
        ...

    async def authenticate(self, access_token: str) -> Actor:
        """Who this token speaks for, now; raises TokenInvalid or TokenExpired."""
        ...


class Setup(Protocol):
    """The first administrator of an installation."""

    async def needed(self) -> bool:
        """Whether there is no administrator yet."""
        ...

    async def issue_token(self) -> str | None:
        """A new one-time token, which replaces an older one; None when it is not needed."""
        ...

    async def complete(self, token: str, account: NewAccount) -> User:
        """Make the first administrator; raises SetupTokenInvalid, SetupDone and as register."""
        ...

    async def create_admin(self, account: NewAccount) -> User:
        """Make an administrator from the server's own terminal; raises as register."""
        ...


class PasswordHasher(Protocol):
    """Slow hashes of passwords."""

    async def hash(self, password: str) -> str: ...

    async def matches(self, password: str, stored: str | None) -> bool:
        """Whether it is the password; None takes the same time and is never right."""
        ...


class UserRepository(Protocol):
    """Accounts in the database."""

    async def add(self, user: User, password_hash: str) -> None:
        """Raises EmailTaken."""
        ...

    async def get(self, user_id: UserId) -> User | None: ...

    async def credentials(self, email: str) -> tuple[UserId, str] | None:
        """Id and password hash of the account with this address."""
        ...

    async def update(self, user: User) -> None:
        """Store name, locale and role."""
        ...

    async def any_admin(self) -> bool: ...

    async def search(self, text: str, page: PageRequest) -> Sequence[User]:
        """Newest first, one more than the limit when there are more."""
        ...

    async def names(self, ids: Collection[UserId]) -> Mapping[UserId, str]: ...

    async def contacts(self, ids: Collection[UserId]) -> Mapping[UserId, Contact]: ...

    async def find_by_email(self, email: str) -> UserId | None: ...


class SessionRepository(Protocol):
    """Sessions and their refresh tokens in the database."""

    async def open(self, session: Session) -> None: ...

    async def revoke(self, session_id: str, now: datetime) -> None: ...

    async def actor(self, session_id: str, user_id: UserId, now: datetime) -> Actor | None:
        """The person, when the session is theirs and open."""
        ...

    async def add_token(self, token: RefreshToken) -> None: ...

    async def lock_token(self, fingerprint: str) -> tuple[RefreshToken, Session] | None:
        """A token and its session, kept from others until the transaction ends."""
        ...

    async def mark_used(self, fingerprint: str, now: datetime) -> None: ...


class SetupTokenRepository(Protocol):
    """The one-time set-up token in the database."""

    async def replace(self, fingerprint: str, expires_at: datetime) -> None: ...

    async def take(self, fingerprint: str, now: datetime) -> bool:
        """Use the token up; False when it is not there or too old."""
        ...

    async def clear(self) -> None: ...


class EventAppender(Protocol):
    """The event log of the transaction."""

    def append(
        self, stream: str, expected_version: int | None, new: Sequence[NewEvent], actor: str | None
    ) -> None:
        """Append when the transaction commits; None expects no version of the stream."""
        ...


class UsersWork(Protocol):
    """One transaction of the users domain."""

    @property
    def users(self) -> UserRepository: ...

    @property
    def sessions(self) -> SessionRepository: ...

    @property
    def setup_tokens(self) -> SetupTokenRepository: ...

    @property
    def events(self) -> EventAppender: ...


UsersUnits = UnitsOfWork[UsersWork]


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """How the page's refresh cookie is set; ``public_origin`` empty: the request's own host."""

    path: str
    max_age: int  # seconds
    secure: bool
    public_origin: str
