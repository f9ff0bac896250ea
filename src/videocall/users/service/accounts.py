"""Registration, profiles, roles."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from videocall.core.access import Actor, Role, UserId
from videocall.core.clock import Clock
from videocall.core.emails import normalise_email
from videocall.core.errors import Forbidden, ValidationFailed
from videocall.core.ids import Ids
from videocall.core.paging import Page, PageRequest, page_of
from videocall.users import events
from videocall.users.errors import OwnRole, PasswordTooLong, UserNotFound
from videocall.users.interfaces import Contact, NewAccount, PasswordHasher, UsersUnits, UsersWork
from videocall.users.model import (
    TOO_LONG_PASSWORD,
    Locale,
    User,
    account_errors,
    name_errors,
)


def checked_email(account: NewAccount) -> str:
    """The normalised address of an account whose fields are all right; else raises."""
    wrong = account_errors(account.email, account.password, account.name)
    if wrong == [TOO_LONG_PASSWORD]:
        raise PasswordTooLong(fields=wrong)
    email = normalise_email(account.email)
    if wrong or email is None:
        raise ValidationFailed(fields=wrong)
    return email


class AccountMaker:
    """Makes an account of any role inside somebody's transaction."""

    def __init__(self, hasher: PasswordHasher, ids: Ids, clock: Clock) -> None:
        self._hasher = hasher
        self._ids = ids
        self._clock = clock

    async def prepare(self, account: NewAccount, role: Role) -> tuple[User, str]:
        """Check the fields and hash the password, before a transaction begins."""
        email = checked_email(account)
        user = User(
            id=UserId(self._ids.new()),
            email=email,
            name=account.name.strip(),
            role=role,
            locale=account.locale,
            created_at=self._clock.now(),
        )
        return user, await self._hasher.hash(account.password)

    @staticmethod
    async def add(work: UsersWork, user: User, password_hash: str, actor: UserId | None) -> None:
        """Store the account and tell of it; raises EmailTaken."""
        await work.users.add(user, password_hash)
        work.events.append(
            events.user_stream(user.id),
            0,
            [events.registered(user.id, user.role)],
            actor or user.id,
        )


class AccountService:
    """Accounts and the directory of people."""

    def __init__(self, units: UsersUnits, maker: AccountMaker) -> None:
        self._units = units
        self._maker = maker

    async def register(self, account: NewAccount) -> User:
        user, password_hash = await self._maker.prepare(account, Role.CUSTOMER)
        async with self._units.write() as work:
            await self._maker.add(work, user, password_hash, None)
        return user

    async def profile(self, actor: Actor) -> User:
        async with self._units.read() as work:
            return await _existing(work, actor.user_id)

    async def update_profile(self, actor: Actor, name: str | None, locale: Locale | None) -> User:
        wrong = name_errors(name) if name is not None else []
        if wrong:
            raise ValidationFailed(fields=wrong)
        async with self._units.write() as work:
            before = await _existing(work, actor.user_id)
            after = replace(
                before,
                name=name.strip() if name is not None else before.name,
                locale=locale or before.locale,
            )
            if after != before:
                await work.users.update(after)
                changed = [events.profile_changed(after.id)]
                stream = events.user_stream(after.id)
                work.events.append(stream, None, changed, actor.user_id)
        return after

    async def list_users(self, actor: Actor, page: PageRequest, search: str) -> Page[User]:
        if not actor.is_admin:
            raise Forbidden
        async with self._units.read() as work:
            found = await work.users.search(search.strip(), page)
        return page_of(found, [user.id for user in found], page.limit)

    async def change_role(self, actor: Actor, user_id: UserId, role: Role) -> User:
        if not actor.is_admin:
            raise Forbidden
        if user_id == actor.user_id:
            raise OwnRole
        async with self._units.write() as work:
            before = await _existing(work, user_id)
            after = replace(before, role=role)
            if after != before:
                await work.users.update(after)
                changed = [events.role_changed(user_id, before.role, role)]
                stream = events.user_stream(user_id)
                work.events.append(stream, None, changed, actor.user_id)
        return after

    async def names(self, ids: Collection[UserId]) -> Mapping[UserId, str]:
        async with self._units.read() as work:
            return await work.users.names(ids)

    async def contacts(self, ids: Collection[UserId]) -> Mapping[UserId, Contact]:
        async with self._units.read() as work:
            return await work.users.contacts(ids)

    async def find_by_email(self, email: str) -> UserId | None:
        normalised = normalise_email(email)
        if normalised is None:
            return None
        async with self._units.read() as work:
            return await work.users.find_by_email(normalised)


async def _existing(work: UsersWork, user_id: UserId) -> User:
    user = await work.users.get(user_id)
    if user is None:
        raise UserNotFound
    return user
