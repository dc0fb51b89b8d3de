"""Files for their owner alone: opened without following a symbolic link, and only when they are what they seem."""

import errno
import os
import stat
from pathlib import Path
from typing import TextIO

PRIVATE = 0o600

_PLAIN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
"""Without following a link; a pipe that lies there is opened at once, and refused, instead of being waited for."""


class UnsafeFile(OSError):
    """A path leads to something that must not be opened; `strerror` says what, as a clause."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(errno.EPERM, why, str(path))


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


def open_private(path: Path, flags: int = os.O_RDWR | os.O_CREAT) -> int:
    """Open a file of the user's own, made with mode 0600 where it is not there and `flags` allow; never truncates.

    Args:
        path: its last part is taken as it stands, never as a link to elsewhere.
        flags: of `os.open`. A file that may be made is one to be kept private: its mode becomes 0600.

    Raises:
        UnsafeFile: a link, another user's file, or no regular file with one name lies there; it is untouched.
        OSError: it cannot be opened.
    """
    try:
        descriptor = os.open(path, flags & ~os.O_TRUNC | _PLAIN, PRIVATE)
    except OSError as error:
        # Systems differ in the number they give for a link that is not followed.
        if path.is_symlink():
            raise UnsafeFile(path, "it is a symbolic link, which is not followed") from None
        if error.errno == errno.ENXIO:
            raise UnsafeFile(path, "it is not a regular file") from None
        raise
    try:
        if why := _unsafe(os.fstat(descriptor)):
            raise UnsafeFile(path, why)
        if flags & os.O_CREAT and hasattr(os, "fchmod"):
            os.fchmod(descriptor, PRIVATE)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _unsafe(found: os.stat_result) -> str:
    """What is wrong with an open file; "" for nothing."""
    if not stat.S_ISREG(found.st_mode):
        return "it is not a regular file"
    if hasattr(os, "geteuid") and found.st_uid != os.geteuid():
        return "it belongs to another user"
    return "it has a second name (a hard link)" if found.st_nlink > 1 else ""


def open_to_others(mode: int) -> bool:
    """Whether a file's mode lets anyone but its owner do anything with it."""
    return bool(mode & (stat.S_IRWXG | stat.S_IRWXO))
