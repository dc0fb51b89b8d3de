"""A campaign's numbers over its lifetime: from complete lists, else the lifetime totals of its summary."""

import sqlite3
from collections.abc import Mapping

from msgspec.structs import replace

from store.models import Figure, Unit
from store.queries.campaigns import CampaignRow
from store.queries.freshness import data_state
from store.queries.referrals import program_numbers
from store.queries.series import counted_figure
from store.queries.summary import WALLETS, summary_metrics
from store.queries.totals import Totals, summary_totals, totals_of
from store.queries.wallets import wallet_metrics, wallet_totals
from store.ref import Ref

_UNLISTED = ("vouchers_created", "vouchers_deleted")
"""What no list shows completely: it lacks deleted codes."""


def lifetime_figures(connection: sqlite3.Connection, campaign: CampaignRow) -> dict[str, Figure]:
    """Every figure of a campaign's type over its lifetime, by the summary's name for it."""
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
    """How many customers a referral program brought in its lifetime."""
    referred = program_numbers(connection, campaign_id).referees
    summary = summary_totals(connection, campaign_id)
    stated = _stated(connection, campaign_id, summary, "referred_customers", Unit.COUNT)
    return referred if referred.complete else _surer(stated, referred)


def lifetime_of(connection: sqlite3.Connection, campaign_id: str, units: Mapping[str, Unit]) -> dict[str, Figure]:
    """Some members of the summary over a campaign's lifetime.

    Args:
        connection: a reader.
        campaign_id: whose.
        units: the members' names and what they count.
    """
    summary, rows = summary_totals(connection, campaign_id), totals_of(connection, campaign_id, "rows")
    found = {}
    for metric, unit in units.items():
        counted = counted_figure(connection, campaign_id, metric, unit, rows)
        stated = _stated(connection, campaign_id, summary, metric, unit)
        found[metric] = counted if counted.complete and metric not in _UNLISTED else _surer(stated, counted)
    return found


def _surer(stated: Figure, counted: Figure) -> Figure:
    """The summary's figure or the count of rows: the complete one, else the larger one.

    Where neither is known, a summary that was read says why.
    """
    if stated.known is None and counted.known is None:
        return stated if stated.note else counted
    if stated.complete or counted.known is None:
        return stated
    if counted.complete or stated.known is None:
        return counted
    return max(stated, counted, key=lambda figure: figure.known or 0)


def _stated(connection: sqlite3.Connection, campaign_id: str, summary: Totals, metric: str, unit: Unit) -> Figure:
    """A lifetime total of the summary; of codes also those that were made since, where their list is newer."""
    figure = summary.figure(metric, unit)
    vouchers = data_state(connection, "vouchers", Ref.campaign(campaign_id))
    newer = summary.until is not None and vouchers.completed_at is not None and (vouchers.as_of or "") > summary.until
    if metric != "vouchers_created" or not newer or not figure.complete:
        return figure
    query = "select count(*) from vouchers where campaign_id = ? and created_at >= ?"
    since: int = connection.execute(query, (campaign_id, summary.until)).fetchone()[0]
    return replace(figure, value=(figure.value or 0) + since, as_of=vouchers.as_of)
