"""A disk that takes long: what stands on the screen meanwhile is true."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from store.queries.reader import Reader
from store.ref import Ref
from tests.support.app_host import NARROW, DemoHost, screen_text, settle


@pytest.fixture
def goes_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """While it is not set, no question is answered."""
    event, ask = threading.Event(), Reader.ask
    event.set()

    def late(reader: Reader, *given: Any, **named: Any) -> Any:
        assert event.wait(60)
        return ask(reader, *given, **named)

    monkeypatch.setattr(Reader, "ask", late)
    yield event
    event.set()


async def test_a_calendar_that_is_being_read_says_nothing_else(demo_host: DemoHost, goes_on: threading.Event) -> None:
    async with demo_host.run() as (app, pilot):
        goes_on.clear()
        await app.switch_mode("calendar")
        text = screen_text(pilot)
        goes_on.set()
        await settle(pilot)
        assert "6 live" in screen_text(pilot)
    assert "Reading the cache…" in text
    assert "Nothing" not in text
    assert "not synced" not in text


@pytest.mark.parametrize("name", ["Last Call", "no such campaign"])
async def test_a_campaign_that_is_being_read_says_so_until_it_stands(
    demo_host: DemoHost, goes_on: threading.Event, name: str
) -> None:
    async with demo_host.run() as (app, pilot):
        goes_on.clear()
        app.open_ref(Ref.campaign(name))
        while "Reading the cache…" not in (text := screen_text(pilot)):  # noqa: ASYNC110 - nothing tells of a frame
            await asyncio.sleep(0.01)
        goes_on.set()
        await settle(pilot)
        assert "Reading the cache…" not in screen_text(pilot)
    assert "not synced" not in text


async def test_a_list_that_is_being_read_says_nothing_else(demo_host: DemoHost, goes_on: threading.Event) -> None:
    goes_on.clear()
    async with demo_host.app().run_test(size=NARROW) as pilot:
        text = screen_text(pilot)
        goes_on.set()
        await settle(pilot)
        assert "12 match" in screen_text(pilot)
    assert "Reading the cache…" in text
    assert "first time" not in text
    assert "not synced" not in text
