"""What every campaign has, for types this version does not know: the panels, tabs and figures that name no type."""

from tui.campaigns.type_spec import CampaignContents, TypeSpec


def _contents() -> CampaignContents:
    from tui.campaigns.panels import catalogue as panels
    from tui.campaigns.panels import headline
    from tui.campaigns.tabs import catalogue as tabs
    from tui.kit.bodies import figures
    from tui.kit.spec import Contents

    return Contents(
        panels=(
            panels.DETAILS, panels.DISTRIBUTION, panels.ACTIVITY, panels.VOUCHERS, panels.ACCESS, panels.OTHER_FIELDS,
        ),
        tabs=(
            tabs.ANY_CODES, tabs.RULES, tabs.REDEMPTIONS, tabs.PUBLICATIONS, tabs.DISTRIBUTIONS, tabs.METADATA,
            tabs.ACTIVITY, tabs.ANY_TRANSACTIONS, tabs.DISCOUNT_ANALYTICS,
        ),
        headline=figures(headline.headline(discount=True)),
    )  # fmt: skip


SPEC = TypeSpec(type="", title="Campaign", short="Other", role="type-other", glyph="?", contents=_contents)
