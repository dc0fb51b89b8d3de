"""Discount coupons."""

from tui.campaigns.context import CampaignContext
from tui.campaigns.type_spec import TypeSpec
from tui.kit.spec import Contents


def _contents() -> Contents[CampaignContext]:
    from tui.campaigns.panels import catalogue, headline
    from tui.campaigns.tabs import catalogue as tabs

    return Contents(
        panels=(
            catalogue.DETAILS,
            catalogue.DISTRIBUTION,
            catalogue.DISCOUNT_BUDGET,
            catalogue.ACTIVITY,
            catalogue.VOUCHERS,
            catalogue.ACCESS,
        ),
        tabs=(
            tabs.VOUCHERS,
            tabs.RULES,
            tabs.REDEMPTIONS,
            tabs.PUBLICATIONS,
            tabs.DISTRIBUTIONS,
            tabs.METADATA,
            tabs.ACTIVITY,
            tabs.DISCOUNT_ANALYTICS,
        ),
        headline=catalogue.stats(headline.headline(discount=True)),
    )


SPEC = TypeSpec(
    type="DISCOUNT_COUPONS",
    title="Discount coupon",
    short="Coupon",
    role="type-1",
    glyph="%",
    contents=_contents,
)
