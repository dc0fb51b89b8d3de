"""What is known of distributions without an endpoint for them: what publications carry (API §4.2 B, K)."""

import sqlite3
from dataclasses import dataclass

from store.models import Figure, Freshness, Unit
from store.queries.freshness import data_state, needs
from store.queries.lifetime import lifetime_of
from store.ref import Ref

_FAILED = "publications_failed"
SUBSTITUTE = "seen in publications; the API has no list of distributions"

PUBLISHED_CODES = """
select voucher_id, count(*) as times, max(distribution_id) as distribution_id from publications
where campaign_id = ? and result is not 'FAILURE' and voucher_id is not null group by voucher_id
"""
"""SQL, by campaign: its published codes, how often each was, and by which distribution, if any.

Redemptions of a code belong to its distribution where it was published once. A code that was published many times, as
the one code of a generic campaign is, does not tell by which publication it was redeemed.
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of codes that distributions published, each once.

    Attributes:
        codes: how many.
        redeemed: of these redeemed.
        redemptions: their succeeded redemptions.
    """

    codes: int = 0
    redeemed: int = 0
    redemptions: int = 0

    def __add__(self, other: "Answered") -> "Answered":
        return Answered(self.codes + other.codes, self.redeemed + other.redeemed, self.redemptions + other.redemptions)

    @property
    def rate_permille(self) -> int | None:
        """Share of the codes that were redeemed, in thousandths, rounded; None of none."""
        return (self.redeemed * 2000 + self.codes) // (2 * self.codes) if self.codes else None


def answered(connection: sqlite3.Connection, campaign_id: str) -> dict[str, Answered]:
    """What came of each distribution of a campaign, by its id; those whose codes do not tell it are left out."""
    rows = connection.execute(
        f"select p.distribution_id, count(*), count(r.voucher_id), coalesce(sum(r.times), 0) from ({PUBLISHED_CODES}) p"
        " left join (select voucher_id, count(*) as times from redemptions where campaign_id = ? and result = 'SUCCESS'"
        " and object is not 'redemption_rollback' group by voucher_id) r on r.voucher_id = p.voucher_id"
        " where p.times = 1 and p.distribution_id is not null group by 1",
        (campaign_id, campaign_id),
    )
    return {distribution: Answered(*counts) for distribution, *counts in rows}


@dataclass(frozen=True, slots=True)
class DistributionOverview:
    """A campaign's publications and what came of them.

    Attributes:
        publications: those that succeeded, which is what "published" means everywhere.
        failed: those refused, over the campaign's lifetime.
        customers: different customers published to.
        by_channel: channel and count of those that succeeded, largest first.
        distributions: different distribution ids seen.
        distributed: publications that succeeded and carry one.
        redemptions: succeeded redemptions of codes that were published once, by a distribution.
        unattributed: those of codes that were published more than once, by a distribution among others.
        rate_permille: share of the codes that were published once, by a distribution, that were redeemed, in
            thousandths; None while the redemptions are not complete.
        state: how far the publications can be trusted.
        rate_reason: why there is no rate; "" where there is one.
    """

    publications: int
    failed: Figure
    customers: int
    by_channel: tuple[tuple[str, int], ...]
    distributions: int
    distributed: int
    redemptions: int
    unattributed: int
    rate_permille: int | None
    state: Freshness
    rate_reason: str


def distribution_overview(connection: sqlite3.Connection, campaign_id: str) -> DistributionOverview:
    """Count a campaign's publications and the redemptions of distributed codes."""
    published, customers, distributions, distributed = connection.execute(
        "select count(*) filter (where result is not 'FAILURE'),"
        " count(distinct customer_id) filter (where result is not 'FAILURE'), count(distinct distribution_id),"
        " count(distribution_id) filter (where result is not 'FAILURE') from publications where campaign_id = ?",
        (campaign_id,),
    ).fetchone()
    channels = connection.execute(
        "select coalesce(channel, 'not stated'), count(*) from publications"
        " where campaign_id = ? and result is not 'FAILURE' group by 1 order by 2 desc, 1",
        (campaign_id,),
    ).fetchall()
    redeemed, unattributed = connection.execute(
        f"select count(*) filter (where p.times = 1), count(*) filter (where p.times > 1)"
        f" from redemptions r join ({PUBLISHED_CODES}) p on p.voucher_id = r.voucher_id"
        " where p.distribution_id is not null and r.campaign_id = ? and r.result = 'SUCCESS'"
        " and r.object is not 'redemption_rollback'",
        (campaign_id, campaign_id),
    ).fetchone()
    redemptions = data_state(connection, "redemptions", Ref.campaign(campaign_id))
    read = redemptions.completed_at is not None
    total = sum(answered(connection, campaign_id).values(), Answered()) if read else Answered()
    no_rate = "no code was published once by a distribution" if read else needs("redemptions", redemptions)
    state = data_state(connection, "publications", Ref.campaign(campaign_id))
    failed = lifetime_of(connection, campaign_id, {_FAILED: Unit.COUNT})[_FAILED]
    return DistributionOverview(
        published, failed, customers, tuple(channels), distributions, distributed, redeemed,
        unattributed, total.rate_permille, state, "" if total.codes else no_rate,
    )  # fmt: skip
