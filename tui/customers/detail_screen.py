"""One customer's screen: what of it is a customer's own."""

from dataclasses import replace
from typing import ClassVar
from urllib.parse import quote

from textual.binding import Binding, BindingType

from store import words as fmt
from store.queries.customers import find_customers, knows_people
from tui.campaign_kit.open_code import OpensCodes
from tui.customers import panels
from tui.customers.commands import CUSTOMER as CUSTOMER_COMMANDS
from tui.customers.context import CustomerContext
from tui.customers.load import load_customer
from tui.customers.marking import note_looked, toggle_watch
from tui.customers.reading import reading_of
from tui.kit.clipboard import copy_text, show_dashboard
from tui.kit.histories import open_history
from tui.kit.messages import SyncRequested
from tui.kit.record_view import RecordRequested, RecordView
from tui.kit.subject_screen import FirstSync, Loaded, SubjectScreen
from widgets.frame.offered_keys import KeyWords
from widgets.text import escaped

_MOST_NAMESAKES = 6
_ABOUT_ONE = frozenset(
    {"refresh_customer", "toggle_watch", "reveal", "copy_id", "show_json", "show_history", "open_dashboard"}
)


class CustomerScreen(SubjectScreen[CustomerContext], OpensCodes):
    """One customer, wanted by id, source id or exact e-mail."""

    BINDINGS: ClassVar[list[BindingType]] = CUSTOMER_COMMANDS.bindings
    COMMAND_TABLE = CUSTOMER_COMMANDS
    ROOM = "Customers"
    NOT_FOUND = (
        "No such customer",
        "The cache has nobody of this id, source id or e-mail. `promoscope activity CUSTOMER` asks the API for one.",
    )
    _looked_at: str | None = ""
    _revealed = False
    _namesakes: tuple[str, ...] = ()

    def load(self) -> Loaded[CustomerContext] | None:
        """Ask the cache for them; when somebody looked before stays what it was as the screen was opened."""
        found = load_customer(self.services, self.wanted, self._looked_at)
        if found is None:
            ask = self.services.reader.ask
            self._namesakes = tuple(ask(find_customers, self.wanted)) if ask(knows_people) else ()
            return None
        self._looked_at = found.context.looked_at
        return replace(found, context=replace(found.context, reveal=self._revealed))

    def not_found(self) -> tuple[str, str]:
        """Who is meant where the cache has more than one so called."""
        if len(self._namesakes) < 2:
            return super().not_found()
        known = ", ".join(self._namesakes[:_MOST_NAMESAKES])
        more = f" and {len(self._namesakes) - _MOST_NAMESAKES} more" if len(self._namesakes) > _MOST_NAMESAKES else ""
        said = f"{fmt.counted(len(self._namesakes), 'customer')} have this source id or e-mail: {known}{more}."
        return "Which one?", f"{said} Open one by its id, or from the list (3)."

    def _sync_first(self, plan: FirstSync) -> None:
        """The look is noted before: both write to the cache, one after the other."""
        note_looked(self, self.context.customer.id, lambda: super(CustomerScreen, self)._sync_first(plan))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is about the customer works once they are read."""
        if action in _ABOUT_ONE:
            return self.loaded is not None
        return super().check_action(action, parameters)

    def key_label(self, binding: Binding) -> KeyWords | None:
        """What `w` and `v` do next."""
        if binding.id == "customer.watch" and self.loaded is not None and self.context.watched:
            return KeyWords("unwatch")
        if binding.id == "customer.reveal" and self._revealed:
            return KeyWords("mask")
        return super().key_label(binding)

    @property
    def _by_period(self) -> bool:
        """No figure here goes by the chosen dates."""
        return False

    def action_refresh_customer(self) -> None:
        """Read their record and what is new of their activity."""
        if self.loaded is not None:
            self.post_message(SyncRequested(reading_of(self.context.customer.id), self.subject_name))

    def action_toggle_watch(self) -> None:
        """Have every sync keep them up, or no longer."""
        if self.loaded is not None:
            toggle_watch(self, self.context.customer.id, self.subject_name, watched=self.context.watched)

    def action_reveal(self) -> None:
        """Show or mask personal data in the panels."""
        if self.loaded is not None:
            self._revealed = not self._revealed
            self.loaded = replace(self.loaded, context=replace(self.loaded.context, reveal=self._revealed))
            self._update_bodies()

    def action_copy_id(self) -> None:
        """Copy the id."""
        if self.loaded is not None:
            copy_text(self.app, escaped(self.context.customer.id, lines=False), "1 id")

    def action_show_json(self) -> None:
        """Their record as received, masked until revealed."""
        if self.loaded is None:
            return
        from store.queries.reader import raw_document
        from tui.kit.masking import masked_document

        context = self.context

        def read(shown: bool) -> RecordView:
            text = context.reader.ask(raw_document, "customers", context.customer.id)
            documents = () if text is None else (("as received", text if shown else masked_document(text)),)
            fields = panels.identity(replace(context, reveal=shown)).fields
            return RecordView(context.name, fields, documents, stored=("customers", context.customer.id))

        opened = RecordRequested(read=read, place="Record", personal=True, reveal=self._revealed, as_json=True)
        self.post_message(opened)

    def action_show_history(self) -> None:
        """Their record as each reading left it."""
        if self.loaded is not None:
            open_history(self, "customers", self.context.customer.id, self.subject_name)

    def action_open_dashboard(self) -> None:
        """Show the address in the dashboard."""
        if self.loaded is not None:
            show_dashboard(self.app, self.services, f"core/customers/{quote(self.context.customer.id, safe='')}")
