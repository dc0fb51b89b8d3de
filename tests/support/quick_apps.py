"""Apps under test with less processor time: what is done again for each key and each app is done once.

A pilot of Textual posts a callback to every widget of the screen and waits for all of them, at each key and each pause;
ours looks whether they are quiet. Style rules that one app has parsed serve the others of the same theme.
"""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
from textual.cache import LRUCache
from textual.css.stylesheet import Stylesheet
from textual.message_pump import MessagePump
from textual.pilot import Pilot, WaitForScreenTimeout

ROUNDS, NAP, MOST = 100, 0.002, 30.0
"""Turns of the loop until a wait goes by time; seconds of a nap, and of a wait at most."""


def is_quiet(pump: MessagePump) -> bool:
    """Whether it waits for a message, having handled those it was sent; a closed one gets none."""
    if pump._closing or pump._closed:
        return True
    queue: Any = pump._message_queue
    return pump._pending_message is None and queue.empty() and bool(queue.ready_event._waiters)


async def wait_until_quiet(pilot: Pilot[Any]) -> bool:
    """Wait until all messages are handled; False when the app has crashed.

    Raises:
        WaitForScreenTimeout: they have not after half a minute.
    """
    deadline, turns = time.monotonic() + MOST, 0
    while (quiet := all_quiet(pilot)) is False:
        if time.monotonic() > deadline:
            raise WaitForScreenTimeout("Widgets have not handled their messages.")
        await asyncio.sleep(0 if turns < ROUNDS else NAP)
        turns += 1
    return bool(quiet)


def all_quiet(pilot: Pilot[Any]) -> bool | None:
    """Whether the app, its screen and all on it are; None when it has crashed."""
    app: Any = pilot.app
    try:
        screen = app.screen
    except Exception:
        return None
    if app._exception_event.is_set():
        return None
    return all(is_quiet(pump) for pump in (app, *screen.walk_children(with_self=True)))


_PARSED: dict[frozenset[tuple[str, str]], LRUCache[Any, Any]] = {}
"""Rules by the variables they were parsed with."""
_set_variables = Stylesheet.set_variables


def share_rules(sheet: Stylesheet, variables: dict[str, str]) -> None:
    """Give a sheet its variables, and the rules that another sheet has parsed with the same."""
    sheet._parse_cache = LRUCache(1)
    _set_variables(sheet, variables)
    sheet._parse_cache = _PARSED.setdefault(frozenset(variables.items()), LRUCache(1_024))


@pytest.fixture(scope="session", autouse=True)
def quick_apps() -> Iterator[None]:
    """For all tests of screens and widgets."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Pilot, "_wait_for_screen", wait_until_quiet)
        patch.setattr(Stylesheet, "set_variables", share_rules)
        yield
