"""Promotion campaigns."""

from tui.campaigns.type_spec import CampaignContents, TypeSpec


def _contents() -> CampaignContents:
    from tui.campaigns.panels import catalogue as panels
    from tui.campaigns.panels import headline
    from tui.campaigns.tabs import catalogue as tabs
    from tui.kit.bodies import figures
    from tui.kit.spec import Contents

    return Contents(
        panels=(panels.DETAILS, panels.ACCESS, panels.REDEMPTION_VALUES, panels.PROMOTION_ACTIVITY),
        tabs=(tabs.PROMOTION_TIERS, tabs.TIER_REDEMPTIONS, tabs.METADATA, tabs.ACTIVITY, tabs.PROMOTION_ANALYTICS),
        headline=figures(headline.headline(discount=True)),
    )


SPEC = TypeSpec(type="PROMOTION", title="Promotion", short="Promo", role="type-5", glyph="!", contents=_contents)
