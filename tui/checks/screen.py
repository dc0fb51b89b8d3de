"""The checks of the cached data: each with its state, appearing as it comes to its end."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from store.checks.finding import Check, CheckAnswer, State
from store.checks.registry import CHECKS as ALL_CHECKS
from store.checks.run import run_check
from store.models import oldest
from store.words import counted
from tui.checks.commands import CHECKS
from tui.checks.export import ask_findings
from tui.checks.findings_screen import FindingsScreen
from tui.checks.lists import CheckDetails, CheckLine, CheckList
from tui.checks.words import ticket
from tui.kit.asking import ask
from tui.kit.clipboard import copy_text
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices
from widgets.frame.offered_keys import KeyWords
from widgets.frame.states import StateLine
from widgets.text import glyphs
from widgets.text.lines import Span

_GROUP = "checks"
_WIDE = 140


class ChecksScreen(AppScreen):
    """One check after another is run in a thread; what was found before stays until it is found anew."""

    DEFAULT_CSS = """
    ChecksScreen #sides { layout: vertical; height: 1fr; }
    ChecksScreen CheckList { height: auto; max-height: 60%; }
    ChecksScreen CheckDetails { width: 1fr; height: 1fr; border-top: solid $foreground 35%; padding: 0 1; }
    ChecksScreen.-wide #sides { layout: horizontal; }
    ChecksScreen.-wide CheckList { width: 84; height: 1fr; max-height: 100%; }
    ChecksScreen.-wide CheckDetails { height: 1fr; border-top: none; border-left: solid $foreground 35%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = CHECKS.bindings
    COMMAND_TABLE = CHECKS

    def __init__(self, services: AppServices) -> None:
        super().__init__(services)
        self._answers: dict[str, CheckAnswer] = {}
        self._waiting: list[Check] = []
        self._is_stopped = False
        self._is_outdated = False
        self._has_failed = False

    def compose_body(self) -> ComposeResult:
        """Counts, the checks, and what the one under the cursor says."""
        yield StateLine(id="counts")
        with Container(id="sides"):
            yield CheckList(id="checks")
            yield CheckDetails(None, id="check-details")

    def crumbs(self) -> tuple[str, ...]:
        """Where the user is."""
        return ("Checks",)

    def data_age(self) -> str | None:
        """Of the oldest reading that any check rests on; unknown until one has answered."""
        if not self._answers:
            return ""
        return oldest(*(one.as_of for one in self._answers.values()))

    def legend(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The signs of the states."""
        signs = glyphs.current()
        return "Checks", (
            (signs.ok, "sound: nothing was found, and all lists it needs are complete"),
            (signs.disabled, "something was found"),
            ("?", "nothing was found, but not all lists it needs are complete"),
            (signs.generating, "not run yet"),
        )

    @property
    def is_checking(self) -> bool:
        """Whether a check is under way."""
        return bool(self._waiting)

    @property
    def chosen(self) -> CheckAnswer | None:
        """The answer of the check under the cursor."""
        return self._answers.get(ALL_CHECKS[self.query_one(CheckList).cursor].name)

    def on_mount(self) -> None:
        """Begin."""
        self.query_one(CheckList).focus()
        self.refresh_top()
        self.action_run_checks()

    def on_resize(self) -> None:
        """Side by side where there is room."""
        self.set_class(self.app.size.width >= _WIDE, "-wide")

    def cache_changed(self) -> None:
        """Say that there is newer data: a sync writes page after page, and checks that began anew would never end."""
        if self.is_checking or (self._answers and not self._has_failed):
            self._is_outdated = True
            self._show()
        else:
            self.action_run_checks()

    def action_run_checks(self) -> None:
        """Run them all from the first on."""
        self._waiting = list(ALL_CHECKS)
        self._is_stopped = False
        self._is_outdated = False
        self._has_failed = False
        self._run_next()

    def _run_next(self) -> None:
        self._show()
        if not self._waiting:
            return
        check, services = self._waiting[0], self.services
        settings = services.settings

        def run() -> CheckAnswer:
            return services.reader.ask(
                run_check, check, services.now(), services.zone, settings.currency, services.reader.week_start
            )

        ask(self, run, self._answered, group=_GROUP, failed=self._failed, where=self.query_one("#sides"))

    def _answered(self, answer: CheckAnswer) -> None:
        # An answer may be on its way when they are stopped or begun anew.
        if self._waiting and self._waiting[0] is answer.check:
            self._waiting.pop(0)
            self._answers[answer.check.name] = answer
            self.refresh_top()
            self._run_next()

    def _failed(self, _: Exception) -> None:
        self._waiting = []
        self._has_failed = True
        self._show()

    def _show(self) -> None:
        running = self._waiting[0] if self._waiting else None
        lines = [CheckLine(check, self._answers.get(check.name), check is running) for check in ALL_CHECKS]
        self.query_one(CheckList).show(lines)
        self.query_one("#counts", StateLine).show_spans(self._counts(), note=self._note())
        self._show_details()
        self.refresh_bindings()

    def _counts(self) -> list[Span]:
        states = [one.state for one in self._answers.values()]
        signs = glyphs.current()
        cases = sum(one.cases for one in self._answers.values())
        spans: list[Span] = [(f"{signs.ok} {states.count(State.SOUND):,} sound", "good")]
        if cases:
            words = f"{signs.disabled} {counted(states.count(State.FINDINGS), 'check')} found {counted(cases, 'case')}"
            spans += [("  ", "text"), (words, "bad")]
        unsure = states.count(State.PARTIAL) + states.count(State.NOT_CHECKED)
        if unsure:
            spans += [("  ", "text"), (f"? {unsure:,} not checked wholly", "warn")]
        return spans

    def _note(self) -> str:
        if self._waiting:
            return f"checking {len(ALL_CHECKS) - len(self._waiting) + 1} of {len(ALL_CHECKS)}"
        if self._is_outdated:
            return "the cache has changed: r checks again"
        return "stopped" if self._is_stopped else counted(len(ALL_CHECKS), "check")

    def _show_details(self) -> None:
        line = self.query_one(CheckList).chosen
        if line is not None:
            self.query_one(CheckDetails).show(line)

    @on(CheckList.Moved)
    def _moved(self) -> None:
        self._show_details()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There must be something found to open, copy or save."""
        if action in ("open", "copy_ticket"):
            return self.is_mounted and self.chosen is not None and bool(self.chosen.findings)
        if action == "export":
            return any(one.findings for one in self._answers.values())
        return super().check_action(action, parameters)

    def key_label(self, binding: Binding) -> KeyWords | None:
        """`esc` stops what runs."""
        if binding.id == "checks.back" and self.is_checking:
            return KeyWords("stop")
        return super().key_label(binding)

    @on(CheckList.Chosen)
    def action_open(self) -> None:
        """What the check under the cursor found."""
        answer = self.chosen
        if answer is not None and answer.findings:
            self.app.push_screen(FindingsScreen(self.services, answer))

    def action_copy_ticket(self) -> None:
        """Copy all findings of the check under the cursor."""
        answer = self.chosen
        if answer is not None:
            texts = [ticket(answer.check, one, answer.as_of, self.services.zone) for one in answer.findings]
            copy_text(self.app, "\n".join(texts), counted(len(texts), "finding"))

    def action_export(self) -> None:
        """Save all that was found."""
        answers = [one for one in self._answers.values() if one.findings]
        ask_findings(self, answers, "checks")

    async def action_stop_or_back(self) -> None:
        """Stop what runs; with nothing running, go back."""
        if not self.is_checking:
            await self.run_action("app.back")
            return
        self.workers.cancel_group(self, _GROUP)
        self._waiting = []
        self._is_stopped = True
        self._show()
