"""Styles are parsed once for each theme. Textual parses all of them anew, twice, for the first look at a mode."""

from weakref import WeakSet

from textual.app import App
from textual.screen import Screen
from textual.widget import AwaitMount


class ParsesOnce(App[None]):
    """An app whose styles are parsed again only when the theme changes."""

    _parsed_for: tuple[str, dict[str, str]] | None = None

    def parse_for_theme(self) -> None:
        """Take on the theme before anything is parsed for another one."""
        self._in_style: WeakSet[Screen[object]] = WeakSet()
        self._parsed_for = (self.theme, self.get_css_variables())
        self.stylesheet.set_variables(self._parsed_for[1])

    def refresh_css(self, animate: bool = True) -> None:
        """Parse all styles and apply them to the screens of this mode, unless they have them."""
        wanted = (self.theme, self.get_css_variables())
        if wanted != self._parsed_for:
            self._parsed_for, self._in_style = wanted, WeakSet()
        elif all(screen in self._in_style or not screen.is_mounted for screen in self.screen_stack):
            return
        super().refresh_css(animate)
        self._in_style.update(self.screen_stack)

    def switch_mode(self, mode: str) -> AwaitMount:
        """Show another mode. The screens that are left have the styles of now."""
        self._in_style.update(self.screen_stack)
        return super().switch_mode(mode)
