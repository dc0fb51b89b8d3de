"""Loyalty panels: when points expire, and where the program's points stand."""

from msgspec.structs import replace

from store import words as fmt
from store.domain.loyalty import campaign_expiration_text, tiers_expiration_text
from store.models import Figure, Source, Unit
from store.queries.points import Amount, expiring_points, pending_points
from store.queries.totals import without_amount
from store.queries.wallets import PENDING_ACTIVATED, outstanding, wallet_totals
from tui.campaigns.context import CampaignContext
from tui.campaigns.panels.movements import other_fields
from tui.kit.figure_words import known_words
from tui.kit.figures import all_time, figure_field, source_words, sourced_field
from widgets.panel.panel import Field, PanelData


def point_expiration(context: CampaignContext) -> PanelData:
    """The campaign's expiration rule as a sentence, and what expires next."""
    connection = context.reader.connection
    soon = expiring_points(connection, context.subject.id, context.today)
    rule = campaign_expiration_text(context.campaign.document, expiring=soon.any_to_come)
    fields = [Field("", rule, "strong")]
    tiers = context.campaign.document.get("loyalty_tiers_expiration")
    if tiers:
        fields.append(Field("Tiers", tiers_expiration_text(tiers)))
    if soon.state.known(soon.any_to_come) is not None:
        fields += [_points(f"Next {days} days", amount) for days, amount in soon.within.items()]
    named = (("Later", soon.later), ("Past, still active", soon.past), ("Without a day", soon.undated))
    fields += [_points(label, amount) for label, amount in named if amount.entries]
    note = source_words(Source.ROWS, soon.state.as_of, context.reader.now()) or "rule from the campaign"
    foot = "each card's next expiration only" if soon.by_card and soon.state.as_of else ""
    return PanelData("Campaign point expiration", tuple(fields), source_note=note, foot_note=foot)


def _points(label: str, amount: Amount) -> Field:
    return Field(
        label, known_words(amount.figure, None), substitute=without_amount(amount.unusable, "bucket", "number")
    )


def total_points(context: CampaignContext) -> PanelData:
    """Points earned, added, redeemed, expired, transferred, pending and outstanding."""
    connection, now = context.reader.connection, context.reader.now()
    totals = wallet_totals(connection, context.subject.id, gift=False, zone=context.zone)
    left = outstanding(connection, context.subject.id, Unit.POINTS)
    pending = pending_points(connection, context.subject.id, context.today)
    state, waiting = pending.state, pending.all
    note = state.brief or without_amount(waiting.unusable, "record", "number")
    figure = Figure.counted(
        state.known(waiting.points) if state.as_of else None, Unit.POINTS, Source.ROWS, state.as_of,
        state.complete and not waiting.unusable, note if state.as_of else fmt.NOT_SYNCED,
    )  # fmt: skip
    fields = []
    for name, total in totals.items():
        part = name == PENDING_ACTIVATED
        noted = replace(total, note=total.note or "part of earned") if part else total
        fields.append(sourced_field(name.capitalize(), noted, None, now, totals["earned"].source))
    fields += other_fields(context, Unit.POINTS)
    fields += [figure_field("Pending", figure, None), figure_field("Outstanding", left, None)]
    source = totals["earned"]
    return PanelData(
        "Total points", tuple(fields), source_note=all_time(source_words(source.source, source.as_of, now))
    )
