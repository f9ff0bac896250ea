"""HTTP of payments, top-ups, ways to pay and the webhooks of providers."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter, SkipValidation

from videocall.billing.interfaces.payments import PaymentFilter, PaymentMethods, Payments
from videocall.billing.model.charges import PaymentId, PaymentMethod
from videocall.billing.model.payments import PaymentState, Purpose
from videocall.billing.schema.payments import (
    ConfirmBody,
    PayBody,
    PaymentBody,
    PaymentMethodBody,
    PaymentMethodChangeBody,
    PaymentMethodList,
    PaymentPage,
    TopUpBody,
    TopUpOrderBody,
    TopUpPage,
)
from videocall.core.access import UserId
from videocall.core.http.actors import SECURED, SignedIn
from videocall.core.http.idempotency import Command
from videocall.core.http.problems import AnyRequest, problems
from videocall.core.paging import DEFAULT_LIMIT, ListRequest, Sort

PaymentsDoor = NamedDependency[SkipValidation[Payments]]
MethodsDoor = NamedDependency[SkipValidation[PaymentMethods]]

StateQuery = Annotated[PaymentState | None, QueryParameter(name="state")]

NEWEST = (Sort("-created_at"),)


class PayingController(Controller):
    """Paying an invoice."""

    path = "/billing/invoices"
    tags = ("billing",)
    security = SECURED

    @post(
        "/{invoice_id:str}/pay",
        operation_id="payInvoice",
        responses=problems(401, 402, 404, 409, 422, 503),
    )
    async def pay(
        self,
        invoice_id: FromPath[str],
        data: JSONBody[PayBody],
        actor: SignedIn,
        command: Command,
        payments: PaymentsDoor,
    ) -> PaymentBody:
        """Pay all or a part. A declined card is 402, with the failed payment's id in Payment-Id."""
        view = await payments.pay(actor, invoice_id, data.order(), PaymentId(command))
        return PaymentBody.of(view)


class PaymentController(Controller):
    """Payments."""

    path = "/billing/payments"
    tags = ("billing",)
    security = SECURED

    @get(operation_id="listPayments", responses=problems(401, 422))
    async def list_payments(
        self,
        actor: SignedIn,
        payments: PaymentsDoor,
        invoice_id: FromQuery[str | None] = None,
        payment_state: StateQuery = None,
        method: FromQuery[PaymentMethod | None] = None,
        customer_id: FromQuery[str | None] = None,
        limit: FromQuery[int] = DEFAULT_LIMIT,
        cursor: FromQuery[str | None] = None,
        page: FromQuery[int | None] = None,
    ) -> PaymentPage:
        """One's own payments, newest first; administrators see all."""
        wanted = PaymentFilter(
            invoice_id, payment_state, method, UserId(customer_id) if customer_id else None
        )
        request = ListRequest.parse(NEWEST, limit=limit, cursor=cursor, page=page)
        found = await payments.list_payments(actor, wanted, request)
        items = [PaymentBody.of(view) for view in found.items]
        return PaymentPage(items, found.next_cursor, found.page, found.has_more)

    @get("/{payment_id:str}", operation_id="getPayment", responses=problems(401, 404, 503))
    async def read(
        self,
        payment_id: FromPath[str],
        actor: SignedIn,
        payments: PaymentsDoor,
        refresh: FromQuery[bool] = False,
    ) -> PaymentBody:
        """A payment; with refresh=true the provider is asked while it is not finished."""
        return PaymentBody.of(await payments.get(actor, PaymentId(payment_id), refresh=refresh))

    @post(
        "/{payment_id:str}/confirm",
        status_code=200,
        operation_id="confirmPayment",
        responses=problems(401, 403, 404, 409, 422),
    )
    async def confirm(
        self,
        payment_id: FromPath[str],
        actor: SignedIn,
        payments: PaymentsDoor,
        data: JSONBody[ConfirmBody | None] = None,
    ) -> PaymentBody:
        """Say that a bank transfer arrived; for administrators."""
        given = data or ConfirmBody()
        view = await payments.confirm(actor, PaymentId(payment_id), given.amount, given.note)
        return PaymentBody.of(view)

    @post(
        "/{payment_id:str}/cancel",
        status_code=200,
        operation_id="cancelPayment",
        responses=problems(401, 404, 409, 503),
    )
    async def cancel(
        self, payment_id: FromPath[str], actor: SignedIn, payments: PaymentsDoor
    ) -> PaymentBody:
        """Stop a payment that is not finished."""
        return PaymentBody.of(await payments.cancel(actor, PaymentId(payment_id)))


