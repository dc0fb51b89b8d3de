"""Changing what is at hand, wherever it is shown: the key that lists what can be done, and the page that does it."""

from functools import cached_property, partial
from typing import TYPE_CHECKING

from textual import on

from store.ref import CAMPAIGN, Ref
from tui.kit.asking import ask
from tui.kit.error_words import words_of
from tui.kit.managing import managed_at
from tui.kit.messages import ActionRequested
from tui.kit.services import AppServices
from tui.shell.key_queue import KeyQueue
from tui.shell.refusals import AsksWhy
from widgets.text import plain

if TYPE_CHECKING:
    from store.actions.subjects import ManagedRecord
    from tui.actions.desk import ActionDesk


class Manages(AsksWhy):
    """Part of the app: `m` and what follows from it. All of it is imported when it is asked for."""

    services: AppServices
    keys: KeyQueue

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """`m` works on records of a kind that something can be done to."""
        if action == "manage":
            return self._is_managed()
        return super().check_action(action, parameters)

    def _is_managed(self) -> bool:
        found = managed_at(self.screen) if self.screen_stack and not self.screen.is_modal else ()
        if not found or found[0].kind == CAMPAIGN:
            # Campaigns are what the first screen shows: it need not wait for the catalogue of actions.
            return bool(found)
        from store.actions.subjects import kind_managed

        return bool(kind_managed(found[0].kind))

    @cached_property
    def actions_desk(self) -> "ActionDesk":
        """What the pages of actions share."""
        from tui.actions.desk import ActionDesk

        return ActionDesk(self.services, self.keys.forget)

    def action_manage(self) -> None:
        """List what can be done to the marked rows, the row under the cursor or the record."""
        from store.actions.subjects import managed_records

        refs: tuple[Ref, ...] = managed_at(self.screen)
        read = partial(self.services.reader.ask, managed_records, refs)
        ask(self.screen, read, self._offer, group="manage", failed=self._not_offered)

    def _not_offered(self, error: Exception) -> None:
        self.notify(plain(words_of(error)), severity="error", markup=False)

    def _offer(self, records: "list[ManagedRecord]") -> None:
        from store.actions.catalogue import action_named
        from tui.actions.menu import ActionMenu

        if not records:
            self.notify("Nothing of it is cached that could be changed.", severity="warning", markup=False)
            return

        def chosen(identity: str | None) -> None:
            action = action_named(records[0].kind, identity) if identity is not None else None
            if action is not None:
                names = tuple(dict.fromkeys(one.name_for(action) for one in records))
                self.post_message(ActionRequested(action, names, {}))

        menu = ActionMenu(records, self.actions_desk.standing, self.services.now())
        self.push_screen(menu, chosen)

    @on(ActionRequested)
    def _open_action(self, event: ActionRequested) -> None:
        from tui.actions.screen import ActionScreen

        if event.records:
            self.push_screen(ActionScreen(self.actions_desk, event.action, event.records, event.values))
