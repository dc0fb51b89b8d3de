"""What one check found: each thing with its evidence, each of which opens."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from store.checks.finding import PROJECT, CheckAnswer
from store.ref import Ref
from tui.checks.commands import FINDINGS
from tui.checks.export import ask_findings
from tui.checks.lists import FindingList, finding_lines
from tui.checks.words import lacks_words, state_words, ticket
from tui.kit.clipboard import copy_text
from tui.kit.masking import masked_addresses
from tui.kit.messages import Open
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices
from widgets.frame.states import StateLine
from widgets.text import glyphs
from widgets.text.lines import DataLines, Line
from widgets.text.wrap import wrap_cells


class _Advice(DataLines[CheckAnswer]):
    """What a finding means, what the check lacks, and what to do."""

    def draw(self, width: int) -> list[Line]:
        """As many lines as they take."""
        answer, wide = self.data, max(1, width)
        lines: list[Line] = [((part, "text"),) for part in wrap_cells(answer.check.means, wide)]
        advice = f"{glyphs.current().arrow} {answer.check.advice}"
        lines += [((part, "accent"),) for part in wrap_cells(advice, wide)]
        if answer.lacks:
            lines += [((part, "warn"),) for part in wrap_cells(f"? {lacks_words(answer)}", wide)]
        return lines


class FindingsScreen(AppScreen):
    """The findings of a check as it found them; it is run again from the list of checks.

    Args:
        services: what the app is given.
        answer: what the check came to.
    """

    DEFAULT_CSS = """
    FindingsScreen _Advice { padding: 0 1; margin-bottom: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = FINDINGS.bindings
    COMMAND_TABLE = FINDINGS

    def __init__(self, services: AppServices, answer: CheckAnswer) -> None:
        super().__init__(services)
        self.answer = answer

    def compose_body(self) -> ComposeResult:
        """How many, what it means, and the findings."""
        yield StateLine(id="counts")
        yield _Advice(self.answer, id="advice")
        yield FindingList(finding_lines(self.answer), self.services.zone)

    def crumbs(self) -> tuple[str, ...]:
        """Where the user is."""
        return ("Checks", self.answer.check.title)

    def data_age(self) -> str | None:
        """Of the oldest reading that the check rests on."""
        return self.answer.as_of

    def on_mount(self) -> None:
        """Show what there is."""
        self.query_one(FindingList).focus()
        self.refresh_top()
        words = f"{glyphs.current().disabled} {state_words(self.answer)}"
        self.query_one("#counts", StateLine).show(words, self.answer.check.name, role="bad")

    @on(FindingList.Chosen)
    def action_open(self) -> None:
        """Open what the cursor is on."""
        ref, name = self._at_cursor()
        if ref is not None:
            self.post_message(Open(ref, name))

    def _at_cursor(self) -> tuple[Ref | None, str]:
        """What the line under the cursor is about, and what it is called there."""
        line = self.query_one(FindingList).chosen
        if line is None:
            return None, ""
        if line.case is not None:
            return line.case.ref, masked_addresses(line.case.called)
        finding = line.finding
        only = finding.examples[0]
        if finding.opens == only.ref:
            return only.ref, masked_addresses(only.called)
        return finding.opens, "" if finding.thing == PROJECT else masked_addresses(finding.called)

    def action_copy_ticket(self) -> None:
        """Copy the finding under the cursor as a paragraph."""
        line = self.query_one(FindingList).chosen
        if line is not None:
            text = ticket(self.answer.check, line.finding, self.answer.as_of, self.services.zone)
            copy_text(self.app, text, "The finding")

    def action_copy_id(self) -> None:
        """Copy the id of what the cursor is on."""
        ref, _ = self._at_cursor()
        if ref is not None:
            copy_text(self.app, ref.id, f"The {ref.kind}'s id")

    def action_export(self) -> None:
        """Save these findings."""
        ask_findings(self, [self.answer], f"checks {self.answer.check.name}")
