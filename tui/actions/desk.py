"""What the pages of actions share for as long as the app runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from store.actions.action import Action
from store.actions.batch import RowResult
from store.api.errors import CredentialsRefused, Forbidden
from tui.actions.menu import ActionKey, Standing, standing_of
from tui.kit.services import AppServices

Draft = Mapping[str, str]
"""What was typed, by the names of fields."""


@dataclass
class ActionDesk:
    """One app's.

    Attributes:
        services: what the app is given.
        forget_keys: drops keys that were typed ahead: no one confirms what was not seen.
        no_right: actions that the API refused these keys, and how.
        drafts: what was typed into forms that were left, by action and records.
    """

    services: AppServices
    forget_keys: Callable[[], None]
    no_right: dict[ActionKey, str] = field(default_factory=dict)
    drafts: dict[tuple[ActionKey, tuple[str, ...]], Draft] = field(default_factory=dict)

    @property
    def standing(self) -> Standing:
        """Whether anything can be done."""
        services = self.services
        offline = "" if services.run_sync is not None else services.offline_reason or "This cache is shown offline."
        return standing_of(offline, "" if services.permission is not None else services.writes_off, self.no_right)

    def note(self, action: Action, result: RowResult) -> None:
        """Remember that these keys have no right to do it."""
        error = result.outcome.error if result.outcome is not None else None
        if isinstance(error, CredentialsRefused | Forbidden):
            self.no_right[action.kind, action.id] = f"These keys may not: the API answered {error.status}."
