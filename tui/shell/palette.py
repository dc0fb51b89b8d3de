"""The command palette: every command that works here, found by typing. Filled from the command tables alone."""

from collections.abc import Iterator

from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from tui.kit.screen import AppScreen
from tui.shell.commands import EVERYWHERE
from widgets.dialog.picker import Picker, PickerItem
from widgets.frame.offered_keys import HIDDEN, KeyWords, NamesKeys
from widgets.keys.command_table import Command, key_words


class Palette(Picker):
    """Pick a command; dismisses with its action.

    Args:
        screen: whose commands, with those that work everywhere.
    """

    DEFAULT_CSS = """
    Palette > Vertical { width: 76; }
    """
    NOTHING = "No command matches."

    def __init__(self, screen: Screen[object]) -> None:
        items = [
            PickerItem(command.action, f"{command.title.capitalize()}: {command.words}", key_words(command.keys))
            for command in _commands(screen)
        ]
        super().__init__(items, title="Commands")

    def key_label(self, binding: Binding) -> KeyWords | None:
        """A command is run, not taken."""
        return KeyWords("run") if binding.id == "picker.take" else None


def _commands(screen: Screen[object]) -> Iterator[Command]:
    """Of the screen, then of everywhere; what would do nothing now is not offered, as in the key line."""
    own = screen.COMMAND_TABLE if isinstance(screen, AppScreen) else None
    for table in (own, EVERYWHERE) if own else (EVERYWHERE,):
        yield from (command for command in table.commands if not command.is_number and _works(screen, command))


def _works(screen: Screen[object], command: Command) -> bool:
    if isinstance(screen, NamesKeys) and screen.key_label(command.binding()) is HIDDEN:
        return False
    action = command.action.removeprefix("app.")
    target: DOMNode = screen.app if action != command.action else screen
    return bool(target.check_action(action.partition("(")[0], ()))
