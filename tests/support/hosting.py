"""A small app around widgets under test."""

from contextlib import AbstractAsyncContextManager

from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from widgets.frame.compositor import FrontCompositor
from widgets.text.lines import LineWidget


class Front(Screen[None]):
    """Drawn as the app's screens are."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = FrontCompositor(lambda: False)


class WidgetHost(App[None]):
    """Shows widgets and keeps the messages of the classes it is asked to listen to."""

    def __init__(self, *shown: Widget, listen: tuple[type[Message], ...] = ()) -> None:
        super().__init__()
        self.shown = shown
        self.listen = listen
        self.heard: list[Message] = []

    def get_default_screen(self) -> Screen[None]:
        return Front()

    def compose(self) -> ComposeResult:
        yield from self.shown

    async def on_event_heard(self, message: Message) -> None:
        self.heard.append(message)

    def post_message(self, message: Message) -> bool:
        if isinstance(message, self.listen):
            self.heard.append(message)
        return super().post_message(message)


def hosted(app: App[None], size: tuple[int, int] = (80, 24)) -> AbstractAsyncContextManager[Pilot[None]]:
    """Run an app with the parts on that hide crashes when they are off."""
    return app.run_test(size=size, notifications=True, tooltips=True)


def text_of(widget: LineWidget) -> list[str]:
    """What a widget draws, line by line."""
    return [widget.render_line(y).text for y in range(widget.content_size.height)]
