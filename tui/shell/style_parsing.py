"""Styles are parsed once for each theme. Textual parses all anew, twice, for the first look at a mode."""

from textual.theme import Theme

from widgets.app_part import AppPart


class ParsesOnce(AppPart):
    """An app whose styles are parsed again only when the theme changes. A screen gets them when it is shown."""

    _has_theme = False
    _parsed_for: tuple[str, dict[str, str]] | None = None
    _worked_out: tuple[Theme, dict[str, str]] | None = None

    def get_css_variables(self) -> dict[str, str]:
        """The theme's colours, worked out once for each; none before the app has its own theme."""
        if not self._has_theme:
            return {}
        theme = self.current_theme
        if self._worked_out is None or self._worked_out[0] is not theme:
            self._worked_out = (theme, super().get_css_variables())
        return self._worked_out[1]

    def parse_for_theme(self) -> None:
        """Take on the theme before anything is parsed for another one."""
        self._has_theme = True
        self._parsed_for = (self.theme, self.get_css_variables())
        self.stylesheet.set_variables(self._parsed_for[1])

    def refresh_css(self, animate: bool = True) -> None:
        """Parse all styles and apply them to the screens of this mode, unless the theme is that of the last time."""
        wanted = (self.theme, self.get_css_variables())
        if wanted != self._parsed_for:
            self._parsed_for = wanted
            super().refresh_css(animate)
