"""Stock tasks in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from videocall.billing.model.stock_tasks import StockTask


class StockTaskRepository(Protocol):
    """What is still to be done to stock."""

    async def add(self, task: StockTask) -> bool:
        """Write a new one; False when the id is there."""
        ...

    async def get(self, task_id: str) -> StockTask | None: ...

    async def put(self, task: StockTask) -> None: ...

    async def drop(self, task_id: str) -> None: ...

    async def claim(self, now: datetime, until: datetime, limit: int) -> Sequence[str]:
        """Tasks whose time has come, for nobody else until then."""
        ...
