"""The line to the terminal, which a lost connection cuts at any moment."""

import contextlib
import signal
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.driver import Driver


class SteadyOutput:
    """Writes to a terminal for as long as there is one; afterwards words are lost, never the program.

    Textual writes from a thread behind a short queue. A thread that dies of a cut line leaves the queue to fill, and
    the app waits for it for ever, holding the cache.

    Args:
        target: a text file, the terminal.
    """

    def __init__(self, target: Any) -> None:
        self._target = target

    def write(self, text: str) -> int:
        """Write, or lose, a text."""
        with contextlib.suppress(OSError):
            self._target.write(text)
        return len(text)

    def flush(self) -> None:
        """Send, or lose, what is buffered."""
        with contextlib.suppress(OSError):
            self._target.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._target, name)


def steady_driver() -> "type[Driver] | None":
    """Textual's driver for this platform, made to outlive its terminal; None where its own serves."""
    if sys.platform == "win32":
        return None
    from tui.driver import SteadyDriver

    return SteadyDriver


def forget_terminal_signals() -> None:
    """After the app: a stop, a resize and a continuation are the system's again."""
    for name in ("SIGTSTP", "SIGCONT", "SIGWINCH"):
        number = getattr(signal, name, None)
        if number is not None:
            with contextlib.suppress(ValueError):
                signal.signal(number, signal.SIG_DFL)
