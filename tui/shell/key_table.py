"""Every command there is, discovered: those that work now, for the help, and all keys, for the README's key table.

`python -m tui.shell.key_table README.md` writes the table between its two marks.
"""

import sys
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules

from textual.screen import Screen

import tui
import widgets
from widgets.frame.offered_keys import joined, offered_keys
from widgets.keys.command_table import Command, CommandTable, key_words

BEGIN = "<!-- keys: generated from the commands by `python -m tui.shell.key_table`; a test keeps it true -->\n"
END = "<!-- keys end -->"
_FIRST, _LAST = "shell", "kit"


@cache
def command_tables() -> tuple[CommandTable, ...]:
    """The tables of each `commands.py`: of the shell, the rooms, the kit, the folders of widgets."""
    rooms = sorted((found.name for found in iter_modules(tui.__path__) if found.ispkg), key=_from_the_shell_down)
    packages = [f"{tui.__name__}.{name}" for name in rooms]
    packages += [f"{widgets.__name__}.{found.name}" for found in iter_modules(widgets.__path__) if found.ispkg]
    modules = [import_module(f"{name}.commands") for name in packages if find_spec(f"{name}.commands")]
    return tuple(table for module in modules for table in vars(module).values() if isinstance(table, CommandTable))


def _from_the_shell_down(room: str) -> tuple[bool, bool, str]:
    return room != _FIRST, room == _LAST, room


@cache
def commands() -> Mapping[str, tuple[CommandTable, Command]]:
    """Every command by its id, with its table."""
    return {command.id: (table, command) for table in command_tables() for command in table.commands}


def working_keys(screen: Screen[object]) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """Heading and keys of everything between the focus and the app that answers to keys now.

    The nearest to the focus come first, but for those that everybody knows. Textual's own keys are left out.
    """
    groups: dict[CommandTable, list[tuple[str, str]]] = {}
    # Textual's own go first: a key of ours that does the same as one of them would be joined to it and lost.
    for key in joined([one for one in offered_keys(screen) if one.id in commands()]):
        table, command = commands()[key.id]
        rows = groups.setdefault(table, [])
        row = command.number_row if command.is_number else (key.sign, key.help)
        if row not in rows:
            rows.append(row)
    return [(table.title, tuple(groups[table])) for table in sorted(groups, key=lambda table: table.familiar)]


def key_table() -> str:
    """Every key of the app as a Markdown table."""
    lines = ["| Where | Key | What it does |", "| --- | --- | --- |"]
    for table in command_tables():
        for keys, words in table.rows():
            shown = " ".join(f"`{part}`" for part in key_words(keys).split())
            lines.append(f"| {table.title} | {shown} | {words} |")
    return "\n".join(lines) + "\n"


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
