"""The customers: all of them, those that are watched, and those somebody looked at last."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from store.queries.customers import PROJECT, knows_people
from store.queries.freshness import data_state
from store.queries.reader import holds
from store.ref import CUSTOMER, Ref
from store.words import DateSpan
from tui.customers.commands import PEOPLE
from tui.customers.lists import ALL_PEOPLE, SEEN_PEOPLE, WATCHED_PEOPLE
from tui.customers.marking import toggle_watch
from tui.kit.context import Period, SubjectContext
from tui.kit.lists.query import count_rows
from tui.kit.lists.spec import ListSpec
from tui.kit.lists.tab import RowsTab
from tui.kit.messages import Open
from tui.kit.spec import Contents, TabSpec
from tui.kit.subject_screen import Loaded, SubjectScreen
from widgets.frame.tab_bar import TabBar
from widgets.table.rows import Row
from widgets.text import glyphs


def name_in(row: Row) -> str:
    """The name that a row shows, without the sign before it."""
    first = row.cells[0]
    words = first if isinstance(first, str) else first.text
    signs = glyphs.current()
    return words.removeprefix(f"{signs.active} ").removeprefix(f"{signs.missing} ")


class PeopleTab(RowsTab):
    """A list of customers; `enter` opens one."""

    def action_open_row(self) -> None:
        """Open the customer under the cursor."""
        row = self.table.cursor_row
        if row is not None:
            self.post_message(Open(Ref(CUSTOMER, row.id), name_in(row)))


def _tab(identity: str, title: str, spec: ListSpec) -> TabSpec[SubjectContext]:
    return TabSpec(identity, title, lambda context: PeopleTab(spec, context), count_rows(spec))


CONTENTS: Contents[SubjectContext] = Contents(
    (),
    (
        _tab("all", "Customers", ALL_PEOPLE),
        _tab("watched", "Watched", WATCHED_PEOPLE),
        _tab("seen", "Recently viewed", SEEN_PEOPLE),
    ),
)


class CustomerListScreen(SubjectScreen[SubjectContext]):
    """Everybody the cache knows."""

    BINDINGS: ClassVar[list[BindingType]] = PEOPLE.bindings
    COMMAND_TABLE = PEOPLE
    ROOM = "Customers"
    NOT_FOUND = (
        "No customers yet",
        "The cache is empty or of an earlier release. R syncs, which brings it up to date.",
    )

    def compose_body(self) -> ComposeResult:
        """As any subject's, but digits lead to the other modes from here."""
        for part in super().compose_body():
            if isinstance(part, TabBar):
                part.numbered = False
            yield part

    @property
    def _by_period(self) -> bool:
        """Nothing here goes by the chosen dates."""
        return False

    def crumbs(self) -> tuple[str, ...]:
        """Where the reader is."""
        return (self.ROOM,)

    def load(self) -> Loaded[SubjectContext] | None:
        """What the lists are built from."""
        services = self.services
        if not services.reader.ask(knows_people) or not services.reader.ask(holds, "customers"):
            return None
        today = services.today()
        life = DateSpan(today.replace(month=1, day=1), today)
        context = SubjectContext(
            services.reader, PROJECT, "all", Period(life, ""), services.settings.currency, services.zone, today,
            "sync --all",
        )  # fmt: skip
        state = services.reader.ask(data_state, "customers")
        return Loaded(context, (), CONTENTS, state, life, life)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Watching is about the customer under the cursor."""
        if action == "toggle_watch":
            return self._at_hand() is not None
        return super().check_action(action, parameters)

    def _at_hand(self) -> tuple[str, str] | None:
        """Id and shown name of the customer under the cursor."""
        body = next((one for one in self.query(PeopleTab) if one.display and one.is_mounted), None)
        row = None if body is None else body.table.cursor_row
        if row is None:
            return None
        return row.id, name_in(row)

    def action_toggle_watch(self) -> None:
        """Have every sync keep the customer under the cursor up, or no longer."""
        from store.queries.watching import is_watched

        found = self._at_hand()
        if found is not None:
            identity, name = found
            reader = self.services.reader
            from tui.kit.asking import ask

            def toggle(watched: bool) -> None:
                toggle_watch(self, identity, name, watched=watched)

            ask(self, lambda: reader.ask(is_watched, Ref(CUSTOMER, identity)), toggle, group="watch")
