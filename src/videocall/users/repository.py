"""SQL of the users domain."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import RowMapping, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.core.access import Actor, Role, UserId
from videocall.core.db.work import is_unique_violation
from videocall.core.emails import email_key
from videocall.core.events.store import EventLog, EventSource
from videocall.core.paging import PageRequest
from videocall.core.words import query_terms
from videocall.users.errors import EmailTaken
from videocall.users.interfaces import Contact
from videocall.users.model import Locale, RefreshToken, Session, User, account_terms
from videocall.users.tables import refresh_tokens, sessions, setup_tokens, terms, users


class SqlUserRepository:
    """Accounts."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, user: User, password_hash: str) -> None:
        row = {
            "id": user.id,
            "email": user.email,
            "email_key": email_key(user.email),
            "name": user.name,
            "role": user.role.value,
            "locale": user.locale.value,
            "password_hash": password_hash,
            "created_at": user.created_at,
        }
        try:
            await self._connection.execute(insert(users).values(**row))
        except IntegrityError as error:
            if is_unique_violation(error):
                raise EmailTaken from error
            raise
        await self._add_terms(user)

    async def get(self, user_id: UserId) -> User | None:
        found = await self._connection.execute(select(users).where(users.c.id == user_id))
        row = found.mappings().one_or_none()
        return _user(row) if row is not None else None

    async def credentials(self, email: str) -> tuple[UserId, str] | None:
        query = select(users.c.id, users.c.password_hash).where(
            users.c.email_key == email_key(email)
        )
        row = (await self._connection.execute(query)).one_or_none()
        return (UserId(row[0]), row[1]) if row is not None else None

    async def update(self, user: User) -> None:
        await self._connection.execute(
            update(users)
            .where(users.c.id == user.id)
            .values(name=user.name, locale=user.locale.value, role=user.role.value)
        )
        await self._connection.execute(delete(terms).where(terms.c.user_id == user.id))
        await self._add_terms(user)

    async def any_admin(self) -> bool:
        query = select(users.c.id).where(users.c.role == Role.ADMIN.value).limit(1)
        return await self._connection.scalar(query) is not None

    async def search(self, text: str, page: PageRequest) -> Sequence[User]:
        wanted = query_terms(text)
        if text.strip() and not wanted:
            return []
        query, place = select(users), users.c.id
        if wanted:
            # The index of terms has the order of the page in it.
            query, place = query.join(terms, terms.c.user_id == users.c.id), terms.c.user_id
            query = query.where(terms.c.term == wanted[0])
        for number, term in enumerate(wanted[1:]):
            other = terms.alias(f"terms_{number}")
            query = query.where(
                exists().where(other.c.term == term, other.c.user_id == terms.c.user_id)
            )
        if page.before is not None:
            query = query.where(place < page.before)
        rows = await self._connection.execute(query.order_by(place.desc()).limit(page.limit + 1))
        return [_user(row) for row in rows.mappings()]

    async def _add_terms(self, user: User) -> None:
        found_by = account_terms(user.name, user.email)
        rows = [{"term": term, "user_id": user.id} for term in sorted(found_by)]
        if rows:
            await self._connection.execute(insert(terms), rows)

    async def names(self, ids: Collection[UserId]) -> Mapping[UserId, str]:
        if not ids:
            return {}
        query = select(users.c.id, users.c.name).where(users.c.id.in_(ids))
        return {UserId(row[0]): row[1] for row in await self._connection.execute(query)}

    async def contacts(self, ids: Collection[UserId]) -> Mapping[UserId, Contact]:
        if not ids:
            return {}
        query = select(users.c.id, users.c.email, users.c.name, users.c.locale, users.c.role).where(
            users.c.id.in_(ids)
        )
        return {
            UserId(row[0]): Contact(row[1], row[2], Locale(row[3]), Role(row[4]))
            for row in await self._connection.execute(query)
        }

    async def find_by_email(self, email: str) -> UserId | None:
        query = select(users.c.id).where(users.c.email_key == email_key(email))
        found = await self._connection.scalar(query)
        return UserId(found) if found is not None else None


