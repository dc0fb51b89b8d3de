"""The command palette: every command that works here, found by typing. Filled from the declarations alone."""

from collections.abc import Iterator
from functools import partial

from textual.binding import Binding
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.kit.commands import Command, KeyScope, key_words, offered
from tui.kit.screen import AppScreen
from widgets.frame.offered_keys import HIDDEN, KeyWords, NamesKeys

NO_MATCH = "No command matches."


class Palette(CommandPalette):
    """Textual's palette: keys wait for its search, and it names its keys in the app's words."""

    is_loading = True
    """What is found decides what `enter` runs; its workers are its searches."""

    def key_label(self, binding: Binding) -> KeyWords | None:
        """Run or leave."""
        return _PALETTE_KEYS.get(binding.key)

    def _start_no_matches_countdown(self, search_value: str) -> None:
        # Textual shows an empty box for a while first, which reads as if the palette hung.
        self._stop_no_matches_countdown()
        if search_value:
            said = Option(NO_MATCH, disabled=True, id=self._NO_MATCHES)
            self.query_one(OptionList).add_option(said)
        self._list_visible = bool(search_value)


_PALETTE_KEYS = {"enter": KeyWords("run"), "escape": KeyWords("close")}


class CommandPaletteProvider(Provider):
    """Offers the commands of everywhere and of the screen under the palette."""

    def _commands(self) -> Iterator[Command]:
        places = dict.fromkeys((self._place(), KeyScope.EVERYWHERE))
        for place in places:
            yield from (command for command in offered(place) if not command.is_number and self._works(command))

    def _works(self, command: Command) -> bool:
        """Whether it does something now: what would not is not offered, as in the key line."""
        screen = self.screen
        if isinstance(screen, NamesKeys) and screen.key_label(command.binding()) is HIDDEN:
            return False
        action = command.action.removeprefix("app.")
        target: DOMNode = screen.app if action != command.action else screen
        return bool(target.check_action(action.partition("(")[0], ()))

    def _place(self) -> KeyScope:
        screen: Screen[object] = self.screen
        return screen.KEY_SCOPE if isinstance(screen, AppScreen) else KeyScope.EVERYWHERE

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for command in self._commands():
            words = _words(command)
            yield DiscoveryHit(Content(words), partial(self._run, command), text=words, help=_keys(command))

    async def search(self, query: str) -> Hits:
        """What matches the typed text, the best first."""
        matcher = self.matcher(query)
        for command in self._commands():
            words = _words(command)
            score = matcher.match(words)
            if score > 0:
                yield Hit(score, matcher.highlight(words), partial(self._run, command), text=words, help=_keys(command))

    async def _run(self, command: Command) -> None:
        await self.screen.run_action(command.action)


def _words(command: Command) -> str:
    return f"{command.title.capitalize()}: {command.help}"


def _keys(command: Command) -> str | None:
    return key_words(command.keys) if command.keys else None
