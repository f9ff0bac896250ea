"""The seller's details and logo."""

from __future__ import annotations

from typing import Protocol

from videocall.billing import events
from videocall.billing.errors import LogoNotFound
from videocall.billing.interfaces.invoices import EventAppender
from videocall.billing.interfaces.seller import SellerRepository, SellerView
from videocall.billing.model.seller import (
    Seller,
    SellerLogo,
    SellerSnapshot,
    logo_errors,
    seller_errors,
)
from videocall.core.access import Actor
from videocall.core.clock import Clock
from videocall.core.db.work import UnitsOfWork
from videocall.core.errors import Forbidden, ValidationFailed


class SellerWork(Protocol):
    """A billing transaction, as far as the seller goes."""

    @property
    def seller(self) -> SellerRepository: ...

    @property
    def events(self) -> EventAppender: ...


class SellerService:
    """Everybody reads; administrators write. Issued documents keep what they were issued with."""

    def __init__(self, units: UnitsOfWork[SellerWork], currency: str, clock: Clock) -> None:
        self._units = units
        self._currency = currency
        self._clock = clock

    async def get(self) -> SellerView:
        async with self._units.read() as work:
            return self._view(await work.seller.current())

    async def put(self, actor: Actor, seller: Seller) -> SellerView:
        _only_admins(actor)
        wrong = seller_errors(seller)
        if wrong:
            raise ValidationFailed(fields=wrong)
        async with self._units.write() as work:
            now = await work.seller.current()
            await self._write(work, actor, seller, now.logo_id)
            return self._view(await work.seller.current())

    async def logo(self) -> SellerLogo:
        async with self._units.read() as work:
            now = await work.seller.current()
            logo = await work.seller.logo(now.logo_id) if now.logo_id else None
        if logo is None:
            raise LogoNotFound
        return logo

    async def put_logo(self, actor: Actor, logo: SellerLogo) -> None:
        _only_admins(actor)
        wrong = logo_errors(logo)
        if wrong:
            raise ValidationFailed(fields=wrong)
        async with self._units.write() as work:
            await work.seller.keep_logo(logo, self._clock.now())
            now = await work.seller.current()
            await self._write(work, actor, now.seller, logo.id)

    async def remove_logo(self, actor: Actor) -> None:
        _only_admins(actor)
        async with self._units.write() as work:
            now = await work.seller.current()
            if now.logo_id is not None:
                await self._write(work, actor, now.seller, None)

    async def _write(
        self, work: SellerWork, actor: Actor, seller: Seller, logo_id: str | None
    ) -> None:
        await work.seller.put(seller, logo_id, self._clock.now())
        told = [events.seller_changed()]
        work.events.append(events.seller_stream(), None, told, actor.user_id)

    def _view(self, now: SellerSnapshot) -> SellerView:
        return SellerView(now.seller, self._currency, has_logo=now.logo_id is not None)


def _only_admins(actor: Actor) -> None:
    if not actor.is_admin:
        raise Forbidden("Only administrators change the settings of billing.")
