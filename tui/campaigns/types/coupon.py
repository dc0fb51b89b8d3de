"""Discount coupons."""

from tui.campaigns.type_spec import CampaignContents, TypeSpec


def _contents() -> CampaignContents:
    from tui.campaigns.panels import catalogue as panels
    from tui.campaigns.panels import headline
    from tui.campaigns.tabs import catalogue as tabs
    from tui.kit.bodies import figures
    from tui.kit.spec import Contents

    return Contents(
        panels=(
            panels.DETAILS, panels.DISTRIBUTION, panels.DISCOUNT_BUDGET, panels.ACTIVITY, panels.VOUCHERS,
            panels.ACCESS,
        ),
        tabs=(
            tabs.VOUCHERS, tabs.RULES, tabs.REDEMPTIONS, tabs.PUBLICATIONS, tabs.DISTRIBUTIONS, tabs.METADATA,
            tabs.ACTIVITY, tabs.DISCOUNT_ANALYTICS,
        ),
        headline=figures(headline.headline(discount=True)),
    )  # fmt: skip


SPEC = TypeSpec(
    type="DISCOUNT_COUPONS", title="Discount coupon", short="Coupon", role="type-1", glyph="%", contents=_contents
)
