"""Where the app's syncs are started, watched and stopped: at most one at a time."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace
from textual.app import App

from store.cache.ledger import COMPLETE
from tui.kit.messages import CacheChanged, SyncFinished, SyncProgressed, SyncStatus
from tui.kit.services import AppServices
from widgets.frame.progress import ProgressData

if TYPE_CHECKING:
    from store.sync.report import Report
    from store.sync.request import SyncRequest
    from tui.sync.run import SyncRun

PAGES_BETWEEN = 8
"""Reports of progress after which screens read the cache again while a sync is running."""
PATIENCE = 5.0
"""Seconds the app waits, its terminal given back, for a run that was stopped."""

Answer = TypeVar("Answer")


def in_thread(work: Callable[[], Answer]) -> "Future[Answer]":
    """Work in a thread of its own, which does not keep the process alive; its end and outcome come by the future."""
    done: Future[Answer] = Future()
    done.set_running_or_notify_cancel()

    def run() -> None:
        try:
            answer = work()
        except BaseException as error:  # whatever it is belongs to who waits for it
            done.set_exception(error)
        else:
            done.set_result(answer)

    threading.Thread(target=run, name="sync", daemon=True).start()
    return done


class SyncController:
    """Runs syncs in threads beside the app and reports their progress.

    Args:
        app: gets `SyncProgressed`, `CacheChanged` and `SyncFinished`.
        services: what can sync.

    Attributes:
        state: of the run under way or the last one.
        progress: the same, resource by resource.
    """

    def __init__(self, app: App[None], services: AppServices) -> None:
        self._app = app
        self._services = services
        self._run: SyncRun | None = None
        self._done: Future[tuple[Report | None, str]] | None = None
        self._is_closed = False
        self._reports = 0
        self._unfinished: dict[SyncRequest, str] = {}
        self.state = SyncStatus()
        self.progress = ProgressData()

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return self._run is not None

    @property
    def unfinished(self) -> dict["SyncRequest", str]:
        """What was asked for and not read completely, with what it is in words; that of longest ago first."""
        return dict(self._unfinished)

    def refusal(self) -> str:
        """Why a sync cannot start now, in a sentence; "" when it can."""
        if self._is_closed:
            return "The app is leaving."
        if self._services.run_sync is None:
            return self._services.offline_reason or "This cache is shown offline; nothing can be fetched."
        return "A sync is running already; ctrl+x stops it." if self.running else ""

    def start(self, request: "SyncRequest", what: str) -> str:
        """Start a run.

        Args:
            request: what to read.
            what: in words, for the top line.

        Returns:
            Why it cannot start; "" when it did.
        """
        from tui.sync.run import SyncRun

        refusal = self.refusal()
        runner = self._services.run_sync
        if refusal or runner is None:
            return refusal
        loop = asyncio.get_running_loop()

        def tell(state: SyncStatus, progress: ProgressData) -> None:
            # The thread of a run may outlive the app's loop by a moment.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._take, state, progress)

        run = SyncRun(runner, request, what, tell)
        self._run = run
        self._reports = 0
        self._take(run.state, run.progress())
        self._done = in_thread(run.work)
        self._app.run_worker(self._follow(run, self._done), name="sync", group="sync", exit_on_error=True)
        return ""

    def cancel(self) -> bool:
        """Ask the run under way to stop; False when there is none."""
        run = self._run
        if run is not None:
            run.cancel()
        return run is not None

    def close(self) -> None:
        """Stop the run under way and start no other: the app is leaving."""
        self._is_closed = True
        self.cancel()

    async def ended(self) -> None:
        """Wait until the run's report is written, but not for ever: a name look-up may hang."""
        if self._done is not None:
            ended, _ = await asyncio.wait([asyncio.wrap_future(self._done)], timeout=PATIENCE)
            for one in ended:
                one.exception()  # the app has shown it, or leaves

    async def _follow(self, run: "SyncRun", done: "Future[tuple[Report | None, str]]") -> None:
        try:
            report, reason = await asyncio.wrap_future(done)
        except asyncio.CancelledError:
            # However the app ends, it cancels its workers.
            run.cancel()
            raise
        finally:
            if self._run is run:
                self._run = None
        self._app.post_message(CacheChanged())
        self._app.post_message(SyncFinished(reason, tuple(report.news) if report is not None else ()))

    def _take(self, state: SyncStatus, progress: ProgressData) -> None:
        """Note the state of the run, in the app's loop, and notify the app."""
        if not state.running:
            self._note_end(state)
        state = replace(state, unfinished=bool(self._unfinished))
        self.state, self.progress = state, progress
        self._app.post_message(SyncProgressed(state))
        if state.running and state.calls:
            if self._reports % PAGES_BETWEEN == 0:
                self._app.post_message(CacheChanged())
            self._reports += 1

    def _note_end(self, state: SyncStatus) -> None:
        run = self._run
        if run is None:
            return
        if state.state == COMPLETE:
            left = self._unfinished.items()
            self._unfinished = {asked: what for asked, what in left if not run.request.covers(asked)}
        elif run.is_vain:
            self._unfinished.pop(run.request, None)
        else:
            self._unfinished.setdefault(run.request, state.what)
