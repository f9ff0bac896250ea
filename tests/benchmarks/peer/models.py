"""The tables that the peer reads, as the usual ORM models: rows become objects, joins relations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """What all models share."""


class User(Base):
    """Whoever sells."""

    __tablename__ = "users"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str]


class Category(Base):
    """Where a product stands in the catalogue."""

    __tablename__ = "product_categories"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str]


class Product(Base):
    """A product with its category and its host."""

    __tablename__ = "products"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str]
    description: Mapped[str]
    kind: Mapped[str]
    sku: Mapped[str]
    price_minor: Mapped[int]
    currency: Mapped[str]
    category_id: Mapped[str | None] = mapped_column(ForeignKey("product_categories.id"))
    tax_class: Mapped[str]
    minutes: Mapped[int | None]
    status: Mapped[str]
    host_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    stock_on_hand: Mapped[int | None]
    stock_reserved: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    version: Mapped[int]

    category: Mapped[Category | None] = relationship(lazy="joined")
    host: Mapped[User] = relationship(lazy="joined")
