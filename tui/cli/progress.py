"""A sync's progress: on a terminal bars, rows, calls, the limit meter and the time left; elsewhere a line per wait."""

import sys
from typing import Any, Self

from store.sync.report import Progress, call_words
from store.words import wait
from tui.cli.output import say
from widgets.text import cell_fit, plain

_MOST_LISTS = 8
"""Lists shown at once: the one that is read and those before it; more would push the calls out of a small screen."""
_NAME, _TEXT, _LEAST_BAR, _MOST_BAR = 28, 30, 8, 40
_WORTH_A_WORD = 1.0
"""Seconds a wait must have to be reported: repeats begin with less."""
_TIME, _GAPS, _EDGE = 7, 3, 3
"""Cells for the time left, between columns, and at the edge: where `^C` is echoed, it must not begin another line."""


class ProgressLines:
    """Shows progress on stderr when it is a terminal; says when calls have to wait wherever it goes.

    Args:
        bars: False for `--json`, which wants no display.
    """

    def __init__(self, *, bars: bool) -> None:
        self._bars = bars and sys.stderr is not None and sys.stderr.isatty()
        self._display: Any = None
        self._lists: dict[str, Any] = {}
        self._whole: Any = None
        self._name, self._text = _NAME, _TEXT
        self.limiter: Any = None

    def __enter__(self) -> Self:
        if self._bars:
            from rich.console import Console
            from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Display

            console = Console(stderr=True)
            room = console.width - _TIME - _GAPS - _EDGE
            self._name = max(1, min(_NAME, room // 3))
            self._text = max(1, min(_TEXT, room - self._name - _LEAST_BAR))
            width = max(1, min(_MOST_BAR, room - self._name - self._text))
            self._display = Display(
                TextColumn("{task.description}", markup=False),
                BarColumn(bar_width=width),
                TextColumn("{task.fields[text]}", markup=False),
                TimeRemainingColumn(compact=True),
                console=console,
                transient=True,
                refresh_per_second=4,
            )
            self._whole = self._add("in all", None)
            self._display.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Take the bars away and give the cursor back. Safe to call twice."""
        if self._display is not None:
            self._display.stop()

    def show(self, progress: Progress) -> None:
        """Take one step of a run."""
        if self._display is None:
            return
        if progress.resource not in self._lists:
            self._make_room()
            self._lists[progress.resource] = self._add(progress.resource, progress.total)
        rows = f"{progress.rows:,} rows {progress.note}"
        self._update(self._lists[progress.resource], progress.rows, progress.total, rows)
        calls = f"{call_words(progress.calls)}{self._limit()}"
        self._update(self._whole, progress.done, progress.tasks, calls)

    def waiting(self, seconds: float, reason: str) -> None:
        """Say that calls wait, and why; silence for an hour would look like a hang, in a log as well."""
        if seconds < _WORTH_A_WORD:
            return
        text = f"Waiting {wait(seconds)}: {reason.rstrip('.')}."
        if self._display is not None:
            self._display.console.print(plain(text), markup=False, highlight=False)
        else:
            say(text)

    def _add(self, name: str, total: int | None) -> Any:
        return self._display.add_task(cell_fit(name, self._name), total=total, text=cell_fit("", self._text))

    def _update(self, task: Any, completed: int, total: int | None, text: str) -> None:
        self._display.update(task, completed=completed, total=total, text=cell_fit(text, self._text))

    def _make_room(self) -> None:
        """Hide the oldest lists, before one more is shown: the display is drawn by a thread, at any moment."""
        kept = max(1, min(_MOST_LISTS, self._display.console.height - 3)) - 1
        for task in list(self._lists.values())[: len(self._lists) - kept]:
            self._display.update(task, visible=False)

    def _limit(self) -> str:
        if self.limiter is None:
            return ""
        meter = self.limiter.meter()
        if meter.limit is None or meter.remaining is None:
            return ""
        return f" · API {meter.limit - meter.remaining:,}/{meter.limit:,}"
