"""`videocall demo`: fills an empty database with a year of a believable shop."""

from __future__ import annotations

import argparse
import asyncio
import random
import secrets
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from videocall.bootstrap.application import prepare_database
from videocall.bootstrap.container import Container, build_container
from videocall.bootstrap.demo.api import TOKEN_SECONDS, Api, DemoFailed
from videocall.bootstrap.demo.calls import Lessons
from videocall.bootstrap.demo.sales import Trade
from videocall.bootstrap.demo.shop import invite, open_shop
from videocall.bootstrap.demo.sources import NoMedia, StoryClock, story_sources
from videocall.bootstrap.demo.story import Cast, Story
from videocall.bootstrap.keys import Keys, resolve_keys
from videocall.core.console import complain, say
from videocall.core.db.work import driver_errors
from videocall.core.errors import DomainError
from videocall.core.logs import configure_logs
from videocall.settings import Loaded, MailSettings, Settings, TestPaymentSettings

EXIT_FAILED = 1

_MONTH = timedelta(days=365) / 12
_STARTING_ORDERS, _GROWTH = 7, 0.8  # in the first month, and more each month
_NOT_IN_STORIES = ("hear of other processes",)  # there are none


@dataclass(frozen=True, slots=True)
class Plan:
    """Which story, how long it is, and whether it may stand beside what is there."""

    seed: int
    force: bool = False
    months: int = 12


def run(loaded: Loaded, arguments: argparse.Namespace) -> int:
    """Fill the database; the exit code."""
    settings = loaded.settings
    configure_logs("error", as_json=settings.logs_as_json, process="demo")
    keys = resolve_keys(settings)
    password = secrets.token_urlsafe(9)
    try:
        with tempfile.TemporaryDirectory(prefix="videocall-demo-") as letters:
            quiet = without_outside(settings, letters)
            plan = Plan(arguments.seed, arguments.force)
            return asyncio.run(fill(quiet, keys, password, plan, datetime.now(UTC)))
    except DomainError as error:
        complain(f"videocall: {error.title}. {error.detail}")
    except DemoFailed as error:
        complain(f"videocall: the story broke off: {error}")
    return EXIT_FAILED


def without_outside(settings: Settings, letters: str) -> Settings:
    """The same database, but letters go nowhere and no provider is asked."""
    replaced = msgspec.structs.replace
    return replaced(
        settings,
        data_dir=letters,
        database=replaced(settings.database, url=settings.database_url),
        auth=replaced(settings.auth, access_token_seconds=TOKEN_SECONDS),
        mail=MailSettings(),
        payments=replaced(settings.payments, test=TestPaymentSettings(enabled="never")),
    )


async def fill(settings: Settings, keys: Keys, password: str, plan: Plan, now: datetime) -> int:
    """Live the story until ``now``; the exit code."""
    end = now.replace(microsecond=0)
    clock = StoryClock((end - plan.months * _MONTH).replace(hour=1, minute=0, second=0))
    container = build_container(settings, keys, story_sources(clock, plan.seed), NoMedia())
    try:
        async with driver_errors():
            await prepare_database(container)
        if not plan.force and not await container.setup.needed():
            complain("videocall: this database is in use already. A demo wants an empty one:")
            complain("           --data-dir elsewhere; or --force to put it beside what is there.")
            return EXIT_FAILED
        say("Opening the shop ...")
        cast = await _live(container, keys, clock, plan, end, password)
    finally:
        await container.aclose()
    _introduce(cast, password)
    return 0


async def _live(
    container: Container, keys: Keys, clock: StoryClock, plan: Plan, end: datetime, password: str
) -> Cast:
    cast = await invite(container, password)
    api = Api(container, clock)
    chance = random.Random(plan.seed)  # noqa: S311 - a demo is the same each time
    jobs = [job for job in container.jobs if job.name not in _NOT_IN_STORIES]
    story = Story(api, clock, chance, end, jobs)
    currency = container.settings.shop.currency
    try:
        offers = await open_shop(api, cast, currency)
        trade = Trade(story, cast, offers, currency)
        lessons = Lessons(story, cast, keys, container.billing.wallet.door)
        await _months(story, trade, lessons, plan.months)
    finally:
        await api.aclose()
    return cast


async def _months(story: Story, trade: Trade, lessons: Lessons, months: int) -> None:
    """Plan each month, live it, and tell of it."""
    begin = story.clock.now()
    length = (story.end - begin) / months
    for month in range(months):
        first = begin + month * length
        orders = round(_STARTING_ORDERS + _GROWTH * month)
        happenings = (
            (trade.order, orders),
            (trade.bill, orders // 2),
            (trade.top_up, 2),
            (lessons.arrange, orders // 2),
        )
        for happening, times in happenings:
            for _ in range(times):
                moment = first + timedelta(
                    seconds=story.chance.uniform(0.01, 0.99) * length.total_seconds()
                )
                story.plan(moment, happening)
        before = dict(story.counts)
        await story.until(first + length)
        news = ", ".join(
            f"{count - before.get(what, 0)} {what}" for what, count in story.counts.items()
        )
        say(f"{first:%Y-%m}: {news}")
    await story.tidy()


def _introduce(cast: Cast, password: str) -> None:
    say()
    say("Done. Everybody has the same password, which is shown only here:")
    say(f"  {password}")
    for title, members in (
        ("administrator", [cast.admin]),
        ("host", cast.hosts),
        ("customer", cast.customers),
    ):
        for member in members:
            say(f"  {title:14} {member.email:32} {member.name}")
