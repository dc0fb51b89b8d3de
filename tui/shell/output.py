"""The line to the terminal, which is slow and which a lost connection cuts at any moment."""

import contextlib
import re
import time
from threading import Lock
from typing import Any, NamedTuple

from tui.shell.wire.picture import Picture

SYNC_START, SYNC_END = "\x1b[?2026h", "\x1b[?2026l"
"""Around a frame, for terminals that draw all of it at once (mode 2026)."""
_HARMLESS = (
    r"(?:\x1b\](?!8;)[^\x1b\x07]*(?:\x1b\\|\x07)"  # Titles and the clipboard.
    r"|\x1b\[\?(?:25|7|1000|1003|1004|1006|1015|1016|2004|2026|2048)[hl]|\x1b\[\?\d+\$p"
    r"|\x1b\[[<>=][0-9;]*u|\x07)*"
)
"""What leaves the cells of the terminal, its look and its place as they are."""
_PLAIN_LOOK = "\x1b[m"
_QUIET = 1.0
"""Seconds without a change after which another program may have written something."""
_TORN_FROM = 512
"""Bytes of a frame that a terminal may show in parts."""


class Abilities(NamedTuple):
    """What a terminal is known to do.

    Attributes:
        erases: cells that it erases get the background colour that is set.
        stops: its tab stops can be set.
    """

    erases: bool = False
    stops: bool = False


def abilities(terminal: int) -> Abilities:
    """Those of this terminal, as its description says (terminfo: bce, ht, hts, tbc). Without one, none."""
    try:
        import curses
        import termios

        curses.setupterm()
        words = [curses.tigetstr(name) for name in ("ht", "hts", "tbc")]
        # A system that makes blanks of tabs would write over what is there.
        reach = not termios.tcgetattr(terminal)[1] & getattr(termios, "TABDLY", getattr(termios, "TAB3", 0))
        return Abilities(curses.tigetflag("bce") > 0, reach and words == [b"\t", b"\x1bH", b"\x1b[3g"])
    except Exception:
        # `curses.error` and `termios.error` can only be named where the modules are there.
        return Abilities()


def _usual_stops(columns: int) -> str:
    """Tab stops as every terminal has them at first; by themselves, and for more columns (DECST8C) where it can."""
    return "\r\x1b[3g" + "\x1b[8C\x1bH" * ((columns - 1) // 8) + "\x1b[?5W"


class Changes(str):
    """What a frame changes."""


_NONE = Abilities()


class LeanOutput:
    """Sends to a terminal what each frame changes, for as long as there is one; afterwards words are lost.

    Textual writes from a thread behind a short queue. A thread that dies of a cut line leaves the queue to fill, and
    the app waits for it for ever, holding the cache. Of frames, one waits there at most: while a slow line takes it,
    newer ones are drawn over each other, and what the last one changes is sent next.

    Args:
        target: a text file, the terminal.
        can: what it is known to do.

    Attributes:
        marks: whether the terminal takes marks around a frame.
    """

    def __init__(self, target: Any, can: Abilities = _NONE) -> None:
        self._target, self._can = target, can
        self._picture = Picture(0, 0)
        self._lock = Lock()
        self._queued = 0
        self._changed_at = 0.0
        self._is_sending = self._is_due = self._is_doubtful = self._has_stops = False
        self.marks = False

    def frame(self, data: str, columns: int, rows: int, *, shows_caret: bool = True) -> Changes:
        """Take on a frame. Returns what the writing thread is to be given now, if anything.

        Where the terminal's own cursor is matters only where the frame `shows_caret`.

        Raises:
            NotUnderstood: the frame has to be sent as it is.
        """
        with self._lock:
            if (columns, rows) != (self._picture.columns, self._picture.rows):
                self._picture, self._is_doubtful = Picture(columns, rows, *self._can), False
            self._picture.shows_caret = shows_caret
            self._picture.put(data)
            self._is_due = True
            return self._to_queue()

    def doubt(self) -> None:
        """The terminal may show anything, until a frame of another size comes."""
        self._is_doubtful = True

    def resolve(self) -> Changes:
        """If that is still doubted, all is due. Returns what the writing thread is to be given now, if anything."""
        with self._lock:
            if self._is_doubtful:
                self._is_doubtful, self._is_due = False, True
                self._picture.forget_shown()
            return self._to_queue()

    def _to_queue(self) -> Changes:
        if self._is_sending:
            return Changes()
        changes = self._due_changes()
        self._queued += bool(changes)
        return changes

    def _due_changes(self) -> Changes:
        # What waits in the queue has to come first: these are changes of the picture after it.
        if self._queued or not self._is_due:
            return Changes()
        now = time.monotonic()
        if now - self._changed_at > _QUIET:
            self._picture.forget_place()
        self._changed_at = now
        changes, self._is_due = self._picture.changes(), False
        self._has_stops = self._has_stops or bool(self._picture.stops)
        is_torn = self.marks and len(changes) >= _TORN_FROM
        return Changes(f"{SYNC_START}{changes}{SYNC_END}" if is_torn else changes)

    def write(self, text: str) -> int:
        """Write, or lose, a text; what is no change comes after the frames before it."""
        if isinstance(text, Changes):
            with self._lock:
                self._queued -= 1
                self._is_sending = True
            self._send(text)
            return len(text)
        with self._lock:
            before = self._due_changes()
        self._send(before)
        # Nothing is known of the terminal before the first frame, and that need not wait for the pattern.
        if self._picture.columns and not re.fullmatch(_HARMLESS, text):
            with self._lock:
                stops = _usual_stops(self._picture.columns) if self._has_stops else ""
                self._picture, self._has_stops = Picture(0, 0), False
            self._send(f"{stops}{_PLAIN_LOOK}")
        self._send(text)
        return len(text)

    def flush(self) -> None:
        """Send, or lose, what is buffered, and then what became due meanwhile."""
        more = True
        while more:
            with contextlib.suppress(OSError):
                self._target.flush()
            with self._lock:
                changes = self._due_changes()
                self._is_sending = more = bool(changes)
            self._send(changes)

    def _send(self, text: str) -> None:
        if not text:
            return
        with contextlib.suppress(OSError):
            self._target.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._target, name)
