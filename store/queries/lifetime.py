"""A campaign in numbers over its whole life: rows that were read whole, else the lifetime totals of its summary."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from store.domain.values import number
from store.json_text import stored_object
from store.models import Figure, Source, Unit
from store.queries.campaigns import CampaignRow
from store.queries.freshness import data_state
from store.queries.referrals import program_numbers
from store.queries.series import counted_figure
from store.queries.summary import WALLETS, summary_metrics
from store.queries.totals import Totals, end_of_day, lacking_note, summary_totals, totals_of
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
    """Of what a summary tells and what rows count, the one that is whole, else the one that knows more.

    Where neither knows anything, a summary that was read says why.
    """
    if told.known is None and counted.known is None:
        return told if told.note else counted
    if told.complete or counted.known is None:
        return told
    if counted.complete or told.known is None:
        return counted
    return max(told, counted, key=lambda figure: figure.known or 0)


def _told(connection: sqlite3.Connection, campaign_id: str, summary: Totals, metric: str, unit: Unit) -> Figure:
    """A lifetime total of the summary with what its days since tell; those alone, where they are the whole life."""
    until = summary.until if summary else _first_day(connection, campaign_id)
    if until is None or (summary and metric not in {*summary.values, *summary.unusable}):
        return summary.figure(metric, unit)
    vouchers = data_state(connection, "vouchers", Ref.campaign(campaign_id))
    lacking = summary.unusable.get(metric, 0)
    if summary and metric == "vouchers_created" and vouchers.completed_at is not None:
        query = "select count(*) from vouchers where campaign_id = ? and created_at >= ?"
        since: int = connection.execute(query, (campaign_id, until)).fetchone()[0]
        as_of = max(until, vouchers.as_of or "")
    else:
        days = _days_since(connection, campaign_id, metric, until)
        since, as_of, lacking = days.added, days.as_of, lacking + days.lacking
    if not summary and as_of == until:
        return Figure(None, unit)
    known, note = summary.values.get(metric, 0) + since, lacking_note(metric, "summary", lacking)
    return Figure.counted(known, unit, Source.SUMMARY, as_of, not lacking, note)


@dataclass(frozen=True, slots=True)
class _Days:
    """What the summary's single days tell after some instant.

    Attributes:
        added: the sum of their numbers.
        lacking: how many have no usable number.
        as_of: the instant up to which they tell (UTC text).
    """

    added: int
    lacking: int
    as_of: str


def _days_since(connection: sqlite3.Connection, campaign_id: str, metric: str, until: str) -> _Days:
    """The days one after the other from an instant on, up to the first that is not held or lacks the member."""
    days = dict(
        connection.execute(
            "select start_date, json from campaign_summaries where campaign_id = ? and start_date = end_date"
            " and start_date >= ?",
            (campaign_id, until[:10]),
        ).fetchall()
    )
    added, lacking, as_of, day = 0, 0, until, date.fromisoformat(until[:10])
    asked = data_state(connection, "campaign_summaries", Ref.campaign(campaign_id)).as_of or until
    while metric in (numbers := stored_object(days.get(day.isoformat()))):
        found = number(numbers[metric])
        added, lacking = added + (found or 0), lacking + (found is None)
        as_of = max(as_of, min(end_of_day(day.isoformat()), asked))
        day += timedelta(days=1)
    return _Days(added, lacking, as_of)


def _first_day(connection: sqlite3.Connection, campaign_id: str) -> str | None:
    """The start (UTC text) of the first day whose summary is held, where the campaign is not older."""
    row = connection.execute(
        "select min(s.start_date) from campaign_summaries s join campaigns c on c.id = s.campaign_id"
        " where c.id = ? and s.start_date = s.end_date having min(s.start_date) <= substr(c.created_at, 1, 10)",
        (campaign_id,),
    ).fetchone()
    return None if row is None or row[0] is None else f"{row[0]}T00:00:00.000Z"
