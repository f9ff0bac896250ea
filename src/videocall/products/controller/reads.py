"""Public reads of the catalogue: encoded once, kept with their ETag, dropped when events say so."""

from __future__ import annotations

import msgspec

from videocall.core.cache import Cache
from videocall.core.events.feed import Announced
from videocall.core.http.actors import ActorProvider
from videocall.core.http.etags import Representation
from videocall.core.paging import ListRequest
from videocall.products.interfaces import ProductQuery, Products
from videocall.products.model.products import ProductId
from videocall.products.schema import ProductBody, ProductPage

HEARD = ("products.", "users.profile_changed.")
"""The events that change what is shown here."""

_ONE = "product:"
_LISTS = "products:"


class ProductReads:
    """What everybody may see of the catalogue, as bytes.

    It carries what its handlers need beside it: the framework resolves one dependency at once, and
    several in tasks of their own, which cost more than the rest of a cached answer.
    """

    def __init__(
        self, products: Products, find_actor: ActorProvider, cache: Cache[Representation]
    ) -> None:
        self.products = products
        self.find_actor = find_actor
        self._cache = cache
        self._encoder = msgspec.json.Encoder()

    async def one(self, product_id: ProductId) -> Representation:
        """A product that is for sale; raises ProductNotFound."""
        key = _ONE + product_id
        found = await self._cache.get(key)
        if found is None:
            stamp = await self._cache.stamp()
            found = self.encode(ProductBody.of(await self.products.get(None, product_id)))
            await self._cache.put(key, found, stamp)
        return found

    async def kept(self, item: str, query_string: str) -> Representation | None:
        """What is kept of a product or, without an ``item``, of a page of products."""
        if item:
            return await self._cache.get(_ONE + item) if not query_string else None
        return await self.kept_page(query_string)

    async def kept_page(self, query_string: str) -> Representation | None:
        """The page for this query, when it was asked for a moment ago."""
        return await self._cache.get(_LISTS + query_string)

    async def page(
        self, query_string: str, query: ProductQuery, request: ListRequest
    ) -> Representation:
        """A page of what is for sale; raises ValidationFailed."""
        stamp = await self._cache.stamp()
        page = await self.products.list_products(None, query, request)
        found = Representation.of(self._encoder.encode(ProductPage.of(page)))
        await self._cache.put(_LISTS + query_string, found, stamp)
        return found

    def encode(self, body: ProductBody) -> Representation:
        """The product with an ETag that begins with its version."""
        return Representation.of(self._encoder.encode(body), str(body.version))

    async def heard(self, event: Announced) -> None:
        """Drop what an event made untrue: lists show all that changes anywhere."""
        product_id = event.data.get("product_id")
        if isinstance(product_id, str):
            await self._cache.forget(_ONE + product_id, _LISTS)
        else:  # names of categories and hosts are in many
            await self._cache.clear()
