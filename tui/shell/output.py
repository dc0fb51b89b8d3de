"""The line to the terminal, which a lost connection cuts at any moment."""

import contextlib
from typing import Any


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
