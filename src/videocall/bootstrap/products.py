"""Wires the products domain."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from videocall.bootstrap.database import driver_reads
from videocall.bootstrap.parts import Part, Sources
from videocall.core.cache import MemoryCache
from videocall.core.db.work import SqlUnits
from videocall.core.events.tail import EventTail
from videocall.core.http.actors import ActorProvider
from videocall.core.http.etags import Representation
from videocall.core.http.paths import API_PREFIX
from videocall.core.jobs import Job
from videocall.products.controller import reads as shown
from videocall.products.controller.categories import CategoryController
from videocall.products.controller.products import PATH, ProductController
from videocall.products.controller.stock import StockController
from videocall.products.interfaces import Catalogue, Stock
from videocall.products.repository.categories import SqlCategoryTrees
from videocall.products.repository.reader import SqlProductReader
from videocall.products.repository.work import SqlProductsWork
from videocall.products.service import names as named
from videocall.products.service.catalogue import CatalogueService
from videocall.products.service.categories import CategoryService
from videocall.products.service.names import ShownNames
from videocall.products.service.reservations import StockService
from videocall.products.service.stock import StockBookService
from videocall.settings import Settings
from videocall.users.interfaces import UserDirectory

CONTROLLERS = (CategoryController, ProductController, StockController)


@dataclass(frozen=True, slots=True)
class ProductsServices:
    """The doors of the products domain."""

    catalogue: Catalogue
    stock: Stock
    part: Part


def wire_products(
    settings: Settings,
    sources: Sources,
    engine: AsyncEngine,
    people: UserDirectory,
    find_actor: ActorProvider,
) -> ProductsServices:
    """The services of catalogue and stock."""
    shop = settings.shop
    units = SqlUnits(engine, partial(SqlProductsWork, source=sources.events))
    reads = driver_reads(settings, engine)
    names = ShownNames(people, SqlCategoryTrees(reads))
    catalogue = CatalogueService(
        units, SqlProductReader(reads), names, sources.ids, sources.clock, shop.currency
    )
    stock = StockService(units, sources.ids, sources.clock)
    cache: MemoryCache[Representation] = MemoryCache(shop.cache_entries, shop.cache_seconds)
    product_reads = shown.ProductReads(catalogue, find_actor, cache)
    # Names first: an answer is made anew from them.
    sources.feed.listen(named.HEARD, names.heard, names.forget)
    sources.feed.listen(shown.HEARD, product_reads.heard, cache.clear)
    tail = EventTail(engine, sources.feed)
    jobs = (
        Job("free expired reservations of stock", 15.0, stock.sweep),
        Job("hear of other processes", shop.cache_poll_seconds, tail.poll),
    )
    services = {
        "products": catalogue,
        "product_reads": product_reads,
        "categories": CategoryService(units, names, sources.ids),
        "stock_book": StockBookService(units, names, sources.ids, sources.clock),
    }
    kept = {f"{API_PREFIX}{PATH}": product_reads.kept}
    return ProductsServices(
        catalogue, stock, Part(CONTROLLERS, services, jobs, reads.aclose, kept=kept)
    )
