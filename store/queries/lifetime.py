"""A campaign in numbers over its whole life: rows that were read whole, else the lifetime totals of its summary."""

import sqlite3
from collections.abc import Mapping
from datetime import date, timedelta

from store.domain.values import whole
from store.json_text import stored_object
from store.models import Figure, Source, Unit
from store.queries.campaigns import CampaignRow
from store.queries.freshness import data_state
from store.queries.referrals import program_numbers
from store.queries.series import counted_figure
from store.queries.summary import WALLETS, summary_metrics
from store.queries.totals import Totals, end_of_day, summary_totals, totals_of
from store.queries.wallets import wallet_metrics, wallet_totals
from store.ref import Ref

_UNLISTED = ("vouchers_created", "vouchers_deleted")
"""What no list shows whole: deleted codes leave theirs."""


def lifetime_figures(connection: sqlite3.Connection, campaign: CampaignRow) -> dict[str, Figure]:
    """Every figure of a campaign's type over its whole life, by the summary's name for it."""
    figures = lifetime_of(connection, campaign.id, summary_metrics(campaign.campaign_type))
    gift = WALLETS.get(campaign.campaign_type)
    if gift is not None:
        names = wallet_metrics(gift=gift)
        totals = wallet_totals(connection, campaign.id, gift=gift)
        figures.update((names[word], figure) for word, figure in totals.items())
    if campaign.campaign_type == "REFERRAL_PROGRAM":
        figures["referred_customers"] = referred_customers(connection, campaign.id)
    return figures


def referred_customers(connection: sqlite3.Connection, campaign_id: str) -> Figure:
    """How many customers a referral program brought in its whole life."""
    referred = program_numbers(connection, campaign_id).referees
    summary = summary_totals(connection, campaign_id)
    told = _told(connection, campaign_id, summary, "referred_customers", Unit.COUNT)
    return referred if referred.complete else _surer(told, referred)


def lifetime_of(connection: sqlite3.Connection, campaign_id: str, units: Mapping[str, Unit]) -> dict[str, Figure]:
    """Some members of the summary over a campaign's whole life.

    Args:
        connection: a reader.
        campaign_id: whose.
        units: the members' names and what they count.
    """
    summary, rows = summary_totals(connection, campaign_id), totals_of(connection, campaign_id, "rows")
    found = {}
    for metric, unit in units.items():
        counted = counted_figure(connection, campaign_id, metric, unit, rows)
        told = _told(connection, campaign_id, summary, metric, unit)
        found[metric] = counted if counted.complete and metric not in _UNLISTED else _surer(told, counted)
    return found


def _surer(told: Figure, counted: Figure) -> Figure:
    """Of what a summary tells and what rows count, the one that is whole, else the one that knows more."""
    if told.complete or counted.known is None:
        return counted if told.known is None else told
    if counted.complete or told.known is None:
        return counted
    return max(told, counted, key=lambda figure: figure.known or 0)


def _told(connection: sqlite3.Connection, campaign_id: str, summary: Totals, metric: str, unit: Unit) -> Figure:
    """A lifetime total of the summary, with what is known of the days since."""
    figure = summary.figure(metric, unit)
    if figure.known is None or summary.until is None:
        return figure
    vouchers = data_state(connection, "vouchers", Ref.campaign(campaign_id))
    if metric == "vouchers_created" and vouchers.completed_at is not None:
        query = "select count(*) from vouchers where campaign_id = ? and created_at >= ?"
        since: int = connection.execute(query, (campaign_id, summary.until)).fetchone()[0]
        as_of = max(summary.until, vouchers.as_of or "")
    else:
        since, as_of = _days_since(connection, campaign_id, metric, summary.until)
    return Figure.counted(figure.known + since, unit, Source.SUMMARY, as_of, figure.complete, figure.note)


def _days_since(connection: sqlite3.Connection, campaign_id: str, metric: str, until: str) -> tuple[int, str]:
    """What the summary's single days add after its lifetime total, and the instant up to which they tell it."""
    days = dict(
        connection.execute(
            "select start_date, json from campaign_summaries where campaign_id = ? and start_date = end_date"
            " and start_date >= ?",
            (campaign_id, until[:10]),
        ).fetchall()
    )
    added, as_of, day = 0, until, date.fromisoformat(until[:10])
    asked = data_state(connection, "campaign_summaries", Ref.campaign(campaign_id)).as_of or until
    while (text := days.get(day.isoformat())) is not None:
        number = whole(stored_object(text).get(metric))
        if number is None:
            break
        added, as_of = added + number, max(as_of, min(end_of_day(day.isoformat()), asked))
        day += timedelta(days=1)
    return added, as_of
