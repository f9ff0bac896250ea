"""The taxes of the installation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Protocol

from videocall.billing import events
from videocall.billing.errors import TaxNotFound
from videocall.billing.interfaces.invoices import EventAppender
from videocall.billing.interfaces.seller import TaxChange, TaxRepository
from videocall.billing.model.tax import Tax, TaxId
from videocall.core.access import Actor
from videocall.core.clock import Clock
from videocall.core.db.work import UnitsOfWork
from videocall.core.errors import FieldError, Forbidden, ValidationFailed
from videocall.core.idempotency import CommandId

RATE_DECIMALS = 4


class TaxWork(Protocol):
    """A billing transaction, as far as taxes go."""

    @property
    def taxes(self) -> TaxRepository: ...

    @property
    def events(self) -> EventAppender: ...


class TaxService:
    """Hosts read, administrators write; lines carry copies, so nothing issued changes."""

    def __init__(self, units: UnitsOfWork[TaxWork], clock: Clock) -> None:
        self._units = units
        self._clock = clock

    async def list_taxes(self, actor: Actor) -> Sequence[Tax]:
        if not actor.may_host:
            raise Forbidden("Only those who sell need the taxes.")
        async with self._units.read() as work:
            return await work.taxes.active()

    async def create(self, actor: Actor, new: TaxChange, command: CommandId) -> Tax:
        _only_admins(actor)
        tax = Tax(
            id=TaxId(command),
            name=(new.name or "").strip(),
            rate=new.rate if new.rate is not None else Decimal(0),
            inclusive=bool(new.inclusive),
            tax_classes=frozenset(new.tax_classes or ()),
            created_at=self._clock.now(),
        )
        _check(tax)
        async with self._units.write() as work:
            known = await work.taxes.get(tax.id)
            if known is not None:
                return known
            await work.taxes.add(tax)
            self._tell(work, actor, tax, "created")
        return tax

    async def change(self, actor: Actor, tax_id: TaxId, change: TaxChange) -> Tax:
        _only_admins(actor)
        async with self._units.write() as work:
            tax = await work.taxes.get(tax_id)
            if tax is None or tax.archived_at is not None:
                raise TaxNotFound
            classes = change.tax_classes
            changed = replace(
                tax,
                name=tax.name if change.name is None else change.name.strip(),
                rate=tax.rate if change.rate is None else change.rate,
                inclusive=tax.inclusive if change.inclusive is None else change.inclusive,
                tax_classes=tax.tax_classes if classes is None else frozenset(classes),
            )
            _check(changed)
            await work.taxes.put(changed)
            self._tell(work, actor, changed, "changed")
        return changed

    async def archive(self, actor: Actor, tax_id: TaxId) -> None:
        _only_admins(actor)
        async with self._units.write() as work:
            tax = await work.taxes.get(tax_id)
            if tax is None:
                raise TaxNotFound
            if tax.archived_at is None:
                await work.taxes.put(replace(tax, archived_at=self._clock.now()))
                self._tell(work, actor, tax, "archived")

    def _tell(self, work: TaxWork, actor: Actor, tax: Tax, change: str) -> None:
        told = [events.tax_changed(tax.id, change)]
        work.events.append(events.seller_stream(), None, told, actor.user_id)


def _only_admins(actor: Actor) -> None:
    if not actor.is_admin:
        raise Forbidden("Only administrators change the taxes.")


def _check(tax: Tax) -> None:
    wrong = []
    if not tax.name:
        wrong.append(FieldError("name", "too_short", "At least 1 character."))
    elif not tax.name.isprintable():
        wrong.append(FieldError("name", "format", "A name has no control characters."))
    if not tax.rate.is_finite() or not 0 <= tax.rate <= 100:
        wrong.append(FieldError("rate", "out_of_range", "From 0 to 100 percent."))
    elif tax.rate != round(tax.rate, RATE_DECIMALS):
        wrong.append(FieldError("rate", "too_precise", f"At most {RATE_DECIMALS} decimals."))
    if wrong:
        raise ValidationFailed(fields=wrong)
