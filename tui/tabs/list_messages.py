"""What a list tab tells: that an export is wanted; and how much a list holds."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from store.models import DataState
from store.queries.freshness import data_state
from store.queries.rows import RowList
from tui.spec import CampaignContext
from tui.tabs.list_query import first_query, rows_of
from tui.tabs.list_spec import ListSpec

if TYPE_CHECKING:
    from tui.tabs.rows_tab import RowsTab


class ExportRequested(Message, namespace="rows_tab"):
    """The reader wants the rows that are shown.

    Attributes:
        rows: exactly these, in this order.
        title: what they are, in words.
        spec: the list's declaration.
    """

    def __init__(self, tab: "RowsTab", rows: RowList, title: str, spec: ListSpec) -> None:
        super().__init__()
        self.tab = tab
        self.rows = rows
        self.title = title
        self.spec = spec

    @property
    def control(self) -> "RowsTab":
        """The tab, for `@on` selectors."""
        return self.tab


@dataclass(frozen=True, slots=True)
class Standing:
    """What the head and the empty text are made of.

    Attributes:
        total: rows of the campaign before the reader narrowed them.
        state: how far they can be trusted.
        note: what the list holds or cannot tell.
    """

    total: int
    state: DataState
    note: str


def read_standing(spec: ListSpec, context: CampaignContext) -> Standing:
    """Ask the cache how much a list holds and how far it can be trusted. Blocks; raises `CacheError`."""
    state = context.reader.ask(data_state, spec.of, None if spec.project_wide else context.campaign.id)
    total = rows_of(spec, context, first_query(spec, context)).count()
    return Standing(total, state, spec.note(context) if spec.note is not None else "")
