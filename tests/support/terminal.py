"""A program in a terminal of its own: a pty of a fixed size, its screen as text, its keys, its bytes."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

import pyte

COLUMNS, LINES = 80, 24


def _take_terminal() -> None:
    # A suite that runs behind `nohup` or in the background of a script passes its deaf ears on.
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """Runs a program with a pty as its controlling terminal. A context manager: nothing survives it.

    Args:
        command: program and arguments.
        environment: the whole environment of the program; TERM and the size are added.
        columns, lines: the terminal's size.

    Attributes:
        received: bytes the program has sent so far.
        started: monotonic seconds when it was started.
        process: the program.
    """

    def __init__(
        self, command: Sequence[str | Path], environment: Mapping[str, str], columns: int = COLUMNS, lines: int = LINES
    ) -> None:
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self._unread: list[bytes] = []
        self._modes = termios.tcgetattr(self._master)
        self._tail = b""
        self.received = 0
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [str(word) for word in command],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**environment, "TERM": "xterm-256color", "LANG": "C.UTF-8"},
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.hang_up()
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    @property
    def text(self) -> str:
        """What is on the screen."""
        for data in self._unread:
            self._stream.feed(data)
        self._unread.clear()
        return "\n".join(line.rstrip() for line in self._screen.display)

    def send(self, keys: str) -> None:
        """Type."""
        os.write(self._master, keys.encode())

    def read(self, seconds: float) -> bytes:
        """What comes within so many seconds at most; empty when nothing does or the program has let go."""
        if self._master < 0 or not select.select([self._master], [], [], max(0.0, seconds))[0]:
            return b""
        try:
            data = os.read(self._master, 65_536)
        except OSError:  # Linux says so when the last program on the other side has gone
            return b""
        self.received += len(data)
        self._tail = (self._tail + data)[-4_096:]
        # Drawn when somebody looks: a measured program must not wait for that.
        self._unread.append(data)
        return data

    def clear(self) -> None:
        """Forget what is on the screen, as a shell in between leaves it."""
        while self.read(0):
            pass
        self._unread.clear()
        self._screen.reset()

    def wait_for(self, shown: str | Callable[[str], bool], seconds: float = 60.0) -> str:
        """Read until the screen shows something; returns the screen.

        Raises:
            AssertionError: it never did; the message holds the screen.
        """
        met = shown if callable(shown) else lambda text: shown in text
        deadline = time.monotonic() + seconds
        while not met(self.text):
            # Asked before the reading: what a program says as it ends may come after a reading in vain.
            ended = self.process.poll() is not None
            if time.monotonic() > deadline or (not self.read(0.2) and ended):
                raise AssertionError(f"{shown!r} did not come; the screen:\n{self.text}")
        return self.text

    def wait_for_bytes(self, sent: bytes, seconds: float = 60.0) -> float:
        """Read until the program has sent some bytes; returns seconds since its start. Draws nothing meanwhile.

        Raises:
            AssertionError: it never did; the message holds the screen.
        """
        tail = b""
        deadline = time.monotonic() + seconds
        while sent not in tail:
            ended = self.process.poll() is not None
            data = self.read(0.5)
            if time.monotonic() > deadline or (not data and ended):
                raise AssertionError(f"{sent!r} did not come; the screen:\n{self.text}")
            tail = tail[-len(sent) :] + data
        return time.monotonic() - self.started

    def settle(self, quiet: float = 0.5, seconds: float = 60.0) -> None:
        """Read until nothing has come for a while."""
        deadline = time.monotonic() + seconds
        while self.read(quiet) and time.monotonic() < deadline:
            pass

    def ended(self, seconds: float = 60.0) -> int:
        """Read until the program has ended; returns its exit code, negative for a signal's number.

        Raises:
            subprocess.TimeoutExpired: it has not.
        """
        deadline = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < deadline:
            self.read(0.1)
        return self.process.wait(timeout=1)

    def is_restored(self) -> bool:
        """Whether the terminal is as it was before the program: its modes, the main screen, the cursor shown."""
        while self.read(0):
            pass
        shown = self._tail.rfind(b"\x1b[?25h") >= self._tail.rfind(b"\x1b[?25l")
        main = self._tail.rfind(b"\x1b[?1049l") >= self._tail.rfind(b"\x1b[?1049h")
        return termios.tcgetattr(self._master) == self._modes and shown and main

    def hang_up(self) -> None:
        """Close the line, as a lost connection does: the program gets SIGHUP."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1
