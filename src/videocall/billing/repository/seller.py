"""The seller, logos and taxes in the database."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from videocall.billing.model.seller import Seller, SellerLogo, SellerSnapshot
from videocall.billing.model.tax import Tax, TaxClass, TaxId
from videocall.billing.tables.invoices import seller as seller_row
from videocall.billing.tables.invoices import seller_logos, seller_snapshots, taxes

_THE_ONE = "seller"
_PERCENT = 10_000  # parts per million of a percent


class SqlSellerRepository:
    """The seller's details; what documents name is kept under an id made of its content."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def current(self) -> SellerSnapshot:
        query = select(seller_row.c.details, seller_row.c.logo_id)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        details = msgspec.convert(row["details"], Seller) if row else Seller()
        logo_id = row["logo_id"] if row else None
        return SellerSnapshot(_content_id(details, logo_id), details, logo_id)

    async def put(self, seller: Seller, logo_id: str | None, now: datetime) -> None:
        values = {"details": msgspec.to_builtins(seller), "logo_id": logo_id, "updated_at": now}
        changed = await self._connection.execute(update(seller_row).values(**values))
        if changed.rowcount == 0:
            await self._connection.execute(insert(seller_row).values(id=_THE_ONE, **values))

    async def keep(self, snapshot: SellerSnapshot) -> None:
        values = {
            "id": snapshot.id,
            "details": msgspec.to_builtins(snapshot.seller),
            "logo_id": snapshot.logo_id,
        }
        add = self._insert(seller_snapshots).values(**values)
        await self._connection.execute(add.on_conflict_do_nothing(index_elements=["id"]))

    async def snapshot(self, snapshot_id: str) -> SellerSnapshot | None:
        query = select(seller_snapshots).where(seller_snapshots.c.id == snapshot_id)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        if row is None:
            return None
        return SellerSnapshot(row["id"], msgspec.convert(row["details"], Seller), row["logo_id"])

    async def keep_logo(self, logo: SellerLogo, now: datetime) -> None:
        add = self._insert(seller_logos).values(
            id=logo.id, media_type=logo.media_type, content=logo.content, created_at=now
        )
        await self._connection.execute(add.on_conflict_do_nothing(index_elements=["id"]))

    async def logo(self, logo_id: str) -> SellerLogo | None:
        query = select(seller_logos).where(seller_logos.c.id == logo_id)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return SellerLogo(row["media_type"], row["content"]) if row else None

    @property
    def _insert(self) -> type[postgresql.Insert] | type[sqlite.Insert]:
        is_postgresql = self._connection.dialect.name == "postgresql"
        return postgresql.Insert if is_postgresql else sqlite.Insert


class SqlTaxRepository:
    """Taxes."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, tax: Tax) -> None:
        row = {"id": tax.id, "created_at": tax.created_at, **_changeable(tax)}
        await self._connection.execute(insert(taxes).values(**row))

    async def get(self, tax_id: TaxId) -> Tax | None:
        query = select(taxes).where(taxes.c.id == tax_id)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return _tax(row) if row is not None else None

    async def put(self, tax: Tax) -> None:
        await self._connection.execute(
            update(taxes).where(taxes.c.id == tax.id).values(**_changeable(tax))
        )

    async def active(self) -> Sequence[Tax]:
        query = (
            select(taxes).where(taxes.c.archived_at.is_(None)).order_by(taxes.c.name, taxes.c.id)
        )
        return [_tax(row) for row in (await self._connection.execute(query)).mappings()]


def _content_id(seller: Seller, logo_id: str | None) -> str:
    content = msgspec.json.encode([seller, logo_id], order="sorted")
    return hashlib.sha256(content).hexdigest()


def _changeable(tax: Tax) -> dict[str, object]:
    return {
        "name": tax.name,
        "rate": int(tax.rate * _PERCENT),
        "inclusive": tax.inclusive,
        "tax_classes": sorted(item.value for item in tax.tax_classes),
        "archived_at": tax.archived_at,
    }


def _tax(row: RowMapping) -> Tax:
    return Tax(
        id=TaxId(row["id"]),
        name=row["name"],
        rate=rate_of(row["rate"]),
        inclusive=row["inclusive"],
        tax_classes=frozenset(TaxClass(item) for item in row["tax_classes"]),
        created_at=row["created_at"],
        archived_at=row["archived_at"],
    )


def rate_of(parts: int) -> Decimal:
    """Percent, from parts per million."""
    return Decimal(parts) / _PERCENT