class SqlSessionRepository:
    """Sessions and refresh tokens."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def open(self, session: Session) -> None:
        await self._connection.execute(
            insert(sessions).values(
                id=session.id,
                user_id=session.user_id,
                created_at=session.created_at,
                expires_at=session.expires_at,
                revoked_at=session.revoked_at,
            )
        )

    async def revoke(self, session_id: str, now: datetime) -> None:
        await self._connection.execute(
            update(sessions)
            .where(sessions.c.id == session_id, sessions.c.revoked_at.is_(None))
            .values(revoked_at=now)
        )

    async def actor(self, session_id: str, user_id: UserId, now: datetime) -> Actor | None:
        query = (
            select(users.c.id, users.c.role, users.c.email, users.c.name)
            .join(sessions, sessions.c.user_id == users.c.id)
            .where(
                sessions.c.id == session_id,
                users.c.id == user_id,
                sessions.c.revoked_at.is_(None),
                sessions.c.expires_at > now,
            )
        )
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        return Actor(UserId(row[0]), Role(row[1]), row[2], row[3], session_id)

    async def add_token(self, token: RefreshToken) -> None:
        await self._connection.execute(
            insert(refresh_tokens).values(
                fingerprint=token.fingerprint,
                session_id=token.session_id,
                issued_at=token.issued_at,
                used_at=token.used_at,
            )
        )

    async def lock_token(self, fingerprint: str) -> tuple[RefreshToken, Session] | None:
        # The session's row is the lock: two tabs, or a thief and a victim, take turns.
        query = (
            select(refresh_tokens, sessions)
            .join(sessions, sessions.c.id == refresh_tokens.c.session_id)
            .where(refresh_tokens.c.fingerprint == fingerprint)
            .with_for_update()
        )
        row = (await self._connection.execute(query)).mappings().one_or_none()
        if row is None:
            return None
        token = RefreshToken(
            fingerprint=row[refresh_tokens.c.fingerprint],
            session_id=row[refresh_tokens.c.session_id],
            issued_at=row[refresh_tokens.c.issued_at],
            used_at=row[refresh_tokens.c.used_at],
        )
        session = Session(
            id=row[sessions.c.id],
            user_id=UserId(row[sessions.c.user_id]),
            created_at=row[sessions.c.created_at],
            expires_at=row[sessions.c.expires_at],
            revoked_at=row[sessions.c.revoked_at],
        )
        return token, session

    async def mark_used(self, fingerprint: str, now: datetime) -> None:
        await self._connection.execute(
            update(refresh_tokens)
            .where(refresh_tokens.c.fingerprint == fingerprint, refresh_tokens.c.used_at.is_(None))
            .values(used_at=now)
        )


class SqlSetupTokenRepository:
    """The one-time set-up token."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def replace(self, fingerprint: str, expires_at: datetime) -> None:
        await self.clear()
        await self._connection.execute(
            insert(setup_tokens).values(fingerprint=fingerprint, expires_at=expires_at)
        )

    async def take(self, fingerprint: str, now: datetime) -> bool:
        taken = await self._connection.execute(
            delete(setup_tokens).where(
                setup_tokens.c.fingerprint == fingerprint, setup_tokens.c.expires_at > now
            )
        )
        return taken.rowcount == 1

    async def clear(self) -> None:
        await self._connection.execute(delete(setup_tokens))


class SqlUsersWork:
    """The repositories of one transaction."""

    def __init__(self, connection: AsyncConnection, source: EventSource) -> None:
        self.users = SqlUserRepository(connection)
        self.sessions = SqlSessionRepository(connection)
        self.setup_tokens = SqlSetupTokenRepository(connection)
        self.events = EventLog(connection, source)

    async def before_commit(self) -> None:
        await self.events.flush()


def _user(row: RowMapping) -> User:
    return User(
        id=UserId(row["id"]),
        email=row["email"],
        name=row["name"],
        role=Role(row["role"]),
        locale=Locale(row["locale"]),
        created_at=row["created_at"],
    )
