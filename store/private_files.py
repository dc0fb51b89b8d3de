"""Files for their owner alone: opened without following a symbolic link, and only when they are what they seem."""

import os
import stat
from pathlib import Path
from typing import TextIO

PRIVATE = 0o600

_PLAIN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
"""Without following a link; a pipe that lies there is opened at once, and refused, instead of being waited for."""


def create_private(path: Path) -> int:
    """Make a new file with mode 0600 and open it for writing.

    Raises:
        FileExistsError: something lies there already, a link that leads nowhere included.
        OSError: it cannot be made.
    """
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _PLAIN, PRIVATE)


def create_private_text(path: Path, *, newline: str | None = None) -> TextIO:
    """The same as a text file; what is no Unicode text is written as an escape.

    Raises:
        FileExistsError, OSError: as `create_private`.
    """
    return os.fdopen(create_private(path), "w", encoding="utf-8", errors="backslashreplace", newline=newline)


def open_to_others(mode: int) -> bool:
    """Whether a file's mode lets anyone but its owner do anything with it."""
    return bool(mode & (stat.S_IRWXG | stat.S_IRWXO))
