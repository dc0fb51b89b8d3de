"""Syncing from inside the app: one run at a time, in a thread with an event loop of its own.

The run reports its progress by messages that replace one another, at most a few a second, so that a fast sync never
floods a slow line. Cancelling is asked of the run's loop; what it read is kept.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from store.api.errors import ApiError
from store.cache.errors import CacheError
from store.cache.ledger import COMPLETE, FAILED, PARTIAL
from store.config_errors import ConfigError
from store.sync.report import Progress, Report, ResourceReport
from store.sync.request import SyncRequest, UnknownCampaign
from tui.kit.messages import SyncStatus
from tui.kit.services import SyncRunner
from widgets.frame.progress import ProgressData, ProgressState, ResourceProgress

if TYPE_CHECKING:
    from store.sync.rate_limiter import Meter

LEAST_BETWEEN = 0.25
"""Seconds between two reports of progress."""

CANCELLED = "What was read is kept; R resumes from there."
STOPPED = "stopped"
"""State of a run that was asked to stop."""

_FIRST = ("running", "failed", "partial", "waiting", "complete")


class SyncRun:
    """One run and what is known of it. Built in the event loop, `work` is called in a thread.

    Args:
        runner: does the syncing.
        request: what is asked.
        what: in words, for the top line.
        tell: given each new state and progress, in the sync's thread: it hands them over to the app's loop.
    """

    def __init__(
        self,
        runner: SyncRunner,
        request: SyncRequest,
        what: str,
        tell: Callable[[SyncStatus, ProgressData], None],
    ) -> None:
        self._runner = runner
        self.request = request
        self._tell = tell
        self._guard = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Report] | None = None
        self._stopped = False
        self._told = 0.0
        self.state = SyncStatus(running=True, what=what)
        self._resources: dict[tuple[str, str], ResourceProgress] = {}
        self._calls_before = 0
        self.is_vain = False
        """Whether asking for the same again would come to the same: there is no such campaign."""

    def work(self) -> tuple[Report | None, str]:
        """Run to the end, in a thread.

        Returns:
            The report, None when the run could not start; and why it is not complete, "" when it is.
        """
        try:
            report = asyncio.run(self._run())
        except asyncio.CancelledError:
            return self._end(None, STOPPED, CANCELLED)
        except UnknownCampaign as error:
            self.is_vain = True
            return self._end(None, FAILED, str(error))
        except (CacheError, ConfigError) as error:
            # A token command that was ended is an error of the settings, unless that was asked for.
            return self._end(None, *((STOPPED, CANCELLED) if self._stopped else (FAILED, str(error))))
        except ApiError as error:
            return self._end(None, FAILED, error.sentence)
        return self._end(report, report.state, why_incomplete(report))

    @property
    def is_stopped(self) -> bool:
        """Whether it was asked to stop."""
        return self._stopped

    def cancel(self) -> None:
        """Ask the run to stop; from any thread, at any time."""
        with self._guard:
            self._stopped = True
            if self._loop is not None and self._task is not None:
                self._loop.call_soon_threadsafe(self._task.cancel)

    async def _run(self) -> Report:
        with self._guard:
            if self._stopped:
                raise asyncio.CancelledError
            self._loop = asyncio.get_running_loop()
            self._task = asyncio.ensure_future(self._runner(self.request, self))
        try:
            return await self._task
        finally:
            with self._guard:
                self._loop = None

    def on_progress(self, progress: Progress, meter: "Meter") -> None:
        """Take note of a page."""
        key = (progress.resource, progress.scope)
        if key not in self._resources:
            self._close_resources()
            self._calls_before = max(0, progress.calls - 1)
        self._resources[key] = ResourceProgress(
            progress.resource,
            "running",
            progress.rows,
            progress.total,
            max(0, progress.calls - self._calls_before),
            progress.note or ("by export" if progress.via == "exports" else ""),
        )
        self.state = replace(
            self.state, calls=progress.calls, remaining=meter.remaining, limit=meter.limit, waiting="", goes_on=None
        )
        self._report()

    def on_wait(self, seconds: float, reason: str) -> None:
        """Note a wait; reported at once, for nothing else will move meanwhile."""
        # The reason is kept without its own count of seconds, which would not count down.
        why = reason.partition(";")[0]
        self.state = replace(self.state, waiting=why, goes_on=time.monotonic() + seconds)
        self._report(at_once=True)

    def progress(self) -> ProgressData:
        """How far the run is, for display."""
        state = self.state
        # What runs is first, then what went wrong, then what was finished last: the panel may be cut below.
        newest_first = reversed(self._resources.values())
        resources = sorted(newest_first, key=lambda one: _FIRST.index(one.state))
        waiting = f"waits: {state.waiting}" if state.waiting else ""
        return ProgressData(tuple(resources), state.calls, state.limit, state.remaining, waiting)

    def _close_resources(self) -> None:
        for key, known in self._resources.items():
            if known.state == "running":
                self._resources[key] = replace(known, state="complete", note="")

    def _report(self, *, at_once: bool = False) -> None:
        now = time.monotonic()
        if at_once or now - self._told >= LEAST_BETWEEN:
            self._told = now
            self._tell(self.state, self.progress())

    def _end(self, report: Report | None, state: str, reason: str) -> tuple[Report | None, str]:
        self._close_resources()
        calls = self.state.calls if report is None else report.calls
        self.state = replace(
            self.state, running=False, state=state, reason=reason, waiting="", goes_on=None, calls=calls
        )
        if report is not None:
            self._resources = {(name, ""): _concluded(name, part) for name, part in report.resources.items()}
        self._report(at_once=True)
        return report, reason


def why_incomplete(report: Report) -> str:
    """Why a run is not complete, in one sentence; "" when it is."""
    if report.state == COMPLETE:
        return ""
    if report.reason:
        return report.reason
    parts = [f"{name}: {part.reason}" for name, part in report.resources.items() if part.state != COMPLETE]
    more = f" (and {len(parts) - 1} more)" if len(parts) > 1 else ""
    return f"{parts[0]}{more}" if parts else f"The sync ended {report.state}."


def _concluded(name: str, part: ResourceReport) -> ResourceProgress:
    states: dict[str, ProgressState] = {COMPLETE: "complete", PARTIAL: "partial"}
    reason = "" if part.state == COMPLETE else part.reason or ""
    return ResourceProgress(name, states.get(part.state, "failed"), part.seen, None, part.calls, reason)
