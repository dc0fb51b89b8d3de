"""Counts that lead to what they count."""

import pytest
from textual.app import App, ComposeResult

from widgets.frame.count_links import CountLink, CountLinks

LINKS = (
    CountLink("a", "61 active", "61 active"),
    CountLink("e", "4 end within 7 days", "4 ending"),
    CountLink("n", "0 started within 7 days", ""),
    CountLink("d", "2 drafts", "2 drafts", is_on=True),
)


@pytest.mark.parametrize(("width", "line"), [
    (80, "61 active · 4 end within 7 days · 0 started within 7 days · 2 drafts    63 shown"),
    (77, "61 active · 4 ending · 2 drafts                                      63 shown"),
    (30, "61 active · 2 drafts  63 shown"),
])  # fmt: skip
def test_a_narrow_line_says_it_shorter_and_keeps_what_is_chosen(width: int, line: str) -> None:
    counts = CountLinks()
    counts.show_counts(LINKS, "63 shown")
    (drawn,) = counts.draw(width)
    assert "".join(text for text, _ in drawn) == line
    assert [role for text, role in drawn if text == "2 drafts"] == ["accent"]


class Host(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def compose(self) -> ComposeResult:
        yield CountLinks()

    def on_count_links_chosen(self, message: CountLinks.Chosen) -> None:
        self.heard.append(message.link)


async def test_keys_and_clicks_choose_what_is_shown() -> None:
    app = Host()
    async with app.run_test(size=(60, 5)) as pilot:
        counts = app.query_one(CountLinks)
        counts.show_counts(LINKS, "63 shown")
        counts.focus()
        await pilot.press("enter", "right", "right", "enter", "right", "enter", "h", "enter")
        assert app.heard == ["a", "d", "a", "d"]
        # "61 active · 4 ending · 2 drafts", after one blank.
        for x in (1, 9, 10, 13, 20, 24):
            await pilot.click(offset=(x, 0))
        await pilot.pause()
        assert app.heard[4:] == ["a", "a", "e", "e", "d"]
        counts.show("Nothing is synced yet.")
        await pilot.press("right", "enter")
        assert app.heard[9:] == []
