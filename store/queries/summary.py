"""A campaign in numbers for a range of days: the members of the API's own summary that its type has (API §4.1)."""

import sqlite3
from datetime import tzinfo

from msgspec.structs import replace

from store.cache.unreadable import SHOWN_BY, unreadable_words
from store.days import local_day
from store.models import Figure, Source, Unit
from store.queries.campaigns import CampaignRow
from store.queries.freshness import data_state
from store.queries.referrals import referred_series
from store.queries.series import LISTS, READ_BEFORE_NOTE, daily_series, first_day, unmade
from store.queries.totals import joined
from store.queries.wallets import wallet_metrics, wallet_totals
from store.ref import Ref
from store.words import Bucket, DateSpan

_TRAFFIC = {
    "redemptions_succeeded": Unit.COUNT,
    "redemptions_failed": Unit.COUNT,
    "rollbacks_succeeded": Unit.COUNT,
    "rollbacks_failed": Unit.COUNT,
    "validations_succeeded": Unit.COUNT,
    "validations_failed": Unit.COUNT,
}
_CODES = {
    "publications_succeeded": Unit.COUNT,
    "publications_failed": Unit.COUNT,
    "vouchers_created": Unit.COUNT,
    "vouchers_deleted": Unit.COUNT,
}
_ORDERS = {"orders_amount": Unit.MINOR, "orders_rolledback_amount": Unit.MINOR}
_DISCOUNTS = {"discounted_amount": Unit.MINOR, "rolledback_discounted_amount": Unit.MINOR}
WALLETS = {"GIFT_VOUCHERS": True, "LOYALTY_PROGRAM": False}
"""Types whose codes hold a balance: money on gift cards, points on loyalty cards."""


def summary_metrics(campaign_type: str) -> dict[str, Unit]:
    """The figures a type has day by day, and what they count; all of them for an unknown type."""
    codes = {} if campaign_type == "PROMOTION" else _CODES
    discounts = {} if campaign_type in WALLETS else _DISCOUNTS
    return {**_TRAFFIC, **codes, **_ORDERS, **discounts}


def campaign_figures(
    connection: sqlite3.Connection, campaign: CampaignRow, span: DateSpan, zone: tzinfo
) -> dict[str, Figure]:
    """Every figure of a campaign's type by the summary's name for it, each against the period before.

    Args:
        connection: a reader.
        campaign: whose.
        span: local days, both ends included.
        zone: the project's time zone.
    """
    now = _figures(connection, campaign, span, zone)
    if span.previous is None:
        return now
    before = _figures(connection, campaign, span.previous, zone)
    return {name: replace(figure, previous=before[name].value) for name, figure in now.items()}


def figure_troubles(connection: sqlite3.Connection, campaign_id: str) -> tuple[str, ...]:
    """In sentences, why lists behind a campaign's figures are not complete or not as new as the last sync."""
    names = sorted({*LISTS.values(), "transactions", "campaign_summaries"})
    found: dict[str, None] = {}
    for name in names:
        state = data_state(connection, name, Ref.campaign(campaign_id))
        if state.not_understood:
            found[f"{name}: {unreadable_words(state.not_understood)}; {SHOWN_BY}."] = None
        elif state.reason and state.reason != state.brief:
            found[state.reason] = None
        if state.attempt:
            found[f"{name}: {state.attempt}. {state.attempt_reason or ''}".strip()] = None
    return tuple(found)


def _figures(connection: sqlite3.Connection, campaign: CampaignRow, span: DateSpan, zone: tzinfo) -> dict[str, Figure]:
    units, first = summary_metrics(campaign.campaign_type), first_day(connection, campaign.id, zone)
    series = daily_series(connection, campaign.id, units, span, zone=zone)
    figures = {name: series[name].figure(unit) for name, unit in units.items()}
    gift = WALLETS.get(campaign.campaign_type)
    if gift is not None:
        totals = wallet_totals(connection, campaign.id, gift=gift, span=span, zone=zone)
        names = wallet_metrics(gift=gift)
        figures.update((names[word], _read_by_then(figure, span, zone)) for word, figure in totals.items())
    if campaign.campaign_type == "REFERRAL_PROGRAM":
        referred = referred_series(connection, campaign.id, span, Bucket.DAY, zone)
        figures[referred.metric] = referred.figure()
    if first is not None and span.end < first:
        return {name: unmade(connection, figure.unit) for name, figure in figures.items()}
    return figures


def _read_by_then(figure: Figure, span: DateSpan, zone: tzinfo) -> Figure:
    """The figure, unknown where its rows were read before the first of the days: nothing found is no zero then."""
    if figure.source is not Source.ROWS or figure.as_of is None:
        return figure
    if local_day(figure.as_of, zone) >= span.start.isoformat():
        return figure
    note = joined(figure.note, READ_BEFORE_NOTE)
    return replace(figure, value=None, at_least=None, complete=False, note=note)
