"""`videocall migrate`: bring the database to the newest schema."""

from __future__ import annotations

import argparse
import asyncio

from videocall.bootstrap.database import make_engine
from videocall.bootstrap.histories import HISTORIES
from videocall.core.console import complain, say
from videocall.core.db.migrate import revisions, upgrade
from videocall.core.db.work import driver_errors
from videocall.core.errors import DatabaseUnavailable
from videocall.core.logs import configure_logs
from videocall.settings import Loaded, Settings


def run(loaded: Loaded, arguments: argparse.Namespace) -> int:
    """Migrate, or with --check only look; 1 when there is something to do or it can't be done."""
    settings = loaded.settings
    configure_logs(settings.log.level, as_json=settings.logs_as_json, process="migrate")
    try:
        return asyncio.run(_migrate(settings, only_check=arguments.check))
    except DatabaseUnavailable as error:
        complain(f"videocall: the database does not answer ({error.__cause__}).")
        return 1


async def _migrate(settings: Settings, *, only_check: bool) -> int:
    engine = make_engine(settings)
    try:
        async with driver_errors():
            if not only_check:
                await upgrade(engine, HISTORIES)
            found = await revisions(engine, HISTORIES)
    finally:
        await engine.dispose()
    for item in found:
        say(f"{item.history}: {item.current or 'nothing'} (newest: {item.head})")
    return 0 if all(item.is_current for item in found) else 1
