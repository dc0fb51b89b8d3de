"""Keys in groups: those that work now, for the help, and all there are, for the README's key table.

`python -m tui.shell.key_table README.md` writes the table between its two marks.
"""

import sys
from pathlib import Path

from textual.app import App
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

from tui.kit.activity.tab import ActivityTab
from tui.kit.commands import NUMBERS, KeyScope, all_bindings, key_table_markdown, widget_keys
from tui.kit.dashboard import Dashboard
from tui.kit.history_screen import HistoryScreen
from tui.kit.json_screen import JsonScreen
from tui.kit.lists.tab import RowsTab
from tui.kit.record_screen import RecordScreen
from tui.kit.screen import AppScreen
from widgets.chart.chart_panel import ChartPanel
from widgets.dialog.filter_bar import FilterBar
from widgets.frame.offered_keys import OfferedKey, joined, offered_keys
from widgets.json.json_view import JsonView
from widgets.table.line_scroll import LineScroll
from widgets.table.virtual_table import VirtualTable

BEGIN = "<!-- keys: generated from the bindings by `python -m tui.shell.key_table`; a test keeps it true -->\n"
END = "<!-- keys end -->"

_WIDGETS: tuple[tuple[str, type[Widget]], ...] = (
    ("Any table", VirtualTable),
    ("Lists of rows", RowsTab),
    ("Activity", ActivityTab),
    ("Filter line", FilterBar),
    ("One record", RecordScreen),
    ("As it was", HistoryScreen),
    ("Dashboard", Dashboard),
    ("Charts", ChartPanel),
    ("JSON", JsonView),
    ("JSON of a campaign", JsonScreen),
)
_HERE, _LISTS = "Here", "Any list"


def working_keys(screen: Screen[object]) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """Heading and keys of everything between the focus and the app that answers to keys now.

    The nearest to the focus come first, but for those that move in any list, which everybody knows. Textual's own keys,
    which have no id, are left out.
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    for key in sorted((key for key in joined(offered_keys(screen)) if key.id), key=_known_anyway):
        rows = groups.setdefault(_heading(key.owner), [])
        if key.id not in NUMBERS:
            rows.append((key.sign, key.help))
        elif key.id == NUMBERS[0]:
            rows.append(("1-9", "Tabs by number"))
    return [(title, tuple(rows)) for title, rows in groups.items() if rows]


def _known_anyway(key: OfferedKey) -> int:
    return 2 if isinstance(key.owner, App) else 1 if isinstance(key.owner, LineScroll) else 0


def _heading(owner: DOMNode) -> str:
    known = next((title for title, kind in _WIDGETS if isinstance(owner, kind)), "")
    if known or isinstance(owner, App):
        return known or KeyScope.EVERYWHERE.value
    if isinstance(owner, AppScreen):
        return owner.KEY_SCOPE.value
    return _LISTS if isinstance(owner, LineScroll) else _HERE


def key_table() -> str:
    """Every key of the app as a Markdown table."""
    return key_table_markdown([(name, widget_keys(all_bindings(kind))) for name, kind in _WIDGETS])


def with_key_table(readme: str) -> str:
    """The README's text with the table between its marks replaced.

    Raises:
        ValueError: the marks are not there.
    """
    start, stop = readme.index(BEGIN) + len(BEGIN), readme.index(END)
    return readme[:start] + key_table() + readme[stop:]


def main(arguments: list[str]) -> None:
    """Rewrite a file."""
    path = Path(arguments[0] if arguments else "README.md")
    path.write_text(with_key_table(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
