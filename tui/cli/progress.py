"""A sync's progress on a terminal: one bar per resource, rows, calls, the limit meter, time left. On stderr."""

import sys
from typing import Any, Self

from store.sync.report import Progress


class SyncProgress:
    """Shows progress on stderr when it is a terminal; otherwise says nothing.

    Args:
        enabled: False for `--json`, which wants silence.
    """

    def __init__(self, *, enabled: bool) -> None:
        self._enabled = enabled and sys.stderr.isatty()
        self._display: Any = None
        self._bars: dict[str, Any] = {}
        self.governor: Any = None

    def __enter__(self) -> Self:
        if self._enabled:
            from rich.console import Console
            from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Display

            self._display = Display(
                TextColumn("{task.description:<28}", markup=False),
                BarColumn(bar_width=24),
                TextColumn("{task.completed:>9,.0f} rows", markup=False),
                TextColumn("{task.fields[meter]}", markup=False),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
                refresh_per_second=4,
            )
            self._display.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._display is not None:
            self._display.stop()

    def show(self, progress: Progress) -> None:
        """Take one step of a run."""
        if self._display is None:
            return
        if progress.resource not in self._bars:
            self._bars[progress.resource] = self._display.add_task(progress.resource, total=progress.total, meter="")
        meter = f"{progress.calls:,} calls{self._limit()}{f'  {progress.note}' if progress.note else ''}"
        self._display.update(self._bars[progress.resource], completed=progress.rows, total=progress.total, meter=meter)

    def waiting(self, seconds: float, reason: str) -> None:
        """Say that the governor waits, and why."""
        if self._display is not None:
            self._display.console.print(f"waiting {seconds:.0f} s: {reason}", markup=False)

    def _limit(self) -> str:
        if self.governor is None:
            return ""
        meter = self.governor.meter()
        return "" if meter.limit is None else f"  API {meter.remaining}/{meter.limit}"
