"""All actions, by kind and id."""

from store.actions.action import Action
from store.actions.assignments import ASSIGNMENTS
from store.actions.balances import MOVEMENTS
from store.actions.campaign_codes import CAMPAIGN_CODES
from store.actions.editing import EDITS
from store.actions.pending import PENDING
from store.actions.rollbacks import ROLLBACK
from store.actions.switching import SWITCHES

ACTIONS: tuple[Action, ...] = (*SWITCHES, *EDITS, *MOVEMENTS, *CAMPAIGN_CODES, *PENDING, *ASSIGNMENTS, ROLLBACK)
KINDS = frozenset(one.kind for one in ACTIONS)
"""Of records that something can be done to."""


def action_named(kind: str, name: str) -> Action | None:
    """The action of a kind of record."""
    return next((one for one in ACTIONS if one.kind == kind and one.id == name), None)
