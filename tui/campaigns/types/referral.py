"""Referral programs."""

from tui.campaigns.type_spec import CampaignContents, TypeSpec


def _contents() -> CampaignContents:
    from tui.campaigns.panels import catalogue as panels
    from tui.campaigns.panels import headline
    from tui.campaigns.tabs import catalogue as tabs
    from tui.kit.bodies import figures
    from tui.kit.spec import Contents

    return Contents(
        panels=(
            panels.REFERRAL_CODES, panels.OVERVIEW, panels.CONVERSION, panels.NUMBERS, panels.TOTAL_REFERRED,
            panels.REWARDS_SUMMARY, panels.TOP_REFERRERS, panels.ACCESS,
        ),
        tabs=(
            tabs.REFERRAL_REWARDS, tabs.REFERRAL_CODES, tabs.RULES, tabs.REDEMPTIONS, tabs.REFERRERS, tabs.REFEREES,
            tabs.DISTRIBUTIONS, tabs.REFERRAL_REWARD_REDEMPTIONS, tabs.METADATA, tabs.ACTIVITY,
        ),
        headline=figures(headline.headline(discount=True, standing=headline.customers_referred)),
    )  # fmt: skip


SPEC = TypeSpec(
    type="REFERRAL_PROGRAM", title="Referral program", short="Referral", role="type-4", glyph="↔", contents=_contents
)
