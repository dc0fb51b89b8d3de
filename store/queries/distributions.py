"""What can be told of distributions without an endpoint for them: what publications carry (API §4.2 B, K)."""

import sqlite3
from dataclasses import dataclass

from store.models import DataState
from store.queries.freshness import data_state, refused_state

SUBSTITUTE = "seen in publications; the API has no list of distributions"


_STANDS = "r.result = 'SUCCESS' and r.object is not 'redemption_rollback' and r.created_at >= p.created_at"
_ONE_CUSTOMER = (
    "(select count(*) from (select distinct q.customer_id from publications q where q.voucher_id = p.voucher_id"
    " and q.result is not 'FAILURE' limit 2)) = 1"
)
_CREDITED = f"""
with sent as (
    select p.rowid as publication, p.* from publications p
    where p.campaign_id = ?1 and p.distribution_id is not null and p.result is not 'FAILURE'),
credited as (
    select p.distribution_id as distribution, p.publication, r.id as redemption from sent p
    join redemptions r on r.customer_id = p.customer_id and +r.voucher_id = p.voucher_id where {_STANDS}
    union
    select p.distribution_id, p.publication, r.id from sent p
    join redemptions r on r.voucher_id = p.voucher_id where {_STANDS} and {_ONE_CUSTOMER})
"""
"""Which redemptions a distribution's publications led to: those made later, by the customer they went to.

A code that went to one customer alone counts whoever redeems it. One that went to many, as a generic code does, counts
by customer: else every redemption of it would be every distribution's. Where several distributions sent a customer the
same code, each is credited.
"""


@dataclass(frozen=True, slots=True)
class Credited:
    """What came of a distribution: its publications that succeeded, those followed by a redemption, and these."""

    sent: int
    answered: int
    redemptions: int

    @property
    def rate_permille(self) -> int | None:
        """Share of the publications that a redemption followed, in thousandths, rounded; None of none."""
        return (self.answered * 2000 + self.sent) // (2 * self.sent) if self.sent else None


def credited(connection: sqlite3.Connection, campaign_id: str) -> dict[str, Credited]:
    """What came of each distribution of a campaign, by its id."""
    rows = connection.execute(
        f"{_CREDITED} select s.distribution_id, count(*), (select count(distinct c.publication) from credited c"
        " where c.distribution = s.distribution_id), (select count(distinct c.redemption) from credited c"
        " where c.distribution = s.distribution_id) from sent s group by 1",
        (campaign_id,),
    )
    return {distribution: Credited(*counts) for distribution, *counts in rows}


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
        redemptions: succeeded redemptions that a distribution led to; None while redemptions were not read.
        rate_permille: share of the distributions' publications that a redemption followed, in thousandths.
        state: how far the publications can be trusted.
        failed_reason: why the refused ones are not known to be all; "" when they are.
    """

    publications: int
    failed: int | None
    customers: int
    by_channel: tuple[tuple[str, int], ...]
    distributions: int
    distributed: int
    redemptions: int | None
    rate_permille: int | None
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
        f"{_CREDITED} select count(distinct redemption) from credited", (campaign_id,)
    ).fetchone()[0]
    told = data_state(connection, "redemptions", campaign_id).known(redeemed)
    parts = credited(connection, campaign_id).values() if told is not None else ()
    whole = Credited(sum(part.sent for part in parts), sum(part.answered for part in parts), redeemed)
    state = data_state(connection, "publications", campaign_id)
    refused = refused_state(connection, campaign_id)
    return DistributionOverview(
        total, refused.known(failed), customers, tuple(channels), distributions, distributed, told,
        whole.rate_permille, state,
        refused.brief,
    )  # fmt: skip
