"""The header of a campaign's screen. Pure."""

from datetime import tzinfo

from store.domain.status import StatusKind
from store.queries.campaigns import CampaignRow
from tui.campaign_kit.status_words import long_status
from tui.campaigns.rows import dates_words
from tui.campaigns.type_spec import TypeSpec
from widgets.text import glyphs
from widgets.text.lines import Role, Span

_ROLES: dict[StatusKind, Role] = {
    StatusKind.ACTIVE: "good",
    StatusKind.SCHEDULED: "second",
    StatusKind.DISABLED: "warn",
    StatusKind.FAILED: "bad",
}


def header_spans(spec: TypeSpec, campaign: CampaignRow, zone: tzinfo) -> list[Span]:
    """`● Active, ends in 3 d · Discount coupon · 20 % off order · 1 Sep – 26 Nov 2026`."""
    dot = f" {glyphs.current().dot} "
    spans: list[Span] = [(long_status(campaign.status), _ROLES.get(campaign.status.kind, "muted"))]
    spans += [(dot, "muted"), (spec.title, "text")]
    if campaign.value_text:
        spans += [(dot, "muted"), (campaign.value_text, "strong")]
    spans += [(dot, "muted"), (dates_words(campaign, zone), "text")]
    if campaign.category:
        spans += [(dot, "muted"), (campaign.category, "muted")]
    return spans
