"""A command, declared once: from it come the binding, the key line, the palette entry, the help and the README's row.

Each folder of widgets and each room keeps its tables in a `commands.py`; `tui.shell.key_table` finds them.
"""

from collections.abc import Sequence
from functools import cache

from msgspec import Struct
from textual.binding import Binding, BindingType


class Command(Struct, frozen=True):
    """One thing a user can do.

    Attributes:
        id: stable; names it in the settings file's `[keys]`.
        keys: Textual key names, comma separated; "" for palette only.
        action: the action it runs.
        title: one or two words for the key line.
        help: a short sentence for help, palette and README; "" where the title says it all.
        shown: whether the key line offers it; the order of declaration is the order there.
        priority: works even while a text field has the focus.
        sign: shown in the key line and the help for its keys, where it speaks for another key's, too.
    """

    id: str
    keys: str
    action: str
    title: str
    help: str = ""
    shown: bool = False
    priority: bool = False
    sign: str | None = None

    @property
    def is_number(self) -> bool:
        """Whether it opens a tab or a link by its number or letter: lists of commands show all of them as one."""
        return self.action.startswith(("number_tab(", "number_link("))

    @property
    def number_row(self) -> tuple[str, str]:
        """The one row of all of them."""
        return ("1-9", "Links by number") if self.action.startswith("number_link(") else ("1-9 0 A-D", "Tabs by key")

    @property
    def words(self) -> str:
        """What it does."""
        return self.help or self.title

    def binding(self) -> Binding:
        """The Textual binding."""
        return Binding(
            self.keys, self.action, self.title, show=self.shown, priority=self.priority, tooltip=self.help, id=self.id,
            key_display=self.sign,
        )  # fmt: skip


class CommandTable(Struct, frozen=True):
    """What can be done on a screen or in a widget.

    Attributes:
        title: the heading in help and README.
        commands: in the order the key line has.
        familiar: whether everybody knows these keys: the help has them last.
    """

    title: str
    commands: tuple[Command, ...]
    familiar: bool = False

    @property
    def bindings(self) -> list[BindingType]:
        """For the `BINDINGS` of the screen's or the widget's class."""
        return [command.binding() for command in self.commands if command.keys]

    def rows(self) -> Sequence[tuple[str, str]]:
        """Keys and what they do; numbers are one row."""
        rows = [(command.keys, command.words) for command in self.commands if command.keys and not command.is_number]
        return [*rows, *dict.fromkeys(command.number_row for command in self.commands if command.is_number)]


def command_table(title: str, *commands: Command, familiar: bool = False) -> CommandTable:
    """A table, its commands beneath one another."""
    return CommandTable(title, commands, familiar)


@cache
def key_words(keys: str) -> str:
    """Textual key names as people read them: `question_mark,f1` is `? F1`."""
    return " ".join(_KEY_SIGNS.get(key.strip(), _spelled(key.strip())) for key in keys.split(","))


def _spelled(key: str) -> str:
    return key.upper() if len(key) > 1 and key[0] == "f" and key[1:].isdecimal() else key


_KEY_SIGNS = {
    "question_mark": "?",
    "colon": ":",
    "exclamation_mark": "!",
    "asterisk": "*",
    "slash": "/",
    "full_stop": ".",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "plus": "+",
    "equals_sign": "=",
    "minus": "-",
    "escape": "esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}
