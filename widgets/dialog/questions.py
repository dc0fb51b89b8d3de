"""A few questions on one page, each with its answers beside each other: everything is asked once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from widgets.dialog.commands import QUESTIONS
from widgets.table.line_scroll import LineScroll
from widgets.text import cell_fit, cell_width, safe
from widgets.text.lines import Line, Span


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        id: of its answer in the result.
        title: what is asked, in one or two words.
        answers: ids with words.
        taken: the id of the answer to begin with.
        only_with: another question and the answer to it without which this one is of no use, and not shown.
    """

    id: str
    title: str
    answers: Sequence[tuple[str, str]]
    taken: str
    only_with: tuple[str, str] | None = None


class QuestionList(LineScroll):
    """A line per question; the answer in force stands in brackets, alone where the others do not fit."""

    DEFAULT_CSS = """
    QuestionList { height: auto; background: $surface; overflow-x: hidden; }
    """
    leaves_enter = True

    def __init__(self, questions: Sequence[Question]) -> None:
        super().__init__()
        self._all = tuple(questions)
        self.answers = {one.id: one.taken for one in questions}
        self._label = max((cell_width(one.title) for one in questions), default=0) + 2

    @property
    def questions(self) -> list[Question]:
        """Those that the answers so far leave of use."""
        return [one for one in self._all if one.only_with is None or self.answers[one.only_with[0]] == one.only_with[1]]

    def on_mount(self) -> None:
        """As high as there are questions."""
        self.styles.height = len(self.questions)
        super().on_mount()

    def line_count(self) -> int:
        """One a question."""
        return len(self.questions)

    def line_at(self, index: int, width: int) -> Line:
        """Title and answers."""
        one = self.questions[index]
        spans: list[Span] = [(cell_fit(one.title, self._label), "label")]
        if self._label + sum(cell_width(words) + 3 for _, words in one.answers) > width:
            ids = [identity for identity, _ in one.answers]
            at = ids.index(self.answers[one.id])
            return (*spans, (f"[{one.answers[at][1]}] ", "accent"), (f"{at + 1} of {len(ids)}", "muted"))
        for identity, words in one.answers:
            taken = identity == self.answers[one.id]
            spans.append((f"[{words}] ", "accent") if taken else (f" {words}  ", "muted"))
        return tuple(spans)

    def activate(self, index: int) -> None:
        """A second click takes the next answer."""
        self.change(1, index)

    def change(self, step: int, index: int | None = None) -> None:
        """Take the next answer, or the one before, around the ends."""
        one = self.questions[self.cursor if index is None else index]
        ids = [identity for identity, _ in one.answers]
        self.answers[one.id] = ids[(ids.index(self.answers[one.id]) + step) % len(ids)]
        self.styles.height = len(self.questions)
        self.lines_changed()


class QuestionsDialog(ModalScreen[Mapping[str, str] | None]):
    """Ask several things at once; dismisses with the answer's id per question, or `None` on esc.

    Use it so::

        QuestionsDialog([Question("columns", "Columns", [("visible", "visible"), ("all", "all")], "visible")], "Export")

    Up and down go from question to question, left and right change the answer, `enter` takes all.

    Args:
        questions: in the order to show.
        title: in the border.
    """

    DEFAULT_CSS = """
    QuestionsDialog { align: center middle; }
    QuestionsDialog > Vertical {
        width: 74; max-width: 100%; height: auto; max-height: 100%;
        background: $surface; border: round $border; padding: 0 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = QUESTIONS.bindings

    def __init__(self, questions: Sequence[Question], title: str) -> None:
        super().__init__()
        self._title = title
        self._list = QuestionList(questions)

    def compose(self) -> ComposeResult:
        """The questions in a box."""
        with Vertical() as box:
            box.border_title = safe(self._title)
            yield self._list

    def on_mount(self) -> None:
        """Ready for keys."""
        self._list.focus()

    def action_change(self, step: int) -> None:
        """Another answer to the question under the cursor."""
        self._list.change(step)

    def action_take(self) -> None:
        """Close with the answers."""
        self.dismiss(dict(self._list.answers))

    def action_leave(self) -> None:
        """Close without answers."""
        self.dismiss(None)