class TopUpController(Controller):
    """Paying into the wallet."""

    path = "/billing/wallet/top-ups"
    tags = ("billing",)
    security = SECURED

    @post(operation_id="topUpWallet", responses=problems(401, 402, 409, 422, 503))
    async def top_up(
        self,
        data: JSONBody[TopUpOrderBody],
        actor: SignedIn,
        command: Command,
        payments: PaymentsDoor,
    ) -> TopUpBody:
        """Pay into one's own wallet; it counts once the payment has succeeded."""
        return TopUpBody.of(await payments.top_up(actor, data.order(), PaymentId(command)))

    @get(operation_id="listTopUps", responses=problems(401, 422))
    async def list_top_ups(
        self,
        actor: SignedIn,
        payments: PaymentsDoor,
        customer_id: FromQuery[str | None] = None,
        limit: FromQuery[int] = DEFAULT_LIMIT,
        cursor: FromQuery[str | None] = None,
        page: FromQuery[int | None] = None,
    ) -> TopUpPage:
        """One's own top-ups, newest first; administrators see all."""
        customer = UserId(customer_id) if customer_id else None
        wanted = PaymentFilter(customer_id=customer, purpose=Purpose.TOP_UP)
        request = ListRequest.parse(NEWEST, limit=limit, cursor=cursor, page=page)
        found = await payments.list_payments(actor, wanted, request)
        items = [TopUpBody.of(view) for view in found.items]
        return TopUpPage(items, found.next_cursor, found.page, found.has_more)

    @get("/{top_up_id:str}", operation_id="getTopUp", responses=problems(401, 404))
    async def read(
        self, top_up_id: FromPath[str], actor: SignedIn, payments: PaymentsDoor
    ) -> TopUpBody:
        """A top-up."""
        return TopUpBody.of(await payments.get_top_up(actor, PaymentId(top_up_id)))


class PaymentMethodController(Controller):
    """Ways to pay."""

    path = "/billing/payment-methods"
    tags = ("billing",)
    security = SECURED

    @get(operation_id="listPaymentMethods", responses=problems(401))
    async def list_methods(
        self, actor: SignedIn, payment_methods: MethodsDoor
    ) -> PaymentMethodList:
        """The ways to pay one may choose; administrators see those switched off too."""
        found = await payment_methods.list_methods(actor)
        return PaymentMethodList([PaymentMethodBody.of(view) for view in found])

    @patch(
        "/{method:str}",
        operation_id="changePaymentMethod",
        responses=problems(401, 403, 409, 422),
    )
    async def change(
        self,
        method: FromPath[PaymentMethod],
        data: JSONBody[PaymentMethodChangeBody],
        actor: SignedIn,
        payment_methods: MethodsDoor,
    ) -> PaymentMethodBody:
        """Switch a way to pay on or off; for administrators."""
        view = await payment_methods.change(
            actor, method, is_enabled=data.enabled, instructions=data.instructions
        )
        return PaymentMethodBody.of(view)


class ProviderWebhookController(Controller):
    """What payment providers tell."""

    path = "/billing/webhooks"
    tags = ("billing",)

    @post(
        "/{method:str}",
        status_code=200,
        operation_id="receivePaymentWebhook",
        responses=problems(404, 422, 503),
    )
    async def receive(
        self, method: FromPath[PaymentMethod], request: AnyRequest, payments: PaymentsDoor
    ) -> None:
        """Take a signed webhook of a payment provider; repeats are answered like the first."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        await payments.receive(method, await request.body(), headers)


CONTROLLERS = (
    PayingController,
    PaymentController,
    TopUpController,
    PaymentMethodController,
    ProviderWebhookController,
)
