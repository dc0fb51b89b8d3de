"""Loyalty programs."""

from tui.campaigns.context import CampaignContext
from tui.campaigns.type_spec import TypeSpec
from tui.kit.spec import Contents


def _contents() -> Contents[CampaignContext]:
    from tui.campaigns.panels import catalogue, headline
    from tui.campaigns.tabs import catalogue as tabs

    return Contents(
        panels=(
            catalogue.DETAILS,
            catalogue.OVERVIEW,
            catalogue.POINT_EXPIRATION,
            catalogue.ACTIVITY,
            catalogue.TOTAL_POINTS,
            catalogue.VOUCHERS,
            catalogue.ACCESS,
        ),
        tabs=(
            tabs.LOYALTY_CARDS,
            tabs.LOYALTY_TIERS,
            tabs.EARNING_RULES,
            tabs.REWARDS_CATALOG,
            tabs.PARTICIPANTS,
            tabs.METADATA,
            tabs.REWARD_REDEMPTIONS,
            tabs.DISTRIBUTIONS,
            tabs.ACTIVITY,
            tabs.POINTS_EXPIRATION,
            tabs.PENDING_POINTS,
            tabs.POINT_TRANSACTIONS,
            tabs.LOYALTY_ANALYTICS,
        ),
        headline=catalogue.stats(headline.headline(discount=False, standing=headline.points_outstanding)),
    )


SPEC = TypeSpec(
    type="LOYALTY_PROGRAM",
    title="Loyalty program",
    short="Loyalty",
    role="type-3",
    glyph="★",
    contents=_contents,
)
