"""The README's key table, generated: `python -m tui.key_table README.md` writes it between its two marks."""

import sys
from pathlib import Path

from textual.widget import Widget

from tui.commands import all_bindings, key_table_markdown, widget_keys
from tui.dashboard import Dashboard
from tui.tabs.rows_tab import RowsTab
from widgets.chart_panel import ChartPanel
from widgets.json_view import JsonView
from widgets.table import VirtualTable

BEGIN = "<!-- keys: generated from the bindings by `python -m tui.key_table`; a test keeps it true -->\n"
END = "<!-- keys end -->"

_WIDGETS: tuple[tuple[str, type[Widget]], ...] = (
    ("Any table", VirtualTable),
    ("Lists of rows", RowsTab),
    ("Dashboard", Dashboard),
    ("Charts", ChartPanel),
    ("JSON", JsonView),
)


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
