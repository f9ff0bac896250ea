"""The peer: FastAPI, pydantic models and SQLAlchemy's ORM, as their documentation shows them.

Its middleware is the least that one would run: CORS. It has no cache, no rate limit and no request
log, so the comparison is in its favour.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query
from fastapi.middleware.cors import CORSMiddleware
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from tests.benchmarks.peer.models import Product

engine = create_async_engine(os.environ["PEER_DATABASE_URL"], pool_size=10, max_overflow=10)
sessions = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI()
app.add_middleware(
    CORSMiddleware, allow_origins=["https://shop.example.com"], allow_methods=["GET"]
)


class Named(BaseModel):
    """A category or a host."""

    id: str
    name: str


class Stock(BaseModel):
    """How many can be had."""

    limited: bool
    available: int | None


class ProductOut(BaseModel):
    """A product on the wire."""

    id: str
    name: str
    description: str
    kind: str
    sku: str
    price: Decimal
    currency: str
    category: Named | None
    tax_class: str
    minutes: int | None
    stock: Stock
    status: str
    host: Named
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, product: Product) -> ProductOut:
        """The model of a row."""
        limited = product.stock_on_hand is not None
        available = (product.stock_on_hand or 0) - product.stock_reserved if limited else None
        category = product.category
        return cls(
            id=product.id,
            name=product.name,
            description=product.description,
            kind=product.kind,
            sku=product.sku,
            price=Decimal(product.price_minor).scaleb(-2),
            currency=product.currency,
            category=Named(id=category.id, name=category.name) if category else None,
            tax_class=product.tax_class,
            minutes=product.minutes,
            stock=Stock(limited=limited, available=available),
            status=product.status,
            host=Named(id=product.host.id, name=product.host.name),
            created_at=product.created_at,
            updated_at=product.updated_at,
            version=product.version,
        )


class ProductPage(BaseModel):
    """Some products, newest first."""

    items: list[ProductOut]
    has_more: bool


async def session() -> AsyncIterator[AsyncSession]:
    """One session a request."""
    async with sessions() as opened:
        yield opened


Session = Annotated[AsyncSession, Depends(session)]


@app.get("/products")
async def list_products(
    db: Session, limit: Annotated[int, Query(ge=1, le=100)] = 50
) -> ProductPage:
    """The newest products."""
    query = (
        select(Product)
        .where(Product.status == "active")
        .order_by(Product.id.desc())
        .limit(limit + 1)
    )
    found = (await db.scalars(query)).all()
    items = [ProductOut.of(product) for product in found[:limit]]
    return ProductPage(items=items, has_more=len(found) > limit)


@app.get("/products/{product_id}")
async def read_product(product_id: str, db: Session) -> ProductOut:
    """One product."""
    product = await db.get(Product, product_id)
    if product is None:
        raise HTTPException(404, "no such product")
    return ProductOut.of(product)
