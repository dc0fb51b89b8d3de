"""Loyalty programs."""

from tui.campaigns.type_spec import CampaignContents, TypeSpec


def _contents() -> CampaignContents:
    from tui.campaigns.panels import catalogue as panels
    from tui.campaigns.panels import headline
    from tui.campaigns.tabs import catalogue as tabs
    from tui.kit.bodies import figures
    from tui.kit.spec import Contents

    return Contents(
        panels=(
            panels.DETAILS, panels.OVERVIEW, panels.POINT_EXPIRATION, panels.ACTIVITY, panels.TOTAL_POINTS,
            panels.VOUCHERS, panels.ACCESS,
        ),
        tabs=(
            tabs.LOYALTY_CARDS, tabs.LOYALTY_TIERS, tabs.EARNING_RULES, tabs.REWARDS_CATALOG, tabs.PARTICIPANTS,
            tabs.METADATA, tabs.REWARD_REDEMPTIONS, tabs.DISTRIBUTIONS, tabs.ACTIVITY, tabs.POINTS_EXPIRATION,
            tabs.PENDING_POINTS, tabs.POINT_TRANSACTIONS, tabs.LOYALTY_ANALYTICS,
        ),
        headline=figures(headline.headline(discount=False, standing=headline.points_outstanding)),
    )  # fmt: skip


SPEC = TypeSpec(
    type="LOYALTY_PROGRAM", title="Loyalty program", short="Loyalty", role="type-3", glyph="★", contents=_contents
)
