"""The line above a list: how many rows of how many, narrowed by what, from where, how old and how complete."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from store import words as fmt
from store.models import Freshness
from store.queries.freshness import list_state
from store.queries.gaps import ColumnGap, column_gaps
from tui.kit.context import SubjectContext
from tui.kit.figures import state_words
from tui.kit.formatter import Formatter
from tui.kit.lists.query import ListQuery, rows_of
from tui.kit.lists.spec import ListSpec
from widgets.text import cell_width, glyphs
from widgets.text.lines import DataLines, Line, Span, end_lines
from widgets.text.wrap import wrap_cells

_TYPED = 24
"""Cells for a short text that is typed, and for how many rows of all have it."""


@dataclass(frozen=True, slots=True)
class ListStatus:
    """What the head and the empty text are made of.

    Attributes:
        total: all rows of the list's scope, whatever narrows them.
        state: how far they can be trusted.
        note: what the list has or cannot show.
        gaps: columns without all their values.
    """

    total: int
    state: Freshness
    note: str = ""
    gaps: tuple[ColumnGap, ...] = ()


def read_standing(spec: ListSpec, context: SubjectContext) -> ListStatus:
    """Ask the cache how much a list holds and how far it can be trusted. Blocks; raises `CacheError`."""
    state = context.reader.ask(list_state, spec.of, None if spec.project_wide else context.subject)
    total = rows_of(spec, context, ListQuery()).count()
    # A list that was never read has no rows to lack anything.
    shown = {held.column.id for held in spec.columns}
    gaps = context.reader.ask(column_gaps, spec.view, context.subject, shown) if total else ()
    return ListStatus(total, state, spec.note(context) if spec.note is not None else "", tuple(gaps))


def empty_text(spec: ListSpec, standing: ListStatus, context: SubjectContext) -> str:
    """Why a list shows no row, and what to do."""
    if standing.total:
        return f"No {spec.noun[0]} matches. Esc clears the filter, f changes what is shown."
    if standing.state.completed_at is not None or spec.own_marks:
        return spec.silent or f"This {context.subject.kind} has no {spec.noun[1]}."
    if standing.state.as_of is not None:
        return f"No {spec.noun[1]} yet: {standing.state.brief}."
    fetch = f"No {spec.noun[1]} are synced yet. Press r to fetch this {context.subject.kind}'s ({{cost}})."
    return (spec.empty or fetch).replace("{cost}", context.cost)


@dataclass(frozen=True, slots=True)
class HeadData:
    """What the head says.

    Attributes:
        counts: "12 of 231 redemptions", or "231 redemptions"; "– redemptions" where none were ever read.
        narrowed: filters and order in force.
        source: source, age and, when not complete, that it is not.
        reason: why the source is not complete; "" when it is.
        note: what the list has or cannot show.
        blanks: which columns lack values, and what would fill them.
        complete: whether the source is complete, rows and columns.
        room: cells that counts and filters may come to take while one is typed.
    """

    counts: str = ""
    narrowed: str = ""
    source: str = ""
    reason: str = ""
    note: str = ""
    blanks: str = ""
    complete: bool = True
    room: int = 0


def head_data(
    spec: ListSpec,
    scene: Formatter,
    query: ListQuery,
    shown: int | None,
    standing: ListStatus,
    *,
    is_typed: bool = False,
) -> HeadData:
    """The head of a list.

    Args:
        spec: the list.
        scene: for ages and the zone's name.
        query: what is in force.
        shown: rows it leaves; None while they are being counted.
        standing: what the cache holds of it.
        is_typed: whether a filter is being typed: rows must not move down with its first letter.
    """
    state, total = standing.state, standing.total
    known = spec.known(state, total)
    counts = f"{fmt.count(known)} {spec.things(known)}"
    room = cell_width(f"{counts}  {narrowed_words(spec, replace(query, text=''))}") + _TYPED if is_typed else 0
    if known is not None and shown != total:
        counts = f"{'counting…' if shown is None else fmt.count(shown)} of {counts}"
    reason = (state.reason or "") if state.as_of is not None and not state.complete else ""
    reason = " · ".join(part for part in (reason, state.attempt) if part)
    if known is not None and state.not_understood:
        counts = f"≥ {counts}"
    dated = f" · {fmt.zone_name(scene.zone)}" if spec.dates else ""
    source = state_words(state, scene.now)
    blanks = blank_words(spec, standing.gaps)
    if state.complete and not state.attempt_state and known is not None:
        source += " · rows complete, columns not" if blanks else " · complete"
    complete = state.complete and not blanks and known is not None
    narrowed = narrowed_words(spec, query)
    return HeadData(counts, narrowed, source + dated, reason, standing.note, blanks, complete, room)


def blank_words(spec: ListSpec, gaps: Sequence[ColumnGap]) -> str:
    """Which columns of a list lack values, and the lists they need: `Joined needs publications`."""
    titles = {column.column.id: column.title for column in spec.columns}
    by_list: dict[str, list[str]] = {}
    for gap in gaps:
        if gap.column in titles:
            rows = "" if gap.rows is None else f" ({fmt.counted(gap.rows, 'row')})"
            by_list.setdefault(gap.resource.replace("_", " "), []).append(titles[gap.column] + rows)
    parts = [
        f"{', '.join(names)} need{'s' if len(names) == 1 else ''} {resource}" for resource, names in by_list.items()
    ]
    return f"Not all values: {'; '.join(parts)}. Press r to fetch them." if parts else ""


def narrowed_words(spec: ListSpec, query: ListQuery) -> str:
    """Every filter in force, those a list opens with too, and the order: `“summer” · failed · by amount ▼`."""
    signs = glyphs.current()
    parts = [f"“{query.text.strip()}”"] if query.text.strip() else []
    parts += [choice.label for choice in query.chosen.values()]
    if query.days is not None:
        parts.append(query.days_label)
    if query.sort is not None:
        title = next((column.title for column in spec.columns if column.sort == query.sort), query.sort)
        parts.append(f"by {title.lower()} {signs.sort_down if query.descending else signs.sort_up}")
    return f" {signs.dot} ".join(parts)


class ListHead(DataLines[HeadData]):
    """The head of a list."""

    DEFAULT_CSS = """
    ListHead { height: auto; padding: 0 1; }
    """

    def draw(self, width: int) -> list[Line]:
        """Counts at the left, source at the right, on two lines where they do not fit; notes below."""
        data = self.data
        left: list[Span] = [(data.counts, "strong")]
        if data.narrowed:
            left.append((f"  {data.narrowed}", "accent"))
        right: Line = ((data.source, "source" if data.complete else "warn"),) if data.source else ()
        lines = end_lines(left, right, width, data.room)
        notes: tuple[Span, ...] = ((data.reason, "warn"), (data.blanks, "warn"), (data.note, "muted"))
        lines += [((part, role),) for words, role in notes if words for part in wrap_cells(words, max(1, width))]
        return lines
