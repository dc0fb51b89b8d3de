"""The base of every full screen: the line of truth on top, the sync's progress, the line of keys below."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.events import ScreenResume
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from store import words as fmt
from store.days import parse_instant
from store.models import Freshness
from store.ref import TRIED, Ref
from tui.kit.asking import LoadFailed, ask
from tui.kit.clipboard import copy_text
from tui.kit.error_words import words_of
from tui.kit.explaining import explained_at
from tui.kit.messages import SyncStatus
from tui.kit.services import AppServices
from widgets.frame.compositor import FrontCompositor, holds_frames
from widgets.frame.key_line import KeyLine
from widgets.frame.offered_keys import HIDDEN, KeyWords
from widgets.frame.progress import ProgressData
from widgets.frame.top_line import TopLine, TopLineData
from widgets.keys.command_table import CommandTable
from widgets.text import glyphs, plain
from widgets.text.lines import Role

if TYPE_CHECKING:
    from tui.kit.export_way import ExportWay
    from widgets.dialog.questions import Question
    from widgets.json.json_view import JsonView

_LOW_BELOW = 15
_UNDONE = ("failed", "partial", "stopped")


class AppScreen(Screen[None]):
    """A screen that a user is on: a list of things, one thing, a record.

    Args:
        services: what the app is given.

    Attributes:
        known_as: what the thing it shows was called where it was chosen; "" where that is not known.
    """

    DEFAULT_CSS = """
    AppScreen { background: $background; overflow: hidden; }
    AppScreen #sync-panel {
        display: none; height: auto; max-height: 40%; padding: 0 1; border-top: solid $foreground 35%;
    }
    AppScreen.-syncing #sync-panel { display: block; }
    AppScreen.-low ListHead, AppScreen.-low ActivityHead { max-height: 1; }
    AppScreen.-low ComposedTab.-with-list > PartsScroll { max-height: 2; }
    """
    COMMAND_TABLE: ClassVar[CommandTable | None] = None
    """Its own commands, for the palette."""

    def __init__(self, services: AppServices) -> None:
        super().__init__()
        self._compositor = FrontCompositor(lambda: holds_frames(self.app))
        self.VERTICAL_BREAKPOINTS = [(0, "-low"), (_LOW_BELOW, "-tall")]
        self.services = services
        self.sync_state = SyncStatus()
        self.elsewhere = ""
        self.failure = ""
        self.known_as = ""
        self._countdown: Timer | None = None
        self._progress = ProgressData()
        self._styled_for = ""

    @on(ScreenResume)
    def _keep_looks(self, event: ScreenResume) -> None:
        """Leave the looks alone that all widgets got as they were mounted, unless the theme has changed since."""
        event.refresh_styles = event.refresh_styles and self._styled_for not in ("", self.app.theme)
        self._styled_for = self.app.theme

    def compose(self) -> ComposeResult:
        """Top line, body, keys."""
        # Before there is anything on it, which would take on another look when the first size comes.
        is_low = self.app.size.height < _LOW_BELOW
        self.update_classes({"-low": is_low, "-tall": not is_low}, update=False)
        yield TopLine(TopLineData(), id="top-line")
        yield from self.compose_body()
        yield KeyLine(always=("app.help",), id="key-line")

    def compose_body(self) -> ComposeResult:
        """What is between the two lines."""
        yield Widget()

    def crumbs(self) -> tuple[str, ...]:
        """Where the user is, outermost first; outside text allowed."""
        return ()

    def legend(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """What signs on it mean, for the help: a heading, and signs with their meaning."""
        return "", ()

    @property
    def sought(self) -> str:
        """What was typed here and found nothing: a search for anything begins with it."""
        return ""

    def data_age(self) -> str | None:
        """UTC text of when what is shown was last read; None when it never was, "" where that says nothing."""
        return ""

    def freshness(self) -> Freshness:
        """How far what is shown can be trusted, and what the last attempt to read it again came to."""
        return Freshness()

    def explainable(self) -> Ref | None:
        """What `x` explains here where no row has the keys; None for nothing."""
        return None

    def manageable(self) -> tuple[Ref, ...]:
        """What `m` is about here where no row has the keys: what can be explained, too."""
        about = self.explainable()
        return () if about is None else (about,)

    def cache_changed(self) -> None:
        """Rows changed in the cache: read again what is shown and keep the user's place."""

    def read_again(self) -> None:
        """Ask the cache anew for what is shown; what fails again says so again."""
        self.failure = ""
        self.cache_changed()
        self.refresh_bindings()

    @on(LoadFailed)
    def _load_failed(self, event: LoadFailed) -> None:
        event.stop()
        self.failure = event.reason
        self.refresh_top()
        self.refresh_bindings()

    def on_json_view_copy_requested(self, event: "JsonView.CopyRequested") -> None:
        """Copy a part of a document, wherever on the screen it is."""
        copy_text(self.app, event.text, event.what)

    def minute_passed(self, holder: str) -> None:
        """Ages may have changed; `holder` names another process that is syncing, or is ""."""
        self.elsewhere = holder
        self.refresh_top()

    def show_sync(self, state: SyncStatus, progress: ProgressData) -> None:
        """Show how the sync goes."""
        before, self.sync_state = self.sync_state, state
        self._progress = progress
        self._show_progress()
        self.refresh_top()
        self._count_down(state)
        if (before.running, before.state) != (state.running, state.state):
            self.refresh_bindings()

    def _count_down(self, state: SyncStatus) -> None:
        """Tell every second how long a wait still is; without a wait nothing ticks."""
        if state.goes_on is None:
            if self._countdown is not None:
                self._countdown.stop()
            self._countdown = None
        elif self._countdown is None:
            self._countdown = self.set_interval(1.0, self.refresh_top, name="countdown")

    def ask_export(
        self, title: str, questions: "Sequence[Question]", write: "Callable[[ExportWay], tuple[Path, int]]"
    ) -> None:
        """Ask once how to export, then write."""
        from tui.kit.export_way import way_of, way_words
        from widgets.dialog.questions import QuestionsDialog

        def taken(answers: Mapping[str, str] | None) -> None:
            if answers is not None:
                self.save(lambda: write(way_of(answers)), way_words(answers))

        self.app.push_screen(QuestionsDialog(questions, f"Export {title}"), taken)

    def save(self, write: Callable[[], tuple[Path, int]], how: str = "") -> None:
        """Write a file in a thread; say where it is and how many rows it has, or why it is not there."""

        def saved(found: tuple[Path, int]) -> None:
            from store.export import short_path

            words = plain(f"{fmt.counted(found[1], 'row')} in {short_path(found[0])}{how}")
            self.notify(words, title="Exported", markup=False, timeout=10)

        def failed(error: Exception) -> None:
            why = f"{error.strerror}: {error.filename}" if isinstance(error, OSError) and error.strerror else error
            words = why if isinstance(error, OSError) else words_of(error)
            self.notify(plain(f"Not exported. {words}"), severity="error", markup=False)

        ask(self, write, saved, group="export", failed=failed, exclusive=False)

    def key_label(self, binding: Binding) -> KeyWords | None:
        """The sync's keys are offered as its state asks for them; those of other modes where one begins."""
        state = self.sync_state
        if binding.action.startswith("app.show_mode("):
            if binding.action == f"app.show_mode('{self.app.current_mode}')":
                return HIDDEN
            return None if len(self.app.screen_stack) == 1 else KeyWords("", binding.tooltip or "")
        if binding.id == "app.cancel_sync":
            return KeyWords("stop sync", urgent=True) if state.running else HIDDEN
        if binding.id == "app.read_again":
            return KeyWords("read again", urgent=True) if self.failure else HIDDEN
        if binding.id == "app.explain":
            about = explained_at(self)
            return KeyWords("explain", urgent=True) if about and about.kind not in TRIED else None
        if binding.id == "app.manage":
            marked = len(getattr(self.focused, "marks", ()))
            words = f"manage {marked:,} marked" if marked else "manage"
            return KeyWords(words, urgent=bool(marked) or self.services.permission is not None)
        if binding.id == "app.sync":
            return self._words_of_sync()
        if binding.id == "app.sync_panel":
            if self.has_class("-syncing"):
                return KeyWords("hide sync")
            if state.running or state.unfinished or state.state in _UNDONE:
                return KeyWords("progress" if state.running else "details", urgent=not state.running)
            return None if state.state else HIDDEN
        return None

    def _words_of_sync(self) -> KeyWords | None:
        if self.services.run_sync is None or self.sync_state.running:
            return HIDDEN
        if self.sync_state.state == "failed":
            return KeyWords("try again", urgent=True)
        if self.sync_state.unfinished or self.sync_state.state in _UNDONE:
            return KeyWords("resume", urgent=True)
        return KeyWords("sync", urgent=True) if self.data_age() is None else None

    def toggle_sync_panel(self) -> None:
        """Show or hide the progress."""
        self.toggle_class("-syncing")
        self._show_progress()
        self.refresh_bindings()

    def _show_progress(self) -> None:
        if not self.has_class("-syncing"):
            return
        # Late: no first screen shows a sync.
        from widgets.frame.progress_panel import SyncProgressPanel

        panels = self.query("#sync-panel").results(SyncProgressPanel)
        panel = next(panels, None)
        if panel is None:
            self.mount(SyncProgressPanel(self._progress, id="sync-panel"), before="#key-line")
        else:
            panel.show(self._progress)

    def refresh_top(self) -> None:
        """Show the top line anew; an equal one repaints nothing."""
        services, state = self.services, self.sync_state
        words, role = sync_words(state, self.elsewhere)
        if not words and (ended := self.freshness()).attempt_state:
            words, role = sync_words(SyncStatus(state=ended.attempt_state or "", reason=ended.attempt_reason or ""))
        known = state.limit is not None and state.remaining is not None
        as_of = self.data_age()
        data = TopLineData(
            profile=services.settings.profile,
            zone=fmt.zone_name(services.zone),
            crumbs=self.crumbs(),
            production=services.settings.production,
            age="" if state.running or not as_of else fmt.age(parse_instant(as_of), services.now()),
            sync=words or (fmt.NOT_SYNCED if as_of is None else ""),
            sync_role=role,
            calls=(state.limit or 0) - (state.remaining or 0) if known else None,
            call_limit=state.limit if known else None,
            offline=services.run_sync is None,
            writes=services.permission is not None and services.run_sync is not None,
        )
        self.query_one("#top-line", TopLine).show(data)


