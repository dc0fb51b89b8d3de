"""The context of a customer's screen: any subject's, and the customer as cached."""

from dataclasses import dataclass

from store.queries.customers import CustomerRow
from tui.kit.context import SubjectContext
from tui.kit.formatter import Formatter


@dataclass(frozen=True)
class CustomerContext(SubjectContext):
    """Everything a panel or tab of one customer is built from.

    Attributes:
        customer: as cached.
        looked_at: when somebody looked at them before this screen was opened (UTC text); None for never.
        watched: whether every sync keeps them up.
        reveal: whether panels show personal data in full.
        online: whether the app may ask the API.
    """

    customer: CustomerRow
    looked_at: str | None = None
    watched: bool = False
    reveal: bool = False
    online: bool = False

    @property
    def scene(self) -> Formatter:
        """How the panels word values."""
        return Formatter.of(self, reveal=self.reveal)
