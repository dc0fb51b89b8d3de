"""The least a Textual app can be: what every start is compared with."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class BareApp(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static("bare-app-stands")


if __name__ == "__main__":
    BareApp().run()
