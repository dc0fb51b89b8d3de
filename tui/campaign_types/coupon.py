"""Discount coupons."""

from tui.panels import catalogue, headline
from tui.spec import TypeSpec
from tui.tabs import catalogue as tabs

SPEC = TypeSpec(
    type="DISCOUNT_COUPONS",
    title="Discount coupon",
    short="Coupon",
    role="type-1",
    glyph="%",
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
    headline=catalogue.stats(headline.headline(discount=True, standing=headline.budget_left)),
)
