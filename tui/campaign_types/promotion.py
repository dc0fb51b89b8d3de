"""Promotion campaigns."""

from tui.panels import catalogue, headline
from tui.spec import TypeSpec
from tui.tabs import catalogue as tabs

SPEC = TypeSpec(
    type="PROMOTION",
    title="Promotion",
    short="Promo",
    role="type-5",
    glyph="!",
    panels=(
        catalogue.DETAILS,
        catalogue.ACCESS,
        catalogue.REDEMPTION_VALUES,
        catalogue.PROMOTION_ACTIVITY,
    ),
    tabs=(tabs.PROMOTION_TIERS, tabs.REDEMPTIONS, tabs.METADATA, tabs.ACTIVITY, tabs.PROMOTION_ANALYTICS),
    headline=catalogue.stats(headline.headline(discount=True)),
)