def sync_words(state: SyncStatus, elsewhere: str = "") -> tuple[str, Role]:
    """The sync's state in a few words and a role; "" when all is well and nothing runs.

    Args:
        state: of the app's own sync.
        elsewhere: another process that is syncing, in words.
    """
    if state.running:
        return _running_words(state)
    if elsewhere:
        return f"{glyphs.current().sync} {elsewhere}", "accent"
    if state.state == "failed":
        return f"{glyphs.current().failed} {fmt.REFUSED if fmt.is_refusal(state.reason) else 'sync failed'}", "bad"
    if state.state == "stopped":
        return f"{glyphs.current().partial} sync stopped", "warn"
    if state.state == "partial" or state.unfinished:
        return f"{glyphs.current().partial} partial", "warn"
    return "", "muted"


def _running_words(state: SyncStatus) -> tuple[str, Role]:
    """Short: the reason of a wait is in the panel that `P` opens, where there is room for it."""
    if state.goes_on is not None:
        left = max(1, round(state.goes_on - time.monotonic()))
        words = "tries again" if state.waiting.startswith("tries again") else "waits"
        return f"{glyphs.current().sync} {words} {'in ' if words != 'waits' else ''}{left} s", "warn"
    return (f"{glyphs.current().sync} {state.what}, {fmt.counted(state.calls, 'call')}", "accent")
