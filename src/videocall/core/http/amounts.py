"""Exact numbers in request bodies: amounts of money, rates and quantities, text or number.

A JSON number is read digit by digit (see `ExactRequest`), never through a float.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, TypeAlias

import msgspec
from litestar import Request
from litestar.exceptions import SerializationException
from litestar.types import Empty
from msgspec import Meta

from videocall.core.amounts import (
    amount_errors,
    amount_rule,
    currency_errors,
    decimal_errors,
    decimal_rule,
    read_amount,
)

__all__ = [
    "ExactRequest",
    "WireAmount",
    "WireDecimal",
    "amount_errors",
    "amount_rule",
    "currency_errors",
    "decimal_errors",
    "decimal_rule",
    "read_amount",
]

WireAmount: TypeAlias = Annotated[
    Decimal,
    Meta(
        description="Major units, as text or as a number; exact.",
        examples=["99.99"],
        extra_json_schema={
            "extra": {"type": ["string", "number"], "pattern": r"^\d{1,12}(\.\d{1,3})?$"}
        },
    ),
]
"""A field of a request: '99.99' or 99.99; what else must hold is for `read_amount` to say."""

WireDecimal: TypeAlias = Annotated[
    Decimal,
    Meta(
        description="A decimal number, as text or as a number; exact.",
        examples=["1.5"],
        extra_json_schema={"extra": {"type": ["string", "number"]}},
    ),
]
"""A field of a request that is no money: a quantity, a rate in percent."""


def _exactly(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond all measure: the field is refused, by name
        return Decimal("NaN")


_DECODER = msgspec.json.Decoder(float_hook=_exactly)


class ExactRequest(Request[Any, Any, Any]):
    """A request whose JSON numbers with a fraction arrive as Decimal, with every digit sent."""

    async def json(self) -> Any:  # noqa: ANN401 - as in the class above
        """The body as Python values; the framework makes the handler's struct of them."""
        state = self._connection_state
        if state.json is Empty:
            body = await self.body()
            try:
                state.json = _DECODER.decode(body or b"null")
            except (msgspec.DecodeError, UnicodeError) as error:
                raise SerializationException(str(error)) from error
        return state.json
