"""Where the app's syncs are started, watched and stopped: at most one at a time."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import App

from store.cache.ledger import COMPLETE
from tui.kit.messages import CacheChanged, SyncFinished, SyncProgressed, SyncState
from tui.kit.services import AppServices
from widgets.frame.progress import ProgressData

if TYPE_CHECKING:
    from store.sync.request import SyncRequest
    from tui.sync.run import SyncRun

PAGES_BETWEEN = 8
"""Reports of progress after which screens read the cache again while a sync is running."""


class SyncDesk:
    """Runs syncs in worker threads of the app and tells it how they go.

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
        self._reports = 0
        self._unfinished: dict[SyncRequest, str] = {}
        self.state = SyncState()
        self.progress = ProgressData()

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return self._run is not None

    @property
    def unfinished(self) -> dict["SyncRequest", str]:
        """What was asked for and not read whole, with what it is in words; that of longest ago first."""
        return dict(self._unfinished)

    def refusal(self) -> str:
        """Why a sync cannot start now, in a sentence; "" when it can."""
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
        run = SyncRun(runner, request, what, self._tell)
        self._run = run
        self._reports = 0
        self._tell(run.state, run.progress())
        self._app.run_worker(self._work_of(run), name="sync", group="sync", thread=True, exit_on_error=True)
        return ""

    def cancel(self) -> bool:
        """Ask the run under way to stop; False when there is none."""
        if self._run is None:
            return False
        self._run.cancel()
        return True

    def _work_of(self, run: "SyncRun") -> Callable[[], None]:
        def work() -> None:
            try:
                report, reason = run.work()
            finally:
                self._run = None
            self._app.post_message(CacheChanged())
            self._app.post_message(SyncFinished(report, reason))

        return work

    def _tell(self, state: SyncState, progress: ProgressData) -> None:
        if not state.running:
            self._note_end(state)
        state = replace(state, unfinished=bool(self._unfinished))
        self.state, self.progress = state, progress
        self._app.post_message(SyncProgressed(state))
        if state.running and state.calls:
            if self._reports % PAGES_BETWEEN == 0:
                self._app.post_message(CacheChanged())
            self._reports += 1

    def _note_end(self, state: SyncState) -> None:
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
