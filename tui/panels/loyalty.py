"""Loyalty panels: when points expire, and where the program's points stand."""

from store.domain.loyalty import campaign_expiration_text, tiers_expiration_text
from store.models import Figure, Source, Unit
from store.queries.freshness import data_state
from store.queries.wallets import expiring_points, outstanding, pending_totals, wallet_totals
from tui.figures import all_time, figure_field, source_words
from tui.spec import CampaignContext
from widgets import format as fmt
from widgets.panel import Field, PanelData


def point_expiration(context: CampaignContext) -> PanelData:
    """The campaign's expiration rule as a sentence, and what expires next."""
    connection = context.reader.connection
    soon = expiring_points(connection, context.campaign.id, context.today)
    fields = [Field("", campaign_expiration_text(context.campaign.document), "strong")]
    tiers = context.campaign.document.get("loyalty_tiers_expiration")
    if tiers:
        fields.append(Field("Tiers", tiers_expiration_text(tiers)))
    if soon.as_of is not None:
        fields += [
            Field("Next 7 days", fmt.points(soon.days_7)),
            Field("Next 30 days", fmt.points(soon.days_30)),
            Field("Next 90 days", fmt.points(soon.days_90), substitute="" if "bucket" in soon.source else soon.source),
        ]
    note = source_words(Source.ROWS, soon.as_of, context.reader.now()) or "rule from the campaign"
    return PanelData("Campaign point expiration", tuple(fields), source_note=note)


def total_points(context: CampaignContext) -> PanelData:
    """Points earned, added, redeemed, expired, transferred, pending and outstanding."""
    connection, now = context.reader.connection, context.reader.now()
    totals = wallet_totals(connection, context.campaign.id, gift=False, zone=context.zone)
    left = outstanding(connection, context.campaign.id, Unit.POINTS)
    pending = pending_totals(connection, context.campaign.id, context.today)
    state = data_state(connection, "pending_points", context.campaign.id)
    waiting = Figure.counted(
        pending.points if state.as_of else None, Unit.POINTS, Source.ROWS, state.as_of, state.complete,
        state.brief if state.as_of else "not cached",
    )  # fmt: skip
    fields = [figure_field(name.capitalize(), figure, None, now) for name, figure in totals.items()]
    fields += [figure_field("Pending", waiting, None, now), figure_field("Outstanding", left, None, now)]
    source = totals["earned"]
    return PanelData(
        "Total points",
        tuple(fields),
        source_note=all_time(source_words(source.source, source.as_of, now)),
    )
