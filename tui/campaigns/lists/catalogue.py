"""Every list tab: its declaration, the function that builds its body and the one that counts its rows."""

from tui.campaigns.lists.codes import ANY_CODES, DISCOUNT_CODES, GIFT_CODES, LOYALTY_CARDS, REFERRAL_CODES
from tui.campaigns.lists.people import PARTICIPANT_ROWS, REFEREE_ROWS, REFERRER_ROWS
from tui.campaigns.lists.points import EXPIRATION_ROWS, PENDING_ROWS
from tui.campaigns.lists.programs import EARNING_RULE_ROWS, REWARD_REDEMPTION_ROWS, REWARD_ROWS, TIER_ROWS
from tui.campaigns.lists.traffic import (
    ANY_TRANSACTIONS,
    DISTRIBUTION_ROWS,
    GIFT_REDEMPTIONS,
    GIFT_TRANSACTIONS,
    POINTS_TRANSACTIONS,
    PUBLICATION_ROWS,
    REDEMPTION_ROWS,
)
from tui.kit.context import SubjectContext
from tui.kit.lists.query import count_rows
from tui.kit.lists.spec import ListSpec
from tui.kit.lists.tab import rows_tab
from tui.kit.spec import TabSpec

LISTS: tuple[ListSpec, ...] = (
    ANY_CODES,
    ANY_TRANSACTIONS,
    DISCOUNT_CODES,
    GIFT_CODES,
    LOYALTY_CARDS,
    REFERRAL_CODES,
    REDEMPTION_ROWS,
    GIFT_REDEMPTIONS,
    PUBLICATION_ROWS,
    DISTRIBUTION_ROWS,
    GIFT_TRANSACTIONS,
    POINTS_TRANSACTIONS,
    PARTICIPANT_ROWS,
    REFERRER_ROWS,
    REFEREE_ROWS,
    TIER_ROWS,
    EARNING_RULE_ROWS,
    REWARD_ROWS,
    REWARD_REDEMPTION_ROWS,
    EXPIRATION_ROWS,
    PENDING_ROWS,
)
"""Every declared list."""


def list_tab(identity: str, title: str, spec: ListSpec) -> TabSpec[SubjectContext]:
    """A tab that shows a list, with the number of its rows in its label.

    Args:
        identity: unique within the campaign type.
        title: the web dashboard's name.
        spec: the list.
    """
    return TabSpec(identity, title, rows_tab(spec), count_rows(spec))
