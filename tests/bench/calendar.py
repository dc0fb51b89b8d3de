"""Questions of the calendar: 1,000 campaigns over five years, and a million codes, which change nothing."""

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from store.clock import ManualClock
from store.config import Settings
from store.queries.calendar import campaign_calendar
from store.queries.calendar_activity import calendar_activity
from store.queries.calendar_clashes import calendar_clashes
from store.queries.calendar_counts import boundaries, counts_of
from store.queries.calendar_details import calendar_details
from store.queries.calendar_last_year import same_weeks_last_year
from store.queries.campaigns import list_campaigns
from store.queries.reader import Reader
from store.words import DateSpan
from tests.bench.campaigns import campaigns_cache
from tests.bench.figures import Figure, median, milliseconds
from tests.bench.million import NOW, ZONE, BigCache, big_cache
from tests.support.app_host import settle
from tui.kit.services import AppServices
from tui.shell.app import PromoscopeApp

TIMES = 5
_KEYS = {
    "cursor down": "j", "cursor to the next cell": "right", "a page down": "pagedown", "a screen of time on": "L",
    "zoomed out": "minus",
}  # fmt: skip
CAMPAIGNS = 1_000
WEEKS = DateSpan(date(2026, 10, 18), date(2027, 1, 9))
YEARS = DateSpan(date(2024, 1, 1), date(2028, 12, 31))


def measure(cache: BigCache) -> Iterator[Figure]:
    """Over the campaign list's own question, and over the same of a cache with hardly any codes."""
    path = campaigns_cache(CAMPAIGNS)
    for name, span in (("12 weeks", WEEKS), ("5 years", YEARS)):
        group = f"calendar of {CAMPAIGNS:,} campaigns, {name}"
        base = Figure(group, "the campaign list", _time(path, list_campaigns, NOW, ZONE), "ms")
        yield base
        for figure in _questions(path, group, span):
            yield figure.over(base)
    yield from _screen(path)
    few = {one.name: one for one in _questions(big_cache(1).path, "calendar of the demo, 12 weeks", WEEKS)}
    yield from few.values()
    for figure in _questions(cache.path, f"the same with {cache.codes:,} codes in one campaign", WEEKS):
        yield figure.over(few[figure.name])


def _screen(path: Path) -> Iterator[Figure]:
    """First paint of the mode against the list's, and keys, in the time of the event loop's thread."""
    group = f"calendar's screen, {CAMPAIGNS:,} campaigns, 80x24"
    paints, keys = zip(*(asyncio.run(_keys(path)) for _ in range(TIMES)), strict=True)
    base = Figure(
        group, "campaign list: start of the app to its rows", statistics.median(one[0] for one in paints), "ms"
    )
    yield base
    yield Figure(group, "calendar: key to its rows", statistics.median(one[1] for one in paints), "ms").over(base)
    for name in keys[0]:
        yield Figure(group, name, statistics.median(one[name] for one in keys), "ms")


async def _keys(path: Path) -> tuple[tuple[float, float], dict[str, float]]:
    settings = Settings("bench", "https://bench.invalid", "bench", path, ZONE, "EUR", False)
    services = AppServices(settings, Reader(path, ZONE, ManualClock(NOW)), clock=ManualClock(NOW))
    app = PromoscopeApp(services)
    began = time.thread_time()
    async with app.run_test(size=(80, 24)) as pilot:
        while not getattr(app.screen, "current", None):
            await pilot.pause()
        first = time.thread_time() - began
        await settle(pilot)
        began = time.thread_time()
        await app.action_show_mode("calendar")
        while not getattr(app.screen, "current", None):
            await pilot.pause()
        second = time.thread_time() - began
        await settle(pilot)
        taken = {}
        for name, key in _KEYS.items():
            began = time.thread_time()
            await pilot.press(key)
            await pilot.pause()
            taken[name] = (time.thread_time() - began) * 1_000
            await settle(pilot)
        services.reader.end()
    return (first * 1_000, second * 1_000), taken


def _questions(path: Path, group: str, span: DateSpan) -> Iterator[Figure]:
    with closing(Reader(path, ZONE, ManualClock(NOW))) as reader:
        calendar = reader.ask(campaign_calendar, span, NOW, ZONE)
    ids = [one.id for one in calendar.campaigns]
    questions: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
        "campaigns with their windows and parts": (campaign_calendar, (span, NOW, ZONE)),
        "clashes": (calendar_clashes, (calendar, ZONE)),
        "the line above: live, soon, gaps, clashes": (counts_of, (calendar, span, NOW, ZONE)),
        "what starts and ends": (boundaries, (NOW, ZONE)),
        "activity of all bars": (calendar_activity, (ids, span, ZONE)),
        "the same weeks of last year": (same_weeks_last_year, (span, NOW, ZONE)),
        "details of one campaign": (calendar_details, (ids[0], span, NOW, ZONE)),
    }
    for name, (question, arguments) in questions.items():
        yield Figure(group, name, _time(path, question, *arguments), "ms")


def _time(path: Path, question: Callable[..., Any], *arguments: Any) -> float:
    with closing(Reader(path, ZONE, ManualClock(NOW))) as reader:
        return median(lambda: milliseconds(lambda: reader.ask(question, *arguments)), TIMES)
