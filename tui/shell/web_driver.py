"""Textual's driver for browsers, made to end with whoever serves it."""

import os
from functools import partial
from typing import Any

from textual.app import App
from textual.drivers.web_driver import WebDriver

from tui.kit.messages import TerminalLost


class SteadyWebDriver(WebDriver):
    """Ends the app when the server's pipes close: Textual's would wait for ever, or crash when it writes."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._write = partial(self._send_or_lose)

    def run_input_thread(self) -> None:
        """Pass keys on until the app leaves or the server is gone."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self.send_message(TerminalLost())

    def _send_or_lose(self, data: bytes) -> int:
        try:
            left = data
            while left:
                left = left[os.write(self.fileno, left) :]
        except OSError:
            if not self.exit_event.is_set():
                self.send_message(TerminalLost())
        return len(data)
