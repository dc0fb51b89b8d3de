"""The refusals behind a part of the map, as a list like any other."""

from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from store.queries.customers import PROJECT
from store.queries.failures import REFUSALS
from store.queries.freshness import data_state
from store.queries.rows import Condition
from store.words import DateSpan
from tui.campaign_kit.lists.traffic import REDEMPTION_ROWS
from tui.campaign_kit.open_code import OpensCodes
from tui.kit.context import Period, SubjectContext
from tui.kit.lists.spec import Choice, Facet, ListSpec
from tui.kit.lists.tab import list_tab
from tui.kit.services import AppServices
from tui.kit.spec import Contents
from tui.kit.subject_screen import Loaded, SubjectScreen
from tui.refusals.commands import REFUSALS as REFUSAL_COMMANDS
from widgets.frame.tab_bar import TabBar


def refusal_rows(words: str, conditions: tuple[Condition, ...]) -> ListSpec:
    """The list of the refusals that meet conditions, which can be lifted by narrowing."""
    return replace(
        REDEMPTION_ROWS,
        id="refusals",
        noun=("refusal", "refusals"),
        view=REFUSALS,
        facets=(
            Facet("From the map", (Choice(words, conditions),), default=words),
            Facet("Failure", column="failure_code"),
            Facet("Channel", column="channel_type"),
        ),
        note=None,
        project_wide=True,
        metadata=False,
    )


class RefusalListScreen(SubjectScreen[SubjectContext], OpensCodes):
    """Refusals.

    Args:
        services: what the app is given.
        words: which of them; outside text allowed.
        conditions: that they meet, on columns of `REFUSALS`.
    """

    BINDINGS: ClassVar[list[BindingType]] = REFUSAL_COMMANDS.bindings
    COMMAND_TABLE = REFUSAL_COMMANDS
    ROOM = "Failures"
    NOT_FOUND = ("Nothing cached", "The cache is empty. R syncs.")

    def __init__(self, services: AppServices, words: str, conditions: tuple[Condition, ...]) -> None:
        super().__init__(services, words)
        self._contents_shown: Contents[SubjectContext] = Contents(
            (), (list_tab("refusals", "Refusals", refusal_rows(words, conditions)),)
        )

    def compose_body(self) -> ComposeResult:
        """As any subject's, but there is one tab alone."""
        for part in super().compose_body():
            if isinstance(part, TabBar):
                part.numbered = False
            yield part

    @property
    def _by_period(self) -> bool:
        """The map has chosen the time."""
        return False

    def load(self) -> Loaded[SubjectContext] | None:
        """What the list is built from."""
        services = self.services
        today = services.today()
        life = DateSpan(today.replace(month=1, day=1), today)
        context = SubjectContext(
            services.reader, PROJECT, self.wanted, Period(life, "This year"), services.settings.currency,
            services.zone, today, "sync --all",
        )  # fmt: skip
        state = services.reader.ask(data_state, "redemptions")
        return Loaded(context, (), self._contents_shown, state, life, life)
