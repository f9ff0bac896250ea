"""`videocall admin create`: an administrator without a browser."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys

from videocall.bootstrap.application import prepare_database
from videocall.bootstrap.container import build_container
from videocall.bootstrap.keys import resolve_keys
from videocall.core.console import complain, say
from videocall.core.db.work import driver_errors
from videocall.core.errors import DomainError
from videocall.core.logs import configure_logs
from videocall.settings import Loaded, Settings
from videocall.users.interfaces import NewAccount

EXIT_FAILED = 1


def run(loaded: Loaded, arguments: argparse.Namespace) -> int:
    """Ask for what is missing and make the account; the exit code."""
    settings = loaded.settings
    configure_logs(settings.log.level, as_json=settings.logs_as_json, process="admin")
    try:
        account = NewAccount(
            email=arguments.email or input("E-mail address: "),
            name=arguments.name or input("Name: "),
            password=_password(from_stdin=arguments.password_stdin),
        )
    except EOFError:
        complain("videocall: give --email, --name and --password-stdin, or answer the questions.")
        return EXIT_FAILED
    try:
        user_id = asyncio.run(_create(settings, account))
    except DomainError as error:
        complain(f"videocall: {error.title}. {error.detail}")
        for field in error.fields:
            complain(f"           {field.field}: {field.message}")
        return EXIT_FAILED
    say(f"Made administrator {account.email} ({user_id}).")
    return 0


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    while True:
        password = getpass.getpass("Password: ")
        if password == getpass.getpass("Again: "):
            return password
        complain("The two are not the same.")


async def _create(settings: Settings, account: NewAccount) -> str:
    container = build_container(settings, resolve_keys(settings))
    try:
        async with driver_errors():
            await prepare_database(container)
        return (await container.setup.create_admin(account)).id
    finally:
        await container.aclose()
