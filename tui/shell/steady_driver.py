"""Textual's driver, made to outlive its terminal and to take it again only when that is right."""

import asyncio
import os
import select
import signal
import time
from codecs import getincrementaldecoder
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.constants import ESCAPE_DELAY
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.message import Message

from tui.kit.messages import TerminalLost
from tui.shell.output import SYNC_END, SYNC_START, Changes, LeanOutput, abilities
from tui.shell.signals import has_job_control
from tui.shell.wire.cells import NotUnderstood
from tui.shell.wire.picture import IS_FRAME

_LOOK_AGAIN = 0.1
"""Seconds after which the thread that waits for keys, or the app after a stop, sees that it is to end."""


_TURN = 0.000_01
"""Seconds in which another thread gets its turn."""


_SETTLED = 0.3
"""Seconds after a change of size until all is drawn again, unless that was done for the new size."""


def wait_after(data: bytes) -> float:
    """Seconds to wait for more keys: after an escape no longer than makes it a key of its own (ESCDELAY)."""
    return min(ESCAPE_DELAY, _LOOK_AGAIN) if data.endswith(b"\x1b") else _LOOK_AGAIN


class SteadyDriver(LinuxDriver):
    """Writes through `LeanOutput`, and takes the terminal again only when it gave it back and it is there.

    A hang-up sends SIGCONT, too. Textual takes the terminal at each SIGCONT, also while the app is leaving, with
    new threads that outlive it and read the dead terminal for ever.
    """

    def __init__(self, app: App[None], **options: Any) -> None:
        super().__init__(app, **options)
        self._lean = LeanOutput(self._file, abilities(self.fileno))
        output: Any = self._lean
        self._file = output
        self._is_suspended = self._is_reading = False
        self._size_now: Callable[[], Size] = lambda: app.size
        # What is typed into says where the terminal's own cursor is to be: input methods write there.
        self._is_typed_into: Callable[[], bool] = lambda: hasattr(app.focused, "cursor_screen_offset")
        self._leaves: Callable[[], bool] = lambda: app.return_code is not None
        signal.signal(signal.SIGTSTP, self._stop)
        asyncio.get_running_loop().add_signal_handler(signal.SIGCONT, self._continued)

    @property
    def can_suspend(self) -> bool:
        """Whether a shell waits that brings the app back."""
        return has_job_control()

    def write(self, data: str) -> None:
        """Write, unless the terminal is the shell's just now: no thread would empty the queue."""
        if self._is_suspended:
            return
        if data in (SYNC_START, SYNC_END):
            self._lean.marks = True
            return
        if IS_FRAME(data):
            with suppress(NotUnderstood):
                self._give(self._lean.frame(data, *self._size_now(), shows_caret=self._is_typed_into()))
                return
        super().write(data)

    def _give(self, changes: Changes) -> None:
        if changes and not self._is_suspended:
            super().write(changes)
            # Else the thread that writes waits for all that the app does after a frame.
            time.sleep(_TURN)

    def draw_again(self) -> None:
        """Send all that the screen shows: something else may have written over it."""
        self._lean.doubt()
        self._resolve()

    def _resolve(self) -> None:
        self._give(self._lean.resolve())

    def start_application_mode(self) -> None:
        """Take the terminal. When its size changes, it may move or drop what it shows."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._writer_thread is None:
            # Started in the background, it stopped itself: it takes the terminal when it is brought to the front.
            self._is_suspended = True
            return
        resized = signal.getsignal(signal.SIGWINCH)

        def resize(number: int, frame: FrameType | None) -> None:
            self._lean.doubt()
            if callable(resized):
                resized(number, frame)
            loop.call_later(_SETTLED, self._resolve)

        loop = asyncio.get_running_loop()
        signal.signal(signal.SIGWINCH, resize)

    def suspend_application_mode(self) -> None:
        """Give the terminal back."""
        super().suspend_application_mode()
        self._is_suspended = True

    def resume_application_mode(self) -> None:
        """Take it again, and tell the app."""
        self._is_suspended = False
        super().resume_application_mode()
        self.send_message(self.SignalResume())

    def disable_input(self) -> None:
        """Take no more keys; where the shell has the terminal, touching it would stop the app for good."""
        if not self._is_suspended:
            super().disable_input()

    def stop_application_mode(self) -> None:
        """Restore the terminal, unless that was done already."""
        if not self._is_suspended:
            super().stop_application_mode()

    def _stop(self, *_: Any) -> None:
        if self.can_suspend and not self._is_suspended:
            self.suspend_application_mode()
            os.kill(os.getpid(), signal.SIGSTOP)

    def _continued(self) -> None:
        # `kill %1` sends SIGTERM first, but its handler comes second: leave it a moment to be heard.
        asyncio.get_running_loop().call_later(_LOOK_AGAIN, self._go_on)

    def _go_on(self) -> None:
        """Go on after a stop: of the app's own, or one from outside, after which the terminal is the shell's."""
        if self._leaves() or not (self._is_suspended or self._is_reading):
            return
        try:
            is_in_front = os.tcgetpgrp(self.fileno) == os.getpgrp()
        except OSError:
            return
        if self._is_suspended and not is_in_front:
            # The shell let it go on in the background, where it may not touch the terminal.
            os.kill(os.getpid(), signal.SIGSTOP)
        elif is_in_front:
            if not self._is_suspended:
                self.suspend_application_mode()
            self.resume_application_mode()

    def run_input_thread(self) -> None:
        """Pass keys on until the app leaves or the terminal is gone."""
        self._is_reading = True
        try:
            self._read_keys()
        finally:
            self._is_reading = False

    def _read_keys(self) -> None:
        parser = XTermParser()
        decode = getincrementaldecoder("utf-8")("replace").decode
        data = b""
        while not self.exit_event.is_set():
            events: list[Message] = []
            wait, data = wait_after(data), b""
            if select.select([self.fileno], [], [], wait)[0]:
                try:
                    data = os.read(self.fileno, 4_096)
                except OSError:
                    data = b""
                if not data:
                    self.send_message(TerminalLost())
                    return
                events += parser.feed(decode(data))
            events += parser.tick()
            for event in events:
                self.process_message(event)
