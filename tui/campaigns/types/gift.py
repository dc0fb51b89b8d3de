"""Gift cards."""

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
            catalogue.GIFT_BUDGET,
            catalogue.ACTIVITY,
            catalogue.VOUCHERS,
            catalogue.ACCESS,
        ),
        tabs=(
            tabs.GIFT_CARDS,
            tabs.RULES,
            tabs.CREDIT_REDEMPTIONS,
            tabs.PUBLICATIONS,
            tabs.DISTRIBUTIONS,
            tabs.METADATA,
            tabs.ACTIVITY,
            tabs.CREDIT_TRANSACTIONS,
            tabs.GIFT_ANALYTICS,
        ),
        headline=catalogue.stats(headline.headline(discount=False, standing=headline.credit_outstanding)),
    )


SPEC = TypeSpec(
    type="GIFT_VOUCHERS",
    title="Gift card",
    short="Gift",
    role="type-2",
    glyph="$",
    contents=_contents,
)
