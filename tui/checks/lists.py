"""The two lists: checks with their states, and findings with their evidence; and what a check says of itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from store.checks.finding import Case, Check, CheckAnswer, Finding, Severity
from tui.checks.words import case_words, lacks_words, place_words, sign_of, since_words, state_words
from tui.kit.masking import masked_addresses
from widgets.messages import WidgetMessage
from widgets.table.line_scroll import LineScroll
from widgets.text import cell_fit, glyphs
from widgets.text.lines import DataLines, Line, Role, Span, ends
from widgets.text.wrap import wrap_cells

_TITLE_CELLS = 44
_INDENT = "      "


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check, what it came to (None before it did) and whether it is under way."""

    check: Check
    answer: CheckAnswer | None = None
    is_running: bool = False


class CheckList(LineScroll):
    """All checks; posts `Moved` with the cursor and `Chosen` for the one to open."""

    class Moved(WidgetMessage, namespace="check_list"):
        """The cursor is on another check."""

    class Chosen(WidgetMessage, namespace="check_list"):
        """The reader wants to see what a check found."""

    _lines: Sequence[CheckLine] = ()
    leaves_enter = True

    def show(self, lines: Sequence[CheckLine]) -> None:
        """Show other states."""
        if list(lines) != list(self._lines):
            self._lines = lines
            self.lines_changed()

    @property
    def chosen(self) -> CheckLine | None:
        """What the cursor is on."""
        return self._lines[self.cursor] if self.cursor < len(self._lines) else None

    def line_count(self) -> int:
        """One a check."""
        return len(self._lines)

    def activate(self, index: int) -> None:
        """Post `Chosen`."""
        del index
        self.post_message(self.Chosen(self))

    def line_at(self, index: int, width: int) -> Line:
        """Sign, title, and what it came to."""
        line = self._lines[index]
        sign, role = sign_of(line.answer)
        if line.is_running:
            sign, role = glyphs.current().sync, "accent"
        cursor = glyphs.current().cursor if index == self.cursor else " "
        left: Line = (
            (cursor, "accent"), (f" {sign} ", role),
            (cell_fit(line.check.title, min(_TITLE_CELLS, max(20, width - 34))), "text"),
        )  # fmt: skip
        if line.answer is None:
            return ends(left, (("checking " if line.is_running else "", "muted"),), width)
        return ends((*left, (state_words(line.answer), role)), ((_tail(line.answer), "muted"),), width)

    def watch_cursor(self, before: int, after: int) -> None:
        """The sign of the cursor moves, and what is said below."""
        self.forget_drawing()
        super().watch_cursor(before, after)
        self.post_message(self.Moved(self))


def _tail(answer: CheckAnswer) -> str:
    """In how many places, and that it is not whole."""
    places = len(answer.findings)
    parts = (
        f"in {places:,} places" if places > 1 else f"in {place_words(answer.findings[0])}" if places else "",
        "not checked wholly" if answer.findings and answer.lacks else "",
    )
    return f"{' · '.join(part for part in parts if part)} "


class CheckDetails(DataLines[CheckLine | None]):
    """What the check under the cursor means, what it lacks, what to do, and its first findings."""

    def fill(self, width: int, height: int | None) -> list[Line]:
        """As much as there is room for."""
        return [] if self.data is None else _details(self.data, width)[: height or None]


def _details(line: CheckLine, width: int) -> list[Line]:
    check, answer = line.check, line.answer

    def wrapped(text: str, role: Role) -> list[Line]:
        return [((part, role),) for part in wrap_cells(text, max(1, width))]

    grave = "grave" if check.severity is Severity.ERROR else "to look at"
    lines: list[Line] = [ends(((check.title, "strong"),), ((f"{check.name} · {grave}", "muted"),), width)]
    lines += wrapped(check.means, "text")
    if answer is None:
        return lines
    if answer.lacks:
        lines += wrapped(f"? {lacks_words(answer)}", "warn")
    if not answer.findings:
        return lines
    lines += wrapped(f"{glyphs.current().arrow} {check.advice}", "accent")
    lines.append(())
    for finding in answer.findings:
        lines.append(((place_words(finding), "strong"), (f"  {masked_addresses(finding.what)}", "bad")))
        lines += [((f"  {case_words(one)}", "muted"),) for one in finding.examples]
    return lines


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding, or a piece of its evidence, or how much more there is."""

    finding: Finding
    case: Case | None = None
    more: int = 0


def finding_lines(answer: CheckAnswer) -> list[FindingLine]:
    """Each finding with its evidence below."""
    lines = []
    for one in answer.findings:
        lines.append(FindingLine(one))
        lines += [FindingLine(one, case) for case in one.examples]
        if one.count > len(one.examples):
            lines.append(FindingLine(one, more=one.count - len(one.examples)))
    return lines


class FindingList(LineScroll):
    """Findings; posts `Chosen` for what is to be opened."""

    class Chosen(WidgetMessage, namespace="finding_list"):
        """The reader wants to see what a finding is about."""

    leaves_enter = True

    def __init__(self, lines: Sequence[FindingLine], zone: tzinfo) -> None:
        super().__init__(id="findings")
        self._lines = lines
        self._zone = zone

    @property
    def chosen(self) -> FindingLine | None:
        """What the cursor is on."""
        return self._lines[self.cursor] if self.cursor < len(self._lines) else None

    def line_count(self) -> int:
        """Findings and evidence."""
        return len(self._lines)

    def selectable(self, index: int) -> bool:
        """All but the number of those that are not shown."""
        return not self._lines[index].more

    def activate(self, index: int) -> None:
        """Post `Chosen`."""
        del index
        self.post_message(self.Chosen(self))

    def line_at(self, index: int, width: int) -> Line:
        """Where, how many of what and since when; below, what each is called, the evidence and its day."""
        line = self._lines[index]
        finding, case = line.finding, line.case
        cursor: Span = (glyphs.current().cursor if index == self.cursor else " ", "accent")
        if line.more:
            return ((f"{_INDENT}and {line.more:,} more", "muted"),)
        if case is None:
            since = since_words(finding.since, self._zone)
            left: Line = (
                cursor, (f" {glyphs.current().disabled} ", "bad"), (place_words(finding), "strong"),
                (f"  {masked_addresses(finding.what)}", "text"),
            )  # fmt: skip
            return ends(left, ((f"{since} ", "muted"),), width)
        name, words = masked_addresses(case.called), masked_addresses(case.words)
        day = since_words(case.since, self._zone).removeprefix("since ")
        return ends((cursor, (_INDENT[1:], "text"), (f"{name}  ", "accent"), (words, "muted")),
                    ((f"{day} ", "muted"),), width)  # fmt: skip

    def watch_cursor(self, before: int, after: int) -> None:
        """The sign of the cursor moves too."""
        self.forget_drawing()
        super().watch_cursor(before, after)
