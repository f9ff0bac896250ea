"""HTTP of the seller's details, logo and taxes."""

from __future__ import annotations

from litestar import Controller, Response, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation

from videocall.billing.interfaces.seller import SellerSettings, Taxes
from videocall.billing.model.seller import SellerLogo
from videocall.billing.model.tax import TaxId
from videocall.billing.schema.seller import (
    NewTaxBody,
    SellerBody,
    SellerChangeBody,
    TaxBody,
    TaxChangeBody,
    TaxList,
)
from videocall.core.http.actors import SECURED, SignedIn
from videocall.core.http.idempotency import Command
from videocall.core.http.problems import AnyRequest, problems

SellerDoor = NamedDependency[SkipValidation[SellerSettings]]
TaxesDoor = NamedDependency[SkipValidation[Taxes]]


class SellerController(Controller):
    """The seller."""

    path = "/billing/seller"
    tags = ("billing",)
    security = SECURED

    @get(operation_id="getSeller", responses=problems(401))
    async def read(self, actor: SignedIn, seller: SellerDoor) -> SellerBody:
        """Who sells, as new documents name them; for everybody who is signed in."""
        return SellerBody.of(await seller.get())

    @put(operation_id="putSeller", responses=problems(401, 403, 422))
    async def write(
        self, data: JSONBody[SellerChangeBody], actor: SignedIn, seller: SellerDoor
    ) -> SellerBody:
        """Replace the details; for administrators. Issued documents keep theirs."""
        return SellerBody.of(await seller.put(actor, data.seller()))

    @get(
        "/logo",
        operation_id="getSellerLogo",
        responses=problems(401, 404),
        media_type="application/octet-stream",
    )
    async def read_logo(self, actor: SignedIn, seller: SellerDoor) -> Response[bytes]:
        """The logo, PNG or SVG."""
        logo = await seller.logo()
        headers = {
            "ETag": f'"{logo.id}"',
            "Cache-Control": "private, no-cache",
            # An SVG opened by itself must not run anything.
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        }
        return Response(logo.content, media_type=logo.media_type, headers=headers)

    @put("/logo", status_code=204, operation_id="putSellerLogo", responses=problems(401, 403, 422))
    async def write_logo(self, request: AnyRequest, actor: SignedIn, seller: SellerDoor) -> None:
        """Upload a logo: the body is a PNG or SVG of at most 256 KiB; for administrators."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        await seller.put_logo(actor, SellerLogo(kind, await request.body()))

    @delete("/logo", operation_id="deleteSellerLogo", responses=problems(401, 403))
    async def remove_logo(self, actor: SignedIn, seller: SellerDoor) -> None:
        """Show no logo on new documents; for administrators."""
        await seller.remove_logo(actor)


class TaxController(Controller):
    """Taxes."""

    path = "/billing/taxes"
    tags = ("billing",)
    security = SECURED

    @get(operation_id="listTaxes", responses=problems(401, 403))
    async def list_taxes(self, actor: SignedIn, taxes: TaxesDoor) -> TaxList:
        """All taxes that new lines may have, by name; for hosts and administrators."""
        return TaxList([TaxBody.of(tax) for tax in await taxes.list_taxes(actor)])

    @post(operation_id="createTax", responses=problems(401, 403, 422))
    async def create(
        self, data: JSONBody[NewTaxBody], actor: SignedIn, command: Command, taxes: TaxesDoor
    ) -> TaxBody:
        """Add a tax; for administrators."""
        return TaxBody.of(await taxes.create(actor, data.change(), command))

    @patch("/{tax_id:str}", operation_id="updateTax", responses=problems(401, 403, 404, 422))
    async def update(
        self,
        tax_id: FromPath[str],
        data: JSONBody[TaxChangeBody],
        actor: SignedIn,
        taxes: TaxesDoor,
    ) -> TaxBody:
        """Change it for lines to come; for administrators."""
        return TaxBody.of(await taxes.change(actor, TaxId(tax_id), data.change()))

    @delete("/{tax_id:str}", operation_id="archiveTax", responses=problems(401, 403, 404))
    async def archive(self, tax_id: FromPath[str], actor: SignedIn, taxes: TaxesDoor) -> None:
        """Use it on no new line; invoices keep it. For administrators."""
        await taxes.archive(actor, TaxId(tax_id))


CONTROLLERS = (SellerController, TaxController)
