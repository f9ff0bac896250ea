"""Products: reading is public, changing is for their hosts."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import (
    FromPath,
    FromQuery,
    HeaderParameter,
    JSONBody,
    QueryParameter,
    SkipValidation,
)

from videocall.core.access import Actor, UserId
from videocall.core.errors import FieldError, ValidationFailed
from videocall.core.http.actors import SECURED, SignedIn
from videocall.core.http.etags import PRIVATE, REVALIDATE, answer, version_of
from videocall.core.http.paths import API_PREFIX
from videocall.core.http.problems import AnyRequest, problems
from videocall.core.paging import DEFAULT_LIMIT, ListRequest, Sort
from videocall.products.controller.reads import ProductReads
from videocall.products.errors import ProductNotFound
from videocall.products.interfaces import ProductQuery, Products
from videocall.products.model.products import CategoryId, ProductId, ProductKind, ProductStatus
from videocall.products.schema import (
    NewProductBody,
    ProductBody,
    ProductChangeBody,
    ProductPage,
    RemovalBody,
    price_of,
)

ProductsDoor = NamedDependency[SkipValidation[Products]]
Reads = NamedDependency[SkipValidation[ProductReads]]

PATH = "/products"
SORTS = (
    Sort("-created_at"),
    Sort("created_at"),
    Sort("name", str),
    Sort("-name", str),
    Sort("price", int),
    Sort("-price", int),
)

Words = Annotated[str, QueryParameter(max_length=200, description="Words, or how they begin")]
Price = Annotated[str | None, QueryParameter(max_length=40, description="Major units")]
IfMatch = Annotated[str | None, HeaderParameter(name="If-Match", max_length=200)]
_UNCHANGED = {304: ResponseSpec(None, description="As in If-None-Match", generate_examples=False)}


class ProductController(Controller):
    """Products."""

    path = PATH
    tags = ("products",)

    @get(operation_id="listProducts", responses=_UNCHANGED | problems(401, 403, 422))
    async def list_products(
        self,
        request: AnyRequest,
        product_reads: Reads,
        q: Words = "",
        kind: FromQuery[ProductKind | None] = None,
        category: FromQuery[str | None] = None,
        host: FromQuery[str | None] = None,
        status: FromQuery[ProductStatus] = ProductStatus.ACTIVE,
        currency: FromQuery[str | None] = None,
        min_price: Price = None,
        max_price: Price = None,
        in_stock: FromQuery[bool] = False,
        sort: FromQuery[str | None] = None,
        limit: FromQuery[int] = DEFAULT_LIMIT,
        cursor: FromQuery[str | None] = None,
        page: FromQuery[int | None] = None,
    ) -> Response[ProductPage]:
        """What is for sale, newest first; `host=me` and archived products for signed-in hosts."""
        is_private = host == "me" or status is not ProductStatus.ACTIVE
        asked = request.scope["query_string"].decode("latin-1")
        if not is_private and (kept := await product_reads.kept_page(asked)) is not None:
            return answer(request, kept, REVALIDATE)
        actor: Actor | None = await product_reads.find_actor(request) if is_private else None
        wanted = ProductQuery(
            words=q,
            kind=kind,
            category_id=CategoryId(category) if category is not None else None,
            host_id=actor.user_id if actor is not None and host == "me" else _user_id(host),
            status=status,
            currency=currency,
            min_price=price_of(min_price),
            max_price=price_of(max_price),
            in_stock=in_stock,
        )
        paged = ListRequest.parse(SORTS, sort=sort, limit=limit, cursor=cursor, page=page)
        if not is_private:
            return answer(request, await product_reads.page(asked, wanted, paged), REVALIDATE)
        found = await product_reads.products.list_products(actor, wanted, paged)
        return Response(ProductPage.of(found), headers={"Cache-Control": PRIVATE})

    @post(
        operation_id="createProduct",
        security=SECURED,
        responses=problems(401, 403, 404, 409, 422),
    )
    async def create(
        self,
        data: JSONBody[NewProductBody],
        actor: SignedIn,
        products: ProductsDoor,
        product_reads: Reads,
    ) -> Response[ProductBody]:
        """Offer something; for hosts."""
        body = ProductBody.of(await products.create(actor, data.new()))
        headers = {
            "Location": f"{API_PREFIX}{PATH}/{body.id}",
            "ETag": product_reads.encode(body).etag,
        }
        return Response(body, status_code=201, headers=headers)

    @get("/{product_id:str}", operation_id="getProduct", responses=_UNCHANGED | problems(401, 404))
    async def read(
        self,
        request: AnyRequest,
        product_id: FromPath[str],
        product_reads: Reads,
    ) -> Response[ProductBody]:
        """A product; an archived one for its host and administrators."""
        try:
            found = await product_reads.one(ProductId(product_id))
        except ProductNotFound:
            if "authorization" not in request.headers:
                raise
            actor = await product_reads.find_actor(request)
            view = await product_reads.products.get(actor, ProductId(product_id))
            return answer(request, product_reads.encode(ProductBody.of(view)), PRIVATE)
        return answer(request, found, REVALIDATE)

    @patch(
        "/{product_id:str}",
        operation_id="updateProduct",
        security=SECURED,
        responses=problems(401, 403, 404, 409, 412, 422),
    )
    async def update(
        self,
        product_id: FromPath[str],
        data: JSONBody[ProductChangeBody],
        actor: SignedIn,
        products: ProductsDoor,
        product_reads: Reads,
        if_match: IfMatch = None,
    ) -> Response[ProductBody]:
        """Change it; with If-Match only when nobody else has since. For its host."""
        view = await products.update(
            actor, ProductId(product_id), data.change(), version_of(if_match)
        )
        body = ProductBody.of(view)
        return Response(body, headers={"ETag": product_reads.encode(body).etag})

    @delete(
        "/{product_id:str}",
        status_code=200,
        operation_id="deleteProduct",
        security=SECURED,
        responses=problems(401, 403, 404),
    )
    async def remove(
        self, product_id: FromPath[str], actor: SignedIn, products: ProductsDoor
    ) -> RemovalBody:
        """Delete it, or archive it once it was sold; for its host."""
        return RemovalBody(await products.remove(actor, ProductId(product_id)))


def _user_id(host: str | None) -> UserId | None:
    if host is not None and len(host) > 36:
        wrong = FieldError("host", "format", "The id of an account, or me.")
        raise ValidationFailed(fields=[wrong])
    return UserId(host) if host is not None else None
