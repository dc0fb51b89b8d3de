"""Which driver of Textual's the app runs on, and what it leaves behind."""

import contextlib
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.driver import Driver


def steady_driver() -> "type[Driver] | None":
    """Textual's driver for this platform, made to outlive its terminal; None where its own serves."""
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
