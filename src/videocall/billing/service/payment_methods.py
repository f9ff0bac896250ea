"""The ways to pay: which of those that are set up the administrator offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from videocall.billing import events
from videocall.billing.errors import MethodUnavailable
from videocall.billing.interfaces.payments import MethodSwitch, MethodView
from videocall.billing.interfaces.settlement import SettlementUnits
from videocall.billing.model.charges import PaymentMethod
from videocall.core.access import Actor
from videocall.core.clock import Clock
from videocall.core.errors import Forbidden

_STREAM = "payment_methods"


class PaymentMethodService:
    """Ways to pay. The wallet needs no provider and is always set up."""

    def __init__(
        self,
        units: SettlementUnits,
        configured: frozenset[PaymentMethod],
        publishable_keys: Mapping[PaymentMethod, str],
        clock: Clock,
    ) -> None:
        self._units = units
        self._configured = configured | {PaymentMethod.WALLET}
        self._publishable_keys = publishable_keys
        self._clock = clock

    async def list_methods(self, actor: Actor) -> Sequence[MethodView]:
        async with self._units.read() as work:
            switches = await work.payments.switches()
        views = [self._view(method, switches.get(method)) for method in PaymentMethod]
        return [view for view in views if actor.is_admin or _is_offered(view)]

    async def change(
        self,
        actor: Actor,
        method: PaymentMethod,
        *,
        is_enabled: bool | None,
        instructions: str | None,
    ) -> MethodView:
        if not actor.is_admin:
            raise Forbidden("Only administrators choose the ways to pay.")
        async with self._units.write() as work:
            before = self._view(method, (await work.payments.switches()).get(method))
            switch = MethodSwitch(
                method,
                before.is_enabled if is_enabled is None else is_enabled,
                before.instructions if instructions is None else instructions.strip(),
            )
            await work.payments.put_switch(switch, self._clock.now())
            told = [events.method_switched(method, is_enabled=switch.is_enabled)]
            work.events.append(_STREAM, None, told, actor.user_id)
        return self._view(method, switch)

    async def require(self, method: PaymentMethod) -> None:
        """Raises MethodUnavailable unless it is set up and switched on."""
        async with self._units.read() as work:
            view = self._view(method, (await work.payments.switches()).get(method))
        if not _is_offered(view):
            raise MethodUnavailable

    def _view(self, method: PaymentMethod, switch: MethodSwitch | None) -> MethodView:
        return MethodView(
            method=method,
            is_enabled=switch.is_enabled if switch is not None else True,
            is_configured=method in self._configured,
            instructions=switch.instructions if switch is not None else "",
            publishable_key=self._publishable_keys.get(method),
        )


def _is_offered(view: MethodView) -> bool:
    return view.is_enabled and view.is_configured
