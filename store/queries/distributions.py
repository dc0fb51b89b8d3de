"""What can be told of distributions without an endpoint for them: what publications carry (API §4.2 B, K)."""

import sqlite3
from dataclasses import dataclass

from store.models import DataState
from store.queries.freshness import data_state, refused_state

SUBSTITUTE = "seen in publications; the API has no list of distributions"


@dataclass(frozen=True, slots=True)
class DistributionOverview:
    """A campaign's publications and what came of them.

    Attributes:
        publications: how many.
        failed: of these refused; None while nothing tells.
        customers: different customers published to.
        by_channel: channel and count, largest first.
        distributions: different distribution ids seen.
        distributed: publications that carry one.
        redemptions: succeeded redemptions of codes published by a distribution.
        state: how far the publications can be trusted.
        failed_reason: why the refused ones are not known to be all; "" when they are.
    """

    publications: int
    failed: int | None
    customers: int
    by_channel: tuple[tuple[str, int], ...]
    distributions: int
    distributed: int
    redemptions: int
    state: DataState
    failed_reason: str


def distribution_overview(connection: sqlite3.Connection, campaign_id: str) -> DistributionOverview:
    """Count a campaign's publications and the redemptions of distributed codes."""
    total, failed, customers, distributions, distributed = connection.execute(
        "select count(*), coalesce(sum(result is 'FAILURE'), 0), count(distinct customer_id),"
        " count(distinct distribution_id), count(distribution_id) from publications where campaign_id = ?",
        (campaign_id,),
    ).fetchone()
    channels = connection.execute(
        "select coalesce(channel, 'not told'), count(*) from publications where campaign_id = ?"
        " group by 1 order by 2 desc, 1",
        (campaign_id,),
    ).fetchall()
    redeemed = connection.execute(
        "select count(*) from redemptions r where r.campaign_id = ? and r.result = 'SUCCESS'"
        " and r.object is not 'redemption_rollback' and exists (select 1 from publications p"
        " where p.voucher_id = r.voucher_id and p.campaign_id = r.campaign_id and p.distribution_id is not null)",
        (campaign_id,),
    ).fetchone()[0]
    state = data_state(connection, "publications", campaign_id)
    refused = refused_state(connection, campaign_id)
    return DistributionOverview(
        total, refused.known(failed), customers, tuple(channels), distributions, distributed, redeemed, state,
        refused.brief,
    )  # fmt: skip
