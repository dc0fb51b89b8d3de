"""Gift cards."""

from tui.campaigns.type_spec import CampaignContents, TypeSpec


def _contents() -> CampaignContents:
    from tui.campaigns.panels import catalogue as panels
    from tui.campaigns.panels import headline
    from tui.campaigns.tabs import catalogue as tabs
    from tui.kit.bodies import figures
    from tui.kit.spec import Contents

    return Contents(
        panels=(
            panels.DETAILS, panels.DISTRIBUTION, panels.GIFT_BUDGET, panels.ACTIVITY, panels.VOUCHERS, panels.ACCESS,
        ),
        tabs=(
            tabs.GIFT_CARDS, tabs.RULES, tabs.CREDIT_REDEMPTIONS, tabs.PUBLICATIONS, tabs.DISTRIBUTIONS, tabs.METADATA,
            tabs.ACTIVITY, tabs.CREDIT_TRANSACTIONS, tabs.GIFT_ANALYTICS,
        ),
        headline=figures(headline.headline(discount=False, standing=headline.credit_outstanding)),
    )  # fmt: skip


SPEC = TypeSpec(type="GIFT_VOUCHERS", title="Gift card", short="Gift", role="type-2", glyph="$", contents=_contents)
