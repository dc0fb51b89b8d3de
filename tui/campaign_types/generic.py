"""What every campaign has, for types this version does not know."""

from textual.widget import Widget

from tui.bodies import LoadedPanel
from tui.spec import CampaignContext, PanelSpec, TypeSpec
from widgets import format as fmt
from widgets.panel import Field, PanelData

_SHOWN_APART = frozenset({"id", "name", "campaign_type", "metadata", "object", "created_at", "updated_at"})
_MOST_FIELDS = 24


def _details(context: CampaignContext) -> PanelData:
    campaign = context.campaign
    fields = [
        Field("Id", campaign.id),
        Field("Type", campaign.campaign_type or "not given"),
        Field("Value", campaign.value_text or fmt.count(None)),
        Field("Category", campaign.category or fmt.count(None)),
        Field("Codes", fmt.count(campaign.vouchers_count)),
    ]
    scalars = [
        Field(name.replace("_", " ").capitalize(), str(value))
        for name, value in campaign.document.items()
        if name not in _SHOWN_APART and isinstance(value, str | int | bool)
    ]
    return PanelData("Campaign details", (*fields, *scalars[:_MOST_FIELDS]), source_note="document", foot_note="J JSON")


def _details_panel(context: CampaignContext) -> Widget:
    return LoadedPanel("Campaign details", context, _details)


SPEC = TypeSpec(
    type="",
    title="Campaign",
    short="Other",
    role="type-other",
    glyph="?",
    panels=(PanelSpec("details", "Campaign details", _details_panel),),
    tabs=(),
)
