"""The seller's details, logo and taxes: the door, and what its services need from the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from videocall.billing.model.seller import Seller, SellerLogo, SellerSnapshot
from videocall.billing.model.tax import Tax, TaxClass, TaxId
from videocall.core.access import Actor
from videocall.core.idempotency import CommandId


@dataclass(frozen=True, slots=True)
class SellerView:
    """The seller's details, and whether there is a logo."""

    seller: Seller
    currency: str
    has_logo: bool


class SellerSettings(Protocol):
    """Who sells. Everybody reads, administrators write (else Forbidden)."""

    async def get(self) -> SellerView: ...

    async def put(self, actor: Actor, seller: Seller) -> SellerView:
        """Replace the details; raises ValidationFailed. Issued documents keep theirs."""
        ...

    async def logo(self) -> SellerLogo:
        """Raises LogoNotFound."""
        ...

    async def put_logo(self, actor: Actor, logo: SellerLogo) -> None:
        """Raises ValidationFailed."""
        ...

    async def remove_logo(self, actor: Actor) -> None:
        """No error when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class TaxChange:
    """What to change of a tax; None leaves it. ``rate`` in percent."""

    name: str | None = None
    rate: Decimal | None = None
    inclusive: bool | None = None
    tax_classes: Collection[TaxClass] | None = None


class Taxes(Protocol):
    """The taxes of the installation. Hosts read, administrators write (else Forbidden)."""

    async def list_taxes(self, actor: Actor) -> Sequence[Tax]:
        """Those that new lines may have, by name."""
        ...

    async def create(self, actor: Actor, new: TaxChange, command: CommandId) -> Tax:
        """Raises ValidationFailed; the same command again gives what it made."""
        ...

    async def change(self, actor: Actor, tax_id: TaxId, change: TaxChange) -> Tax:
        """For lines to come; invoices keep theirs. Raises TaxNotFound, ValidationFailed."""
        ...

    async def archive(self, actor: Actor, tax_id: TaxId) -> None:
        """No new line has it; again is no error. Raises TaxNotFound."""
        ...


class SellerRepository(Protocol):
    """The seller in the database."""

    async def current(self) -> SellerSnapshot:
        """The details as they are now; those of a new installation are empty."""
        ...

    async def put(self, seller: Seller, logo_id: str | None, now: datetime) -> None: ...

    async def keep(self, snapshot: SellerSnapshot) -> None:
        """Keep the details for good, for a document that names them; again is no error."""
        ...

    async def snapshot(self, snapshot_id: str) -> SellerSnapshot | None:
        """What an issued document names."""
        ...

    async def keep_logo(self, logo: SellerLogo, now: datetime) -> None:
        """Keep a logo for good; again is no error."""
        ...

    async def logo(self, logo_id: str) -> SellerLogo | None: ...


class TaxRepository(Protocol):
    """Taxes in the database."""

    async def add(self, tax: Tax) -> None: ...

    async def get(self, tax_id: TaxId) -> Tax | None:
        """Also an archived one."""
        ...

    async def put(self, tax: Tax) -> None: ...

    async def active(self) -> Sequence[Tax]:
        """Those that are not archived, by name."""
        ...
