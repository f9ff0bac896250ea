"""Wires the billing domain."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from videocall.bootstrap.keys import Keys
from videocall.bootstrap.parts import Part, Sources
from videocall.bootstrap.products import ProductsServices
from videocall.bootstrap.users import UsersServices
from videocall.settings import Settings


@dataclass(frozen=True, slots=True)
class BillingServices:
    """The doors of the billing domain."""

    part: Part


def wire_billing(
    _settings: Settings,
    _keys: Keys,
    _sources: Sources,
    _engine: AsyncEngine,
    _users: UsersServices,
    _products: ProductsServices,
) -> BillingServices:
    """The services of invoices, payments and the wallet."""
    return BillingServices(Part())
