"""Which driver of Textual's the app runs on, and what it leaves behind."""

import contextlib
import os
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.driver import Driver

_BROWSER = "textual.drivers.web_driver:WebDriver"


def wanted_driver() -> str:
    """The driver that the environment names in place of the terminal's; "" for none. Servers for browsers do so."""
    return os.environ.get("TEXTUAL_DRIVER", "")


def steady_driver() -> "type[Driver] | None":
    """Textual's driver for this platform or for browsers, made to end well; None where its own serves."""
    if wanted := wanted_driver():
        if wanted != _BROWSER:
            return None
        from tui.shell.web_driver import SteadyWebDriver

        return SteadyWebDriver
    if sys.platform == "win32":
        return None
    from tui.shell.steady_driver import SteadyDriver

    return SteadyDriver


def forget_terminal_signals() -> None:
    """After the app: a stop, a resize and a continuation are the system's again."""
    for name in ("SIGTSTP", "SIGCONT", "SIGWINCH"):
        number = getattr(signal, name, None)
        if number is not None:
            with contextlib.suppress(ValueError):
                signal.signal(number, signal.SIG_DFL)
