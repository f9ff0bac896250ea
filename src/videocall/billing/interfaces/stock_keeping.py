"""What happens to stock around invoices that people write by hand."""

from __future__ import annotations

from typing import Protocol

from videocall.billing.model.invoice import Invoice


class StockKeeping(Protocol):
    """Called outside of transactions; every call may be repeated.

    Invoices of a checkout have a reservation of their own and never come here.
    """

    async def before_open(self, invoice: Invoice) -> None:
        """Reserve the goods on it; raises OutOfStock and what else the stock says."""
        ...

    async def after_open(self, invoice: Invoice) -> None:
        """It has a number: the goods are taken."""
        ...

    async def after_void(self, invoice: Invoice) -> None:
        """It is void: the goods return."""
        ...
