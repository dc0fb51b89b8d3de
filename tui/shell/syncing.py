"""Syncing from the app, and following what changes the cache: its own syncs and other processes."""

from functools import partial
from typing import TYPE_CHECKING

from textual import on

from tui.kit.asking import ask
from tui.kit.messages import CacheChanged, CacheFingerprint, SyncFinished, SyncProgressed, SyncRequested
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices
from tui.shell.modes import CALENDAR, CAMPAIGNS, HOME
from tui.sync.cache_watch import inspect_cache
from tui.sync.controller import SyncController
from widgets.app_part import AppPart
from widgets.text import safe

if TYPE_CHECKING:
    from store.sync.request import SyncRequest


class Syncs(AppPart):
    """The part of the app that runs its one sync, keeps requests for the next one, and tells screens of new data."""

    services: AppServices

    def begin_syncing(self, services: AppServices) -> None:
        """Get ready; called by the constructor."""
        self.desk = SyncController(self, services)
        self._sighting: CacheFingerprint | None = None
        self._queued: dict[SyncRequest, SyncRequested] = {}
        self._left_behind: set[str] = set()

    def _place(self) -> AppScreen | None:
        return next((screen for screen in reversed(self.screen_stack) if isinstance(screen, AppScreen)), None)

    def _places(self) -> list[AppScreen]:
        # An app that closes takes its screens apart while messages still come in.
        if not self.is_running:
            return []
        return [screen for screen in self.screen_stack if isinstance(screen, AppScreen) and screen.is_mounted]

    def action_read_again(self) -> None:
        """Ask the cache again for what could not be read."""
        self.post_message(CacheChanged())

    def action_sync_routine(self) -> None:
        """Resume what was not read completely; then what is new of campaigns and of all that was opened before."""
        from store.sync.request import SyncRequest

        asked = self.desk.unfinished
        if all(request.only is not None for request in asked):
            # None of these reads the campaigns; one that never comes to its end must not keep them from being read.
            asked[SyncRequest()] = "campaigns"
        (first, what), *later = asked.items()
        if self.sync(first, what):
            for request, words in later:
                self._queued[request] = SyncRequested(request, words, quietly=True)

    def action_cancel_sync(self) -> None:
        """Stop the sync under way and what waits for its turn."""
        self._queued.clear()
        if not self.desk.cancel():
            self.notify("No sync is running.", markup=False)

    def action_toggle_sync_panel(self) -> None:
        """Show or hide how the sync goes."""
        place = self._place()
        if place is not None:
            place.toggle_sync_panel()

    def sync(self, request: "SyncRequest", what: str) -> bool:
        """Start a sync, or say why not; whether it started."""
        refusal = self.desk.start(request, what)
        if refusal:
            self.notify(safe(refusal).plain, severity="warning", markup=False)
        return not refusal

    @on(SyncRequested)
    def _sync_requested(self, event: SyncRequested) -> None:
        if self.desk.running:
            self._queued[event.request] = event
            if not event.quietly:
                self.notify(safe(f"{event.what}: next, after the sync under way.").plain, markup=False)
        elif not (event.quietly and self.desk.refusal()):
            self.sync(event.request, event.what)

    @on(SyncProgressed)
    def _sync_progressed(self, event: SyncProgressed) -> None:
        for place in self._places():
            place.show_sync(event.state, self.desk.progress)

    @on(CacheChanged)
    def _tell_of_changes(self) -> None:
        """Read again what is on screen; other modes do so when they come back."""
        self._left_behind = {HOME, CAMPAIGNS, CALENDAR} - {self.current_mode}
        for place in self._places():
            place.read_again()

    @on(SyncFinished)
    def _sync_finished(self, event: SyncFinished) -> None:
        if event.reason:
            title = f"Sync {self.desk.state.state}"
            self.notify(safe(event.reason).plain, title=title, severity="warning", timeout=12, markup=False)
        for line in event.news:
            self.notify(safe(line).plain, title="A change", severity="warning", timeout=12, markup=False)
        if self._queued and not self.desk.running:
            waiting = self._queued.pop(next(iter(self._queued)))
            self.sync(waiting.request, waiting.what)
        elif not self.desk.running:
            self._index()

    def _index(self) -> None:
        """After a first fill: have the index built without which a long list is searched row by row."""
        from store.queries.row_candidates import WORTH_IT
        from tui.kit.indexing import build_in_background

        build_in_background(self.app, self.services.reader, lambda: None, worth=WORTH_IT)

    def look_at_cache(self) -> None:
        """See whether another process wrote to the cache or is syncing it."""
        ask(self, partial(inspect_cache, self.services.settings.database), self._cache_sighted, group="watch")

    def _cache_sighted(self, sighting: CacheFingerprint) -> None:
        before, self._sighting = self._sighting, sighting
        if before is not None and before.mark != sighting.mark:
            self._tell_of_changes()
        for place in self._places():
            place.minute_passed(sighting.holder)
