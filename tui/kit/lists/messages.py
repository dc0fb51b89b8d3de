"""What a list tab tells: that an export is wanted; and how much a list holds."""

from dataclasses import dataclass

from store.queries.freshness import list_state
from store.queries.gaps import column_gaps
from store.queries.rows import RowList
from tui.kit.context import SubjectContext
from tui.kit.lists.head import ListStatus
from tui.kit.lists.query import ListQuery, rows_of
from tui.kit.lists.spec import ListSpec
from widgets.messages import WidgetMessage


@dataclass(eq=False)
class ExportRequested(WidgetMessage, namespace="rows_tab"):
    """The user wants the rows that are shown.

    Attributes:
        rows: exactly these, in this order.
        title: what they are, in words.
        spec: the list's declaration.
        reveal: personal data is shown in full.
    """

    rows: RowList
    title: str
    spec: ListSpec
    reveal: bool


def read_standing(spec: ListSpec, context: SubjectContext) -> ListStatus:
    """Ask the cache how much a list holds and how far it can be trusted. Blocks; raises `CacheError`."""
    state = context.reader.ask(list_state, spec.of, None if spec.project_wide else context.subject)
    total = rows_of(spec, context, ListQuery()).count()
    # A list that was never read has no rows to lack anything.
    gaps = context.reader.ask(column_gaps, spec.view, context.subject) if total else ()
    return ListStatus(total, state, spec.note(context) if spec.note is not None else "", tuple(gaps))


def empty_text(spec: ListSpec, standing: ListStatus, context: SubjectContext) -> str:
    """Why a list shows no row, and what to do."""
    if standing.total:
        return f"No {spec.noun[0]} matches. Esc clears the filter, f changes what is shown."
    if standing.state.completed_at is not None:
        return spec.silent or f"This {context.subject.kind} has no {spec.noun[1]}."
    if standing.state.as_of is not None:
        return f"No {spec.noun[1]} yet: {standing.state.brief}."
    fetch = f"No {spec.noun[1]} are synced yet. Press r to fetch this {context.subject.kind}'s ({{cost}})."
    return (spec.empty or fetch).replace("{cost}", context.cost)
