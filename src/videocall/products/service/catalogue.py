"""The catalogue: what hosts offer and everybody sees."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal

from videocall.core.access import Actor
from videocall.core.amounts import amount_errors, currency_errors
from videocall.core.clock import Clock
from videocall.core.errors import AuthRequired, FieldError, Forbidden, ValidationFailed
from videocall.core.events.model import NewEvent
from videocall.core.ids import Ids, is_id
from videocall.core.money import Money
from videocall.core.paging import ListRequest, Page, Position, list_page
from videocall.core.words import query_terms
from videocall.products import events
from videocall.products.errors import ProductChanged, ProductNotFound, SkuTaken
from videocall.products.interfaces import (
    NewProduct,
    ProductChange,
    ProductQuery,
    ProductView,
    Removal,
    SaleItem,
)
from videocall.products.interfaces.work import (
    ProductFilter,
    ProductReader,
    ProductsUnits,
    ProductsWork,
)
from videocall.products.model.products import (
    Product,
    ProductId,
    ProductStatus,
    normalise_sku,
)
from videocall.products.model.skus import generated_sku
from videocall.products.model.stock import Movement, MovementReason
from videocall.products.model.words import (
    category_term,
    listed,
    name_key,
    product_terms,
)
from videocall.products.service.checks import changed, check_new
from videocall.products.service.names import ShownNames

_SKU_ATTEMPTS = 5


class CatalogueService:
    """Products, and what other domains may know about them."""

    def __init__(
        self,
        units: ProductsUnits,
        reader: ProductReader,
        names: ShownNames,
        ids: Ids,
        clock: Clock,
        currency: str,
    ) -> None:
        self._units = units
        self._reader = reader
        self._names = names
        self._ids = ids
        self._clock = clock
        self._currency = currency

    async def create(self, actor: Actor, new: NewProduct) -> ProductView:
        if not actor.may_host:
            raise Forbidden
        product = self._made(actor, new, check_new(new, self._currency))
        for attempt in range(_SKU_ATTEMPTS):
            try:
                await self._add(actor, product)
                break
            except SkuTaken:
                if new.sku is not None or attempt == _SKU_ATTEMPTS - 1:
                    raise
                product = replace(product, sku=generated_sku(new.name, self._ids.new()))
        return await self._names.view(product)

    async def list_products(
        self, actor: Actor | None, query: ProductQuery, request: ListRequest
    ) -> Page[ProductView]:
        if query.status is not ProductStatus.ACTIVE:
            query = _own_archive(actor, query)
        wanted = self._filter(query)
        if wanted is None:
            return Page([], None, request.page)
        found = await self._reader.find(wanted, request)
        page = list_page(found, [_position(item, request) for item in found], request)
        return Page(await self._names.views(page.items), page.next_cursor, page.page)

    async def get(self, actor: Actor | None, product_id: ProductId) -> ProductView:
        product = await self._reader.get(product_id)
        if product is None or not product.is_visible_to(actor):
            raise ProductNotFound
        return await self._names.view(product)

    async def update(
        self, actor: Actor, product_id: ProductId, change: ProductChange, version: int | None
    ) -> ProductView:
        async with self._units.write() as work:
            before = await managed(work, actor, product_id)
            if version is not None and version != before.version:
                raise ProductChanged
            after = changed(before, change, self._clock.now())
            if after is not before:
                await self._index(work, before, after)
                await work.products.update(after)
                happened = [events.product_changed(after)]
                if after.on_hand != before.on_hand:
                    happened.append(await self._counted(work, actor, before, after))
                stream = events.product_stream(after.id)
                work.events.append(stream, None, happened, actor.user_id)
        return await self._names.view(after)

    async def remove(self, actor: Actor, product_id: ProductId) -> Removal:
        async with self._units.write() as work:
            product = await managed(work, actor, product_id)
            stream = events.product_stream(product_id)
            if not product.was_sold and not await work.products.has_active_reservations(product_id):
                await work.products.delete(product_id)
                gone = [events.product_deleted(product_id)]
                work.events.append(stream, None, gone, actor.user_id)
                return Removal.DELETED
            change = ProductChange(status=ProductStatus.ARCHIVED)
            after = changed(product, change, self._clock.now())
            if after is not product:
                await self._index(work, product, after)
                await work.products.update(after)
                archived = [events.product_changed(after)]
                work.events.append(stream, None, archived, actor.user_id)
            return Removal.ARCHIVED

    async def sale_items(self, ids: Collection[ProductId]) -> Mapping[ProductId, SaleItem]:
        return {
            item.id: SaleItem(
                id=item.id,
                name=item.name,
                kind=item.kind,
                sku=item.sku,
                price=item.price,
                tax_class=item.tax_class,
                host_id=item.host_id,
                status=item.status,
                minutes=item.minutes,
                stock_limited=item.on_hand is not None,
            )
            for item in await self._reader.many(ids)
        }

    def _made(self, actor: Actor, new: NewProduct, price: Money) -> Product:
        now = self._clock.now()
        given = normalise_sku(new.sku) if new.sku is not None else None
        return Product(
            id=ProductId(self._ids.new()),
            name=new.name.strip(),
            description=new.description,
            kind=new.kind,
            sku=given or generated_sku(new.name, self._ids.new()),
            price=price,
            category_id=new.category_id,
            tax_class=new.tax_class,
            minutes=new.minutes,
            status=ProductStatus.ACTIVE,
            host_id=actor.user_id,
            on_hand=new.stock,
            reserved=0,
            was_sold=False,
            created_at=now,
            updated_at=now,
            version=1,
        )

    async def _add(self, actor: Actor, product: Product) -> None:
        async with self._units.write() as work:
            terms = await _terms(work, product)
            await work.products.add(product)
            await work.products.set_terms(product, terms)
            happened = [events.product_created(product)]
            if product.on_hand is not None:
                movement = self._movement(
                    actor, product, product.on_hand, MovementReason.RECEIVED, product.on_hand
                )
                await work.stock.add_movement(movement)
                happened.append(events.stock_moved(movement))
            stream = events.product_stream(product.id)
            work.events.append(stream, 0, happened, actor.user_id)

    async def _index(self, work: ProductsWork, before: Product, after: Product) -> None:
        def shown(item: Product) -> tuple[object, ...]:
            return (
                item.name,
                item.sku,
                item.description,
                item.category_id,
                item.price.minor,
                item.status,
            )

        if shown(before) != shown(after):
            await work.products.set_terms(after, await _terms(work, after))

    async def _counted(
        self, work: ProductsWork, actor: Actor, before: Product, after: Product
    ) -> NewEvent:
        difference = (after.on_hand or 0) - (before.on_hand or 0)
        limited = after.on_hand is not None
        reason = MovementReason.COUNTED if limited else MovementReason.UNLIMITED
        movement = self._movement(actor, after, difference, reason, after.on_hand)
        await work.stock.add_movement(movement)
        return events.stock_moved(movement)

    def _movement(
        self,
        actor: Actor,
        product: Product,
        quantity: int,
        reason: MovementReason,
        balance: int | None,
    ) -> Movement:
        return Movement(
            id=self._ids.new(),
            product_id=product.id,
            quantity=quantity,
            reason=reason,
            note="",
            balance=balance,
            reference=None,
            actor_id=actor.user_id,
            created_at=self._clock.now(),
        )

    def _filter(self, query: ProductQuery) -> ProductFilter | None:
        """What to look for; None when nothing can be found."""
        has_bounds = query.min_price is not None or query.max_price is not None
        currency = query.currency or (self._currency if has_bounds else None)
        wrong = currency_errors("currency", currency) if currency is not None else []
        if wrong or currency is None:
            low = high = None
        else:
            low = _bound("min_price", query.min_price, currency, wrong)
            high = _bound("max_price", query.max_price, currency, wrong)
        if wrong:
            raise ValidationFailed(fields=wrong)
        terms = query_terms(query.words)
        if query.words.strip() and not terms:
            return None
        for item_id in (query.category_id, query.host_id):
            if item_id is not None and not is_id(item_id):
                return None
        if query.category_id is not None:
            terms = (*terms, category_term(query.category_id))
        return ProductFilter(
            terms=listed(terms, query.status),
            kind=query.kind,
            host_id=query.host_id,
            status=query.status,
            currency=currency,
            min_price=low,
            max_price=high,
            in_stock=query.in_stock,
        )


async def managed(
    work: ProductsWork, actor: Actor, product_id: ProductId, *, lock: bool = True
) -> Product:
    """The product of somebody who may change it; raises ProductNotFound, Forbidden."""
    product = await work.products.get(product_id, lock=lock)
    if product is None or not product.is_visible_to(actor):
        raise ProductNotFound
    if not product.is_managed_by(actor):
        raise Forbidden
    return product


async def _terms(work: ProductsWork, product: Product) -> Collection[str]:
    terms = set(product_terms(product.name, product.sku, product.description))
    if product.category_id is None:
        return listed(terms, product.status)
    tree = await work.categories.tree(lock=False)
    if tree.get(product.category_id) is None:
        wrong = FieldError("category_id", "not_found", "There is no such category.")
        raise ValidationFailed(fields=[wrong])
    terms |= {category_term(item) for item in tree.ancestors(product.category_id)}
    return listed(terms, product.status)


def _own_archive(actor: Actor | None, query: ProductQuery) -> ProductQuery:
    if actor is None:
        raise AuthRequired
    if actor.is_admin:
        return query
    if query.host_id not in (None, actor.user_id):
        raise Forbidden
    return replace(query, host_id=actor.user_id)


def _bound(
    field: str, amount: Decimal | None, currency: str, wrong: list[FieldError]
) -> int | None:
    if amount is None:
        return None
    found = amount_errors(field, amount, currency)
    wrong += found
    return None if found else Money.parse(amount, currency).minor


def _position(product: Product, request: ListRequest) -> Position:
    key = request.sort.name.lstrip("-")
    if key == "name":
        return Position(name_key(product.name), product.id)
    return Position(product.price.minor if key == "price" else None, product.id)
