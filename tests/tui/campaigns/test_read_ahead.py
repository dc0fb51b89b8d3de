"""The campaign list is read before the screens are imported; what was written meanwhile is read again."""

from threading import Event, current_thread, main_thread
from typing import Any

import pytest

from store.queries.question import Question, current_question
from store.queries.reader import Reader
from tests.support.app_host import DemoHost
from tui.campaigns import list_screen, read_ahead
from tui.campaigns.list_screen import CampaignListScreen
from tui.campaigns.read_ahead import CampaignsRead, ReadAhead


def ended(host: DemoHost) -> ReadAhead:
    """One that has ended: it may take as long as it takes."""
    return ReadAhead(host.services().reader, "EUR", patience=60.0)


async def test_the_list_stands_with_what_was_read_ahead(demo_host: DemoHost) -> None:
    ahead = ended(demo_host)
    found = ahead.found()
    assert found is not None
    async with demo_host.run(ahead=ahead) as (app, _):
        screen = app.screen
        assert isinstance(screen, CampaignListScreen)
        assert screen.candidates() is found[0]
        assert len(screen.candidates()) == 12
        assert screen.table.cursor_row is not None
        assert screen.data_age() == found[1].as_of


async def test_what_takes_long_goes_on_in_a_thread_and_is_waited_for_and_not_read_twice(
    demo_host: DemoHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_asked, read, found = Event(), read_ahead.campaigns_read, ReadAhead.found

    def asked(ahead: ReadAhead, *, wait: bool = False) -> CampaignsRead | None:
        if wait:
            is_asked.set()
        return found(ahead, wait=wait)

    def long(reader: Reader, *given: Any) -> CampaignsRead:
        while current_thread() is main_thread():
            reader.ask(lambda connection: connection.execute("select 1").fetchone())
        assert is_asked.wait(60)
        return read(reader, *given)

    monkeypatch.setattr(ReadAhead, "found", asked)
    monkeypatch.setattr(read_ahead, "campaigns_read", long)
    monkeypatch.setattr(list_screen, "campaigns_read", None)
    ahead = ReadAhead(demo_host.services().reader, "EUR", patience=0.01)
    assert found(ahead) is None
    async with demo_host.run(ahead=ahead) as (app, _):
        assert is_asked.is_set()
        assert isinstance(app.screen, CampaignListScreen)
        assert len(app.screen.candidates()) == 12


async def test_what_was_written_after_it_is_read_again(demo_host: DemoHost) -> None:
    ahead = ended(demo_host)
    demo_host.edit("update campaigns set name = 'Written meanwhile'")
    assert ahead.found() is None
    async with demo_host.run(ahead=ahead) as (app, _):
        assert isinstance(app.screen, CampaignListScreen)
        assert {one.name for one in app.screen.candidates()} == {"Written meanwhile"}


def test_nothing_is_found_where_there_is_no_cache(empty_host: DemoHost) -> None:
    assert ended(empty_host).found() is None


def test_its_reader_is_closed_where_no_timer_can_cancel_it(
    demo_host: DemoHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until a question ends its connection may be cancelled from the timer's thread, which a closed one refuses."""
    asked, close = list[Question | None](), Reader.close

    def closed(reader: Reader) -> None:
        asked.append(current_question())
        close(reader)

    monkeypatch.setattr(Reader, "close", closed)
    assert ended(demo_host).found() is not None
    assert asked == [None]
