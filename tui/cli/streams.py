"""The standard streams of a command: an answer that does not get through is an error, narration never is."""

import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterator


class ReaderGone(Exception):
    """Whoever read our output has left, as `head` does."""


class AnswerLost(Exception):
    """The answer could not be written to stdout; the text says why."""


@contextlib.contextmanager
def _told_apart() -> Iterator[None]:
    """Errors of stdout by name: click and the store raise plain `OSError`s for other reasons, too."""
    try:
        yield
    except BrokenPipeError:
        raise ReaderGone from None
    except OSError as error:
        raise AnswerLost("stdout is closed" if error.errno == errno.EBADF else error.strerror or str(error)) from None


class Answers(io.TextIOWrapper):
    """stdout.

    Raises:
        ReaderGone: no process reads it any more.
        AnswerLost: it takes nothing: a full disk, a closed stream.
    """

    def write(self, text: str, /) -> int:
        """Write data."""
        with _told_apart():
            return super().write(text)

    def flush(self) -> None:
        """Pass on what was written."""
        with _told_apart():
            super().flush()


class Narration(io.TextIOWrapper):
    """stderr: when it is closed, the work continues."""

    def write(self, text: str, /) -> int:
        """Say something, if anybody listens."""
        with contextlib.suppress(OSError):
            super().write(text)
        return len(text)

    def flush(self) -> None:
        """Pass on what was said."""
        with contextlib.suppress(OSError):
            super().flush()


def settle_streams() -> None:
    """Make this process's streams those above; what the shell closed becomes a stream that fails when it is used.

    Data is UTF-8 whatever the locale; a terminal that cannot show a character shows another.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # Else the next file that is opened, the cache perhaps, would be taken for this stream.
            os.open(os.devnull, os.O_RDONLY)
    if sys.stdin is None:
        sys.stdin = os.fdopen(0)
    out = os.fdopen(1, "wb") if sys.stdout is None else sys.stdout.buffer
    terminal = sys.stdout is not None and sys.stdout.isatty()
    encoding = sys.stdout.encoding if terminal else "utf-8"
    sys.stdout = Answers(out, encoding, "replace", line_buffering=terminal)
    err = os.fdopen(2, "wb") if sys.stderr is None else sys.stderr.buffer
    encoding = "utf-8" if sys.stderr is None else sys.stderr.encoding
    sys.stderr = Narration(err, encoding, "backslashreplace", line_buffering=True)


def forget_stdout() -> None:
    """Let what is still buffered go nowhere, so that Python does not complain at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
