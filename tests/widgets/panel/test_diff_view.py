from textual.app import App, ComposeResult

from widgets.panel.diff import FieldChange, field_changes
from widgets.panel.diff_view import DiffView, diff_lines
from widgets.text.lines import line_width

CHANGES = field_changes({"name": "[/x]", "off": 10, "gone": 1}, {"name": "\x1b[31m", "off": 20, "new": "y " * 90})


def test_narrow_differences_are_unified() -> None:
    rows = ["".join(part for part, _ in line) for line in diff_lines(CHANGES, 70)]
    assert rows[:3] == ["name", ' - "[/x]"', ' + "\\u001b[31m"']
    assert " + (absent)" in rows


def test_wide_differences_stand_side_by_side() -> None:
    lines = diff_lines(CHANGES, 140)
    rows = ["".join(part for part, _ in line) for line in lines]
    assert rows[0].split() == ["before", "after"]
    assert rows[2].split() == ["off", "10", "→", "20"]
    assert all(line_width(line) <= 140 for line in lines)


class Host(App[None]):
    def __init__(self, view: DiffView) -> None:
        super().__init__()
        self.view = view

    def compose(self) -> ComposeResult:
        yield self.view


def shown(view: DiffView) -> list[str]:
    return [view.render_line(y).text.rstrip() for y in range(view.size.height)]


async def test_the_view_follows_the_width() -> None:
    view = DiffView(CHANGES)
    app = Host(view)
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        assert shown(view)[0] == "name"
        await pilot.resize_terminal(140, 24)
        await pilot.pause()
        assert shown(view)[0].split() == ["before", "after"]
        view.show([])
        await pilot.pause()
        assert shown(view)[0] == "Nothing differs."
        view.show([FieldChange("a", None, "1")])
        await pilot.pause()
        assert "(absent)" in shown(view)[1]
