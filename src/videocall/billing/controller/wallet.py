"""HTTP of wallets: what one has, what moved, statements. Filling them is payments' business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIMediaType, Operation, Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import FromPath, FromQuery, QueryParameter, SkipValidation

from videocall.billing.interfaces.wallet import Days, Statement, WalletDesk
from videocall.billing.model.wallet import Unit
from videocall.billing.schema.wallet import StatementBody, WalletBody, WalletEntryPage
from videocall.billing.schema.wallet_csv import statement_csv
from videocall.core.access import UserId
from videocall.core.http.actors import SECURED, SignedIn
from videocall.core.http.problems import problems
from videocall.core.paging import DEFAULT_LIMIT, ListRequest, Sort

Desk = NamedDependency[SkipValidation[WalletDesk]]

UnitQuery = Annotated[
    Unit | None,
    QueryParameter(max_length=8, description="A currency (default: that of the house), or minutes"),
]
FromDay = Annotated[date | None, QueryParameter(name="from", description="First day, UTC")]
ToDay = Annotated[date | None, QueryParameter(name="to", description="Last day, UTC")]
Format = Literal["json", "csv"]

NEWEST = (Sort("-created_at", int),)
_CSV = "text/csv"


@dataclass
class _StatementOperation(Operation):
    """The framework documents one media type of an answer; a statement has two."""

    def __post_init__(self) -> None:
        answers = (self.responses or {}).get("200")
        content = getattr(answers, "content", None)
        if content is not None:
            content[_CSV] = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING))


class WalletController(Controller):
    """One's own wallet."""

    path = "/billing/wallet"
    tags = ("billing",)
    security = SECURED

    @get(operation_id="getWallet", responses=problems(401))
    async def read(self, actor: SignedIn, wallet_desk: Desk) -> WalletBody:
        """What one has, and what of it is set aside."""
        return WalletBody.of(await wallet_desk.view(actor))

    @get("/entries", operation_id="listWalletEntries", responses=problems(401, 422))
    async def entries(
        self,
        actor: SignedIn,
        wallet_desk: Desk,
        unit: UnitQuery = None,
        first: FromDay = None,
        last: ToDay = None,
        limit: FromQuery[int] = DEFAULT_LIMIT,
        cursor: FromQuery[str | None] = None,
        page: FromQuery[int | None] = None,
    ) -> WalletEntryPage:
        """Movements of one unit, newest first."""
        request = ListRequest.parse(NEWEST, limit=limit, cursor=cursor, page=page)
        found = await wallet_desk.entries(actor, None, unit, Days(first, last), request)
        return WalletEntryPage.of(found)

    @get(
        "/statement",
        operation_id="getWalletStatement",
        responses=problems(401, 422),
        operation_class=_StatementOperation,
    )
    async def statement(
        self,
        actor: SignedIn,
        wallet_desk: Desk,
        unit: UnitQuery = None,
        first: FromDay = None,
        last: ToDay = None,
        format: FromQuery[Format] = "json",  # noqa: A002 - the name on the wire
    ) -> Response[StatementBody]:
        """Every movement of some days (default: this month; at most 366), oldest first."""
        return _shown(await wallet_desk.statement(actor, None, unit, Days(first, last)), format)


class CustomerWalletController(Controller):
    """Anybody's wallet, for administrators."""

    path = "/billing/wallets/{customer_id:str}"
    tags = ("billing",)
    security = SECURED

    @get(operation_id="getCustomerWallet", responses=problems(401, 404))
    async def read(
        self, customer_id: FromPath[str], actor: SignedIn, wallet_desk: Desk
    ) -> WalletBody:
        """What a customer has."""
        return WalletBody.of(await wallet_desk.view(actor, UserId(customer_id)))

    @get("/entries", operation_id="listCustomerWalletEntries", responses=problems(401, 404, 422))
    async def entries(
        self,
        customer_id: FromPath[str],
        actor: SignedIn,
        wallet_desk: Desk,
        unit: UnitQuery = None,
        first: FromDay = None,
        last: ToDay = None,
        limit: FromQuery[int] = DEFAULT_LIMIT,
        cursor: FromQuery[str | None] = None,
        page: FromQuery[int | None] = None,
    ) -> WalletEntryPage:
        """Movements of a customer's wallet, newest first."""
        owner, days = UserId(customer_id), Days(first, last)
        request = ListRequest.parse(NEWEST, limit=limit, cursor=cursor, page=page)
        found = await wallet_desk.entries(actor, owner, unit, days, request)
        return WalletEntryPage.of(found)

    @get(
        "/statement",
        operation_id="getCustomerWalletStatement",
        responses=problems(401, 404, 422),
        operation_class=_StatementOperation,
    )
    async def statement(
        self,
        customer_id: FromPath[str],
        actor: SignedIn,
        wallet_desk: Desk,
        unit: UnitQuery = None,
        first: FromDay = None,
        last: ToDay = None,
        format: FromQuery[Format] = "json",  # noqa: A002 - the name on the wire
    ) -> Response[StatementBody]:
        """A customer's statement."""
        owner, days = UserId(customer_id), Days(first, last)
        return _shown(await wallet_desk.statement(actor, owner, unit, days), format)


CONTROLLERS = (WalletController, CustomerWalletController)


def _shown(statement: Statement, wanted: Format) -> Response[StatementBody]:
    body = StatementBody.of(statement)
    if wanted == "json":
        return Response(body)
    name = f"wallet-{body.unit}-{body.from_}-{body.to}.csv"
    return Response(  # bytes go out as they are
        statement_csv(body),  # type: ignore[arg-type]
        media_type=_CSV,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
