"""The app: modes with a back stack each, themes, syncing, and leaving cleanly."""

import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from textual import on
from textual.app import App
from textual.binding import Binding, BindingType
from textual.events import Event, Key, Paste, Resize
from textual.filter import LineFilter, Monochrome, NoColor
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import MountError

from store.ref import AUDIT, CAMPAIGN, SEARCH, Ref
from tui.campaigns.read_ahead import ReadAhead
from tui.kit.asking import limit_threads
from tui.kit.clipboard import save_copied
from tui.kit.error_words import traceback_of
from tui.kit.messages import Open, TerminalLost
from tui.kit.rooms import Room
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices
from tui.shell.ahead import import_at_rest
from tui.shell.commands import EVERYWHERE
from tui.shell.driver import forget_terminal_signals, steady_driver
from tui.shell.key_queue import KeyQueue
from tui.shell.managing import Manages
from tui.shell.modes import MODES, modes
from tui.shell.notices import NoticesAfterDialogs
from tui.shell.signals import has_job_control, on_signals
from tui.shell.style_parsing import ParsesOnce
from tui.shell.syncing import Syncs
from tui.shell.theme import THEMES
from widgets.frame.compositor import HoldsFrames
from widgets.frame.key_line import KeyLine
from widgets.frame.least_size import is_too_small
from widgets.keys.command_table import key_words
from widgets.text import glyphs, safe
from widgets.text.ascii_filter import line_filters

_LEAVING = frozenset({"ctrl+q", "ctrl+c"})


