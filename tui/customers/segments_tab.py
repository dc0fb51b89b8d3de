"""The segments a customer is in, as the API names them, and the steps in and out that events tell of."""

from store.queries.customer_profile import segments_of
from store.queries.freshness import data_state
from tui.customers.context import CustomerContext
from tui.customers.lists import SEGMENT_ROWS
from tui.kit.bodies import LoadedPanel
from tui.kit.composed_tab import ComposedTab
from tui.kit.context import SubjectContext
from tui.kit.figures import state_words
from tui.kit.lists.tab import rows_tab
from widgets.panel.panel import Field, PanelData

SEGMENTS = "customer_segments"


def _now_in(context: SubjectContext) -> PanelData:
    state = context.reader.ask(data_state, SEGMENTS, context.subject)
    found = context.reader.ask(segments_of, context.subject.id)
    fields = tuple(Field(one.name or "no name", one.id) for one in found)
    none = "The API names no segment of this customer."
    unread = f"The segments were not read yet. r asks the API ({context.cost}). Steps that events tell of stand below."
    note = none if state.completed_at is not None else unread
    return PanelData("Segments now", fields, state_words(state, context.reader.now()), empty_note=note)


def count_segments(context: SubjectContext) -> int | None:
    """In how many segments the API says they are; None while it was not asked."""
    if context.reader.ask(data_state, SEGMENTS, context.subject).completed_at is None:
        return None
    return len(context.reader.ask(segments_of, context.subject.id))


def segments_tab(context: CustomerContext) -> ComposedTab:
    """The segments now, the steps below."""
    return ComposedTab(context, [lambda inner: LoadedPanel("Segments now", inner, _now_in)], rows_tab(SEGMENT_ROWS))
