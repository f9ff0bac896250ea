"""Wires the products domain."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from videocall.bootstrap.parts import Part, Sources
from videocall.settings import Settings
from videocall.users.interfaces import UserDirectory


@dataclass(frozen=True, slots=True)
class ProductsServices:
    """The doors of the products domain."""

    part: Part


def wire_products(
    _settings: Settings, _sources: Sources, _engine: AsyncEngine, _people: UserDirectory
) -> ProductsServices:
    """The services of catalogue and stock."""
    return ProductsServices(Part())
