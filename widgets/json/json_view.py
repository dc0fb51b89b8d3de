"""Any document as readable JSON that folds and can be searched."""

from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input

from widgets.frame.typed_line import TypedLine
from widgets.json.commands import JSON, JSON_LINES
from widgets.json.json_lines import JsonLine, Path, document_lines, dump, find, folded_line, parse, value_lines
from widgets.messages import FieldMessage
from widgets.table.line_scroll import LineScroll
from widgets.text import folded, glyphs, plain_lines
from widgets.text.lines import Line, Span, line_width

_INDENT = 2
_UNFOLD_UP_TO = 2_000


class JsonView(Vertical):
    """A document, unfolded as far as it stays readable, and a line to search it.

    Give it JSON text (numbers then show as received) or a value::

        view = JsonView(row.json)
        view.show(other)

    `enter` or `space` folds, `+` and `-` fold or unfold all below, `/` searches, `n` and `N` go through the matches,
    `y` posts `CopyRequested` with the JSON under the cursor. Text that is no JSON is shown as it is.
    """

    DEFAULT_CSS = """
    JsonView { height: 1fr; }
    JsonView > TypedLine, JsonView > TypedLine:focus { padding: 0 1; background: $boost; }
    JsonView > TypedLine { display: none; }
    JsonView.-searching > TypedLine { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = JSON.bindings

    class CopyRequested(FieldMessage):
        """The user wants a part of the document on the clipboard.

        Attributes:
            text: JSON, as received; not cleaned.
            what: where it lies, in words to show.
        """

        text: str
        what: str

    def __init__(self, document: Any = None, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.tree_lines = JsonLines(document)
        self._matches: list[Path] = []
        self._at = -1

    def compose(self) -> ComposeResult:
        """The lines and, below, the search line."""
        yield self.tree_lines
        yield TypedLine("search keys and values")

    def show(self, document: Any) -> None:
        """Show another document."""
        self._matches, self._at = [], -1
        self.tree_lines.show(document)

    def search(self, text: str) -> int:
        """Mark every occurrence of a text and go to the first; returns how many places there are."""
        self._matches = find(self.tree_lines.document, text)
        self._at = -1
        self.tree_lines.mark(text)
        self.action_step(1)
        return len(self._matches)

    def action_search(self) -> None:
        """Open the search line."""
        self.add_class("-searching")
        self._line.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The search line's keys work in it; matches can be stepped through where there are any."""
        if action in ("find", "leave_search"):
            return self.is_mounted and self._line.has_focus
        if action == "step":
            return bool(self._matches)
        return super().check_action(action, parameters)

    def action_find(self) -> None:
        """Go to the first place that holds what is typed."""
        self.action_leave_search()
        self.search(self._line.value)

    def action_leave_search(self) -> None:
        """Close the search line."""
        self.remove_class("-searching")
        self.tree_lines.focus()

    def action_step(self, step: int) -> None:
        """Go to the next or previous match, round the end."""
        if not self._matches:
            return
        self._at = (self._at + step) % len(self._matches) if self._at >= 0 or step > 0 else len(self._matches) - 1
        self.tree_lines.reveal(self._matches[self._at])

    def action_copy(self) -> None:
        """Ask for a copy of the value under the cursor."""
        line = self.tree_lines.line
        if line is not None:
            what = ".".join(map(str, line.path)) or "document"
            text = dump(line.value) if isinstance(line.value, dict | list) else self.tree_lines.source_text(line)
            self.post_message(self.CopyRequested(text, what))

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()

    @property
    def _line(self) -> TypedLine:
        return self.query_one(TypedLine)


