"""Referral programs."""

from tui.campaigns.context import CampaignContext
from tui.campaigns.type_spec import TypeSpec
from tui.kit.spec import Contents


def _contents() -> Contents[CampaignContext]:
    from tui.campaigns.panels import catalogue, headline
    from tui.campaigns.tabs import catalogue as tabs

    return Contents(
        panels=(
            catalogue.REFERRAL_CODES,
            catalogue.OVERVIEW,
            catalogue.CONVERSION,
            catalogue.NUMBERS,
            catalogue.TOTAL_REFERRED,
            catalogue.REWARDS_SUMMARY,
            catalogue.TOP_REFERRERS,
            catalogue.ACCESS,
        ),
        tabs=(
            tabs.REFERRAL_REWARDS,
            tabs.REFERRAL_CODES,
            tabs.RULES,
            tabs.REDEMPTIONS,
            tabs.REFERRERS,
            tabs.REFEREES,
            tabs.DISTRIBUTIONS,
            tabs.REFERRAL_REWARD_REDEMPTIONS,
            tabs.METADATA,
            tabs.ACTIVITY,
        ),
        headline=catalogue.stats(headline.headline(discount=True, standing=headline.customers_referred)),
    )


SPEC = TypeSpec(
    type="REFERRAL_PROGRAM",
    title="Referral program",
    short="Referral",
    role="type-4",
    glyph="↔",
    contents=_contents,
)
