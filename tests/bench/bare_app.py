"""The least a Textual app can be: what every start is compared with."""

from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Static


class BareApp(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static("bare-app-stands")

    def on_key(self, event: Key) -> None:
        """The key in place of it."""
        self.query_one(Static).update(f"bare-app-took-{event.key}")


if __name__ == "__main__":
    BareApp().run()
