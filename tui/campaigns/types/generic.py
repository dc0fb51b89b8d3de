"""What every campaign has, for types this version does not know: the panels, tabs and figures that name no type."""

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
            catalogue.ACTIVITY,
            catalogue.VOUCHERS,
            catalogue.ACCESS,
            catalogue.OTHER_FIELDS,
        ),
        tabs=(
            tabs.ANY_CODES,
            tabs.RULES,
            tabs.REDEMPTIONS,
            tabs.PUBLICATIONS,
            tabs.DISTRIBUTIONS,
            tabs.METADATA,
            tabs.ACTIVITY,
            tabs.ANY_TRANSACTIONS,
            tabs.DISCOUNT_ANALYTICS,
        ),
        headline=catalogue.stats(headline.headline(discount=True)),
    )


SPEC = TypeSpec(
    type="",
    title="Campaign",
    short="Other",
    role="type-other",
    glyph="?",
    contents=_contents,
)