class PromoscopeApp(Manages, Syncs, ParsesOnce, HoldsFrames, App[None]):
    """Voucherify campaigns in a terminal.

    Args:
        services: settings, questions to the cache, a way to sync.
        open_at: a thing to open at the start.
        ahead: reads the campaign list already.
        rooms: what opens things, by their kind; all there are when None.
        sync_at_start: read what is new as soon as the first screen is shown (the demo does).
    """

    TITLE = "promoscope"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = EVERYWHERE.bindings
    CSS = (
        NoticesAfterDialogs.CSS
        + """
    ModalScreen { layers: base keys; }
    ModalScreen > KeyLine { layer: keys; }
    """
    )

    def __init__(
        self,
        services: AppServices,
        *,
        open_at: Ref | None = None,
        ahead: ReadAhead | None = None,
        sync_at_start: bool = False,
        rooms: Mapping[str, Room] | None = None,
    ) -> None:
        self._first = services.preferences.start or MODES[0]
        # Textual begins with this mode; its own is an empty screen.
        vars(self)["DEFAULT_MODE"] = self._first
        super().__init__(driver_class=steady_driver())
        self.services = services
        self.begin_syncing(services)
        self._open_at = open_at
        self._rooms = rooms
        self._sync_at_start = sync_at_start
        self._ahead: Timer | None = None
        self.animation_level = "none"
        glyphs.use("ascii" if services.preferences.signs == "ascii" else "unicode")
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = services.preferences.theme
        self.parse_for_theme()
        self.set_keymap(dict(services.preferences.keys))
        self.keys = KeyQueue(self, _LEAVING | frozenset(services.preferences.keys.get("app.quit", "").split(",")))
        begin_at = open_at.id if open_at is not None and open_at.kind == CAMPAIGN else None
        for name, make in modes(services, begin_at, ahead).items():
            self.add_mode(name, make)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own, and the one that writes finished lines in ASCII where the settings ask for it.

        Textual chooses its filter before the theme is known. Its grey filter turns the terminal's own colours, which
        have no values, into black on black; with them colours are dropped instead.
        """
        own = super().get_line_filters()
        if self.native_ansi_color:
            own = [NoColor() if isinstance(one, Monochrome) else one for one in own]
        return [*own, *line_filters()]

    # Starting and leaving

    def on_load(self) -> None:
        """Take the keys in hand before there is a widget to send them to."""
        self.keys.begin()

    async def run_async(self, **options: Any) -> None:
        """Run until it is left. Signals end it by its one way out, from before the terminal is taken on."""
        limit_threads()
        with on_signals(self._leave_on):
            try:
                await super().run_async(**options)
            finally:
                forget_terminal_signals()

    def leave(self, code: int = 0) -> None:
        """Leave with an exit code; a sync under way stops where it is and keeps what it read."""
        self.desk.close()
        self.exit(return_code=code)

    async def on_unmount(self) -> None:
        """End all that works for the app, however it ends: a crash and a lost terminal come here, too."""
        self.keys.end()
        self.desk.close()
        self.services.reader.end()
        await self.desk.ended()

    async def on_event(self, event: Event) -> None:
        """Handle keys one after another, everything else as it comes."""
        if isinstance(event, (Key, Paste)):
            if self._ahead is not None:
                self._ahead.reset()
            if not self._takes(event):
                return
            if isinstance(event, Key) and event.key == "escape" and not event.is_forwarded and self.close_notices():
                return
        await super().on_event(event)

    def _takes(self, event: Key | Paste) -> bool:
        # An app that closes has no screen any more for a key that was on its way.
        return bool(self.screen_stack) and (event.is_forwarded or self.keys.lets_pass(event))

    async def on_mount(self) -> None:
        """Begin what goes on beside the first screen, and open whatever was asked for."""
        self.screen_change_signal.subscribe(self, self._name_keys, immediate=True)
        self.screen_change_signal.subscribe(self, self.show_held_back, immediate=True)
        self.app_resume_signal.subscribe(self, self._paint_again)
        self.set_interval(60.0, self.look_at_cache, name="minute")
        self._ahead = import_at_rest(self)
        self.look_at_cache()
        for problem in self.services.preferences.problems:
            self.notify(safe(problem).plain, severity="warning", markup=False)
        if self._open_at is not None:
            self.open_ref(self._open_at)
        if self._sync_at_start:
            from store.sync.request import PAGES_ONLY, SyncRequest

            # A made-up project costs no calls, so all of it is read at once.
            request = SyncRequest(everything=True, via=PAGES_ONLY) if self.services.demo else SyncRequest()
            self.sync(request, "project" if self.services.demo else "campaigns")

    async def action_quit(self) -> None:
        """Leave."""
        self.leave()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """ctrl+z works where a shell waits that brings the app back."""
        if action == "suspend_process":
            return not self.is_headless and has_job_control()
        return super().check_action(action, parameters)

    def _name_keys(self, screen: Screen[object]) -> None:
        """Give a dialog a line of its own keys: it covers that of the screen below, whose keys do not work now."""
        if screen.is_modal and not is_too_small(self.size) and not screen.query(KeyLine):
            screen.call_later(self._give_key_line, screen)

    async def _give_key_line(self, screen: Screen[Any]) -> None:
        # One that was opened while the app leaves never comes to stand.
        if screen.is_mounted:
            await screen.mount(KeyLine())

    def _paint_again(self, _app: App[object]) -> None:
        """All of the screen: the shell wrote over it meanwhile, and the terminal's size need not have changed."""
        self.screen.refresh()

    def action_draw_again(self) -> None:
        """Send the whole screen: another program may have written over it."""
        draw_again = getattr(self._driver, "draw_again", self.screen.refresh)
        draw_again()

    def _leave_on(self, number: int) -> None:
        self.leave(128 + number)

    @on(TerminalLost)
    def _terminal_lost(self) -> None:
        self._leave_on(signal.SIGHUP)

    def _handle_exception(self, error: Exception) -> None:
        # While an app is closing Textual refuses to mount widgets; that error is of no interest.
        if not (self._exit and isinstance(error, MountError)):
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        # Textual shows the local variables of every frame here; they hold keys and people's addresses.
        from rich.text import Text

        error = sys.exc_info()[1]
        self.bell()
        self.panic(Text("\n".join(traceback_of(error) if error is not None else ())))

    # Getting about

    async def action_back(self) -> None:
        """Back to where the user was; from the first screen, leave."""
        if len(self.screen_stack) > 1:
            await self.pop_screen()
        elif self.current_mode != self._first:
            await self.action_show_mode(self._first)
        else:
            await self.action_quit()

    async def action_show_mode(self, mode: str) -> None:
        """Another way to look at the project; each comes back as it was left, but for what was written meanwhile."""
        if mode == self.current_mode or self.screen.is_modal:
            return
        await self.switch_mode(mode)
        for place in self._places():
            place.show_sync(self.desk.state, self.desk.progress)
            place.minute_passed(self._sighting.holder if self._sighting else "")
            if mode in self._left_behind:
                place.read_again()
        self._left_behind.discard(mode)
        self.screen.refresh_bindings()

    def open_ref(self, ref: Ref, name: str = "") -> None:
        """Open a thing in the room of its kind, one of another kind as a record; what is no kind is named."""
        from tui.shell.rooms import screen_of

        place = self._place()
        screen = screen_of(self._rooms, self.services, ref, () if place is None else place.crumbs())
        if screen is None:
            self.notify(safe(f"A {ref.kind} cannot be opened yet.").plain, severity="warning", markup=False)
        else:
            if isinstance(screen, AppScreen):
                screen.known_as = name
            self.push_screen(screen)

    def action_find(self) -> None:
        """Find anything that is cached; begins with the text of a filter that found nothing."""
        if isinstance(self.screen, AppScreen):
            self.open_ref(Ref(SEARCH, self.screen.sought))

    def action_show_checks(self) -> None:
        """Check the cached data."""
        self.open_ref(Ref("checks", ""))

    def action_show_audit(self) -> None:
        """What was changed from here."""
        self.open_ref(Ref(AUDIT, ""))

    def action_help(self) -> None:
        """The keys that work here."""
        from tui.shell.help import show_help

        if not self.screen.is_modal:
            place = self._place()
            legend = (place.legend(),) if place is self.screen and place.legend()[1] else ()
            show_help(self, legend)

    def action_command_palette(self) -> None:
        """Find a command by typing."""
        from tui.shell.palette import Palette

        screen = self.screen

        async def run(action: str | None) -> None:
            if action is not None:
                await screen.run_action(action)

        if not screen.is_modal:
            self.push_screen(Palette(screen), run)

    def action_next_theme(self) -> None:
        """The next of the app's themes."""
        names = [theme.name for theme in THEMES]
        at = names.index(self.theme) if self.theme in names else -1
        self.theme = names[(at + 1) % len(names)]

    def action_save_copied(self) -> None:
        """Write what was copied last to a file."""
        if not self.clipboard:
            self.notify("Nothing was copied yet.", markup=False)
            return
        try:
            path = save_copied(self.clipboard, Path.cwd(), self.services.now())
        except OSError as error:
            self.notify(f"The file cannot be written: {error.strerror}.", severity="error", markup=False)
        else:
            self.notify(safe(f"Written to {path}").plain, markup=False, timeout=10)

    def get_key_display(self, binding: Binding) -> str:
        """A key as people read it, the same in the key line, the help and the README."""
        return binding.key_display or key_words(binding.key)

    @on(Open)
    def _open_wanted(self, event: Open) -> None:
        self.open_ref(event.ref, event.name)

    @on(Resize)
    def _resized(self, event: Resize) -> None:
        if is_too_small(event.size) or (self.screen_stack and self.screen.is_modal):
            # Late: most terminals have room.
            from widgets.frame.too_small import TooSmall

            TooSmall.follow(self, event.size)
