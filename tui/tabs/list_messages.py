"""What a list tab tells: that an export is wanted; and what its workers bring back to it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from store.models import DataState
from store.queries.freshness import data_state
from store.queries.rows import RowList
from tui.spec import CampaignContext
from tui.tabs.list_query import ListQuery, rows_of
from tui.tabs.list_spec import ListSpec
from tui.tabs.narrowing import Answer

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
        total: rows of the campaign, narrowed by nothing.
        state: how far they can be trusted.
        note: what the list holds or cannot tell.
    """

    total: int
    state: DataState
    note: str


def read_standing(spec: ListSpec, context: CampaignContext) -> Standing:
    """Ask the cache how much a list holds and how far it can be trusted. Blocks; raises `CacheError`."""
    state = context.reader.ask(data_state, spec.of, None if spec.project_wide else context.campaign.id)
    total = rows_of(spec, context, ListQuery()).count()
    return Standing(total, state, spec.note(context) if spec.note is not None else "")


def empty_text(spec: ListSpec, standing: Standing, cost: str) -> str:
    """Why a list shows no row, and what to do; `cost` is of fetching the campaign."""
    if standing.total:
        return f"No {spec.noun[0]} matches. Esc clears the filter, f changes what is shown."
    if standing.state.completed_at is not None:
        return f"This campaign has no {spec.noun[1]}."
    if standing.state.as_of is not None:
        return f"No {spec.noun[1]} yet: {standing.state.brief}."
    return spec.empty.replace("{cost}", cost)


class StandingRead(Message, bubble=False):
    """How much there is and how far it can be trusted, for the context it was asked for."""

    def __init__(self, context: CampaignContext, standing: Standing) -> None:
        super().__init__()
        self.context = context
        self.standing = standing


class AnswersReady(Message, bubble=False):
    """The ways to narrow, counted, under their title."""

    def __init__(self, title: str, answers: list[Answer]) -> None:
        super().__init__()
        self.title = title
        self.answers = answers
