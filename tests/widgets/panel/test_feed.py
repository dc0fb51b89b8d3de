from datetime import date, timedelta

import pytest
from textual.app import App, ComposeResult

from widgets.panel.feed import Feed, FeedEntry
from widgets.text.lines import Line

DAY = date(2026, 11, 20)


def entries(count: int) -> list[FeedEntry]:
    return [
        FeedEntry(
            f"e{index}", DAY - timedelta(days=index // 3), f"14:{59 - index % 60:02d}", "●", f"change [/x] {index}",
            "journal", "seen between two syncs" if index % 2 else "",
        )
        for index in range(count)
    ]  # fmt: skip


class Host(App[None]):
    def __init__(self, widget: Feed) -> None:
        super().__init__()
        self.widget = widget
        self.seen: list[str] = []
        self.opened: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.widget

    def on_feed_entry_highlighted(self, event: Feed.EntryHighlighted) -> None:
        self.seen.append(event.entry.id)

    def on_feed_entry_activated(self, event: Feed.EntryActivated) -> None:
        self.opened.append(event.entry.id)


def shown(widget: Feed) -> list[str]:
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]


def current(feed: Feed) -> str | None:
    return feed.entry.id if feed.entry else None


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_entries_stand_under_their_day(size: tuple[int, int]) -> None:
    feed = Feed(entries(5))
    app = Host(feed)
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        got = shown(feed)
        assert got[0] == " 20 Nov 2026  Friday"
        assert got[1].startswith("  14:59  ● change [/x] 0")
        assert got[1].endswith("journal")
        assert got[3].strip() == "seen between two syncs"
        assert got[5] == " 19 Nov 2026  Thursday"


async def test_the_cursor_passes_over_headings_and_opens_entries() -> None:
    feed = Feed(entries(30))
    app = Host(feed)
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await pilot.press("tab", "j", "j", "j", "enter")
        await pilot.pause()
        assert app.opened == ["e3"]
        await pilot.press("G", "enter", "g", "enter", "ctrl+d", "k")
        await pilot.pause()
        assert app.opened == ["e3", "e29", "e0"]
        assert feed.entry is not None
        assert feed.scroll_offset.y == 0
        assert app.seen[-1] == feed.entry.id


async def test_other_entries_keep_the_cursor_on_the_same_one() -> None:
    feed = Feed(entries(30))
    app = Host(feed)
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await pilot.press("tab", *"jjjj")
        assert current(feed) == "e4"
        feed.show([FeedEntry("new", DAY, "15:00", "●", "newest"), *entries(30)])
        await pilot.pause()
        assert current(feed) == "e4"
        feed.show([])
        await pilot.pause()
        assert current(feed) is None
        assert shown(feed)[0] == " Nothing happened here yet."


async def test_a_long_feed_draws_only_what_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    feed = Feed(entries(50_000))
    drawn: list[int] = []
    real = Feed.line_at

    def counted(self: Feed, index: int, width: int) -> Line:
        drawn.append(index)
        return real(self, index, width)

    monkeypatch.setattr(Feed, "line_at", counted)
    app = Host(feed)
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await pilot.press("tab", "G")
        await pilot.pause()
        assert len(set(drawn)) < 100
        drawn.clear()
        await pilot.press("k")
        await pilot.pause()
        assert len(drawn) <= 4


async def test_a_click_moves_and_a_second_opens() -> None:
    feed = Feed(entries(5))
    app = Host(feed)
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await pilot.click(Feed, offset=(5, 2))
        assert feed.entry is not None
        assert feed.entry.id == "e1"
        assert app.opened == []
        await pilot.click(Feed, offset=(5, 2))
        await pilot.pause()
        assert app.opened == ["e1"]


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark", "ansi-light"])
async def test_the_cursor_is_seen_in_every_theme(theme: str) -> None:
    feed = Feed(entries(5))
    app = Host(feed)
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        app.theme = theme
        await pilot.press("tab")
        await pilot.pause()
        marked, other = (next(iter(feed.render_line(y))).style for y in (1, 2))
        assert marked is not None
        assert other is not None
        assert (marked.bgcolor, marked.reverse) != (other.bgcolor, other.reverse)