class JsonLines(LineScroll):
    """The lines of a `JsonView`: what is folded costs nothing, however large it is."""

    BINDINGS: ClassVar[list[BindingType]] = JSON_LINES.bindings

    def __init__(self, document: Any = None) -> None:
        super().__init__()
        self.document: Any = None
        self.marked = ""
        self._lines: list[JsonLine] = []
        self._plain: list[str] = []
        self._widest = 0
        self._take(document)

    @property
    def line(self) -> JsonLine | None:
        """The line under the cursor; `None` in a text that is no JSON."""
        return self._lines[self.cursor] if self.cursor < len(self._lines) else None

    def show(self, document: Any) -> None:
        """Show another document from its top."""
        self._take(document)
        self.marked = ""
        self.lines_changed(keep_cursor=False)

    def mark(self, text: str) -> None:
        """Show where a text occurs."""
        self.marked = text
        self.forget_drawing()
        self.refresh()

    def reveal(self, path: Path) -> None:
        """Unfold down to a path and put the cursor on it."""
        for depth in range(len(path)):
            index = self._index(path[:depth])
            if index is not None and self._lines[index].folded:
                self._unfold(index)
        index = self._index(path)
        self.lines_changed()
        if index is not None:
            self.cursor = index

    def source_text(self, line: JsonLine) -> str:
        """A value without members as bare text: what a user wants to paste."""
        return line.value if isinstance(line.value, str) else dump(line.value)

    def line_count(self) -> int:
        """Unfolded lines."""
        return len(self._lines) or len(self._plain)

    def lines_width(self) -> int:
        """Cells of the widest unfolded line."""
        return self._widest

    def line_at(self, index: int, width: int) -> Line:
        """A line with its fold sign, indent and marks."""
        del width
        if not self._lines:
            return ((self._plain[index], "text"),)
        line = self._lines[index]
        signs = glyphs.current()
        sign = (signs.folded if line.folded else signs.unfolded) if line.folds else " "
        lead: Span = (f"{sign} {' ' * (_INDENT * line.depth)}", "muted")
        return (lead, *(mark_spans(line.spans, self.marked) if self.marked else line.spans))

    def activate(self, index: int) -> None:
        """Fold or unfold; on a closing bracket, fold what it closes."""
        line = self._lines[index] if self._lines else None
        if line is None:
            return
        if line.closing:
            found = self._index(line.path)
            if found is None:
                return
            index, line = found, self._lines[found]
        if not line.folds:
            return
        if line.folded:
            self._unfold(index)
        else:
            self._fold(index)
        self.cursor = index
        self.lines_changed()

    def action_unfold_below(self) -> None:
        """Unfold the value under the cursor with all inside, as far as it stays quick."""
        line = self.line
        if line is None or not line.folds:
            return
        if not line.folded:
            self._fold(self.cursor)
        self._unfold(self.cursor, _UNFOLD_UP_TO * 10)
        self.lines_changed()

    def action_fold_all(self) -> None:
        """Fold everything below the top."""
        if not self._lines:
            return
        self._lines = list(value_lines(self.document, (), 0, last=True, budget=[0], unfold=True))
        self._measure_lines()
        self.lines_changed(keep_cursor=False)

    def _take(self, document: Any) -> None:
        self._plain, self._lines = [], []
        self.document = document
        if isinstance(document, str | bytes):
            try:
                self.document = parse(document)
            except ValueError as error:
                text = document if isinstance(document, str) else document.decode("utf-8", "replace")
                self._plain = [f"Not JSON ({error}); shown as received:", "", *plain_lines(text)]
                self._widest = min(10_000, max(map(len, self._plain)))
                return
        self._lines = document_lines(self.document)
        self._measure_lines()

    def _unfold(self, index: int, budget: int = _UNFOLD_UP_TO) -> None:
        line = self._lines[index]
        self._lines[index : index + 1] = value_lines(
            line.value, line.path, line.depth, last=line.last, budget=[budget], unfold=True
        )
        self._measure_lines()

    def _fold(self, index: int) -> None:
        line = self._lines[index]
        end = index + 1
        while not (self._lines[end].closing and self._lines[end].path == line.path):
            end += 1
        self._lines[index : end + 1] = [folded_line(line.value, line.path, line.depth, last=line.last)]
        self._measure_lines()

    def _index(self, path: Path) -> int | None:
        for index, line in enumerate(self._lines):
            if line.path == path and not line.closing:
                return index
        return None

    def _measure_lines(self) -> None:
        self._widest = max((2 + _INDENT * line.depth + line_width(line.spans) for line in self._lines), default=0)


def mark_spans(spans: tuple[Span, ...], text: str) -> tuple[Span, ...]:
    """The spans with every place of a text shown as a match, capitals ignored."""
    needle = folded(text)
    out: list[Span] = []
    for words, role in spans:
        whole = folded(words)
        # Folding may change the length ("ß"); positions then mean nothing and all of the span is marked.
        if len(whole) != len(words):
            out.append((words, "match" if needle in whole else role))
            continue
        place = 0
        while (found := whole.find(needle, place)) >= 0:
            out += [(words[place:found], role), (words[found : found + len(needle)], "match")]
            place = found + max(1, len(needle))
        out.append((words[place:], role))
    return tuple(span for span in out if span[0])
