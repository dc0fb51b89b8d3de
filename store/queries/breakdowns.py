"""A campaign's rows split by something: result, failure code, channel, tier, customer, code. For analytics.

Every breakdown counts the same rows as the Redemptions tab for the same days, so that the numbers agree.
"""

import sqlite3
from dataclasses import dataclass
from datetime import tzinfo

from store.days import day_bounds
from store.queries.names import called_sql
from store.words import DateSpan

_REDEMPTION = "object is not 'redemption_rollback'"
_DIMENSIONS: dict[str, tuple[str, str]] = {
    "result": ("case when object = 'redemption_rollback' then 'rollback ' || result else result end", "1"),
    "failure_code": ("failure_code", f"{_REDEMPTION} and result = 'FAILURE'"),
    "channel": ("coalesce(channel_type, 'not stated')", _REDEMPTION),
    "tier": ("promotion_tier_id", f"{_REDEMPTION} and promotion_tier_id is not null"),
    "customer": ("customer_id", f"{_REDEMPTION} and result = 'SUCCESS' and customer_id is not null"),
    "code": ("voucher_code", f"{_REDEMPTION} and result = 'SUCCESS' and voucher_code is not null"),
    "reward": ("reward_id", f"{_REDEMPTION} and result = 'SUCCESS' and reward_id is not null"),
}


@dataclass(frozen=True, slots=True)
class Share:
    """One slice of a breakdown.

    Attributes:
        key: the value rows have in common; "" for none.
        label: its name where one is known, else the key.
        count: how many rows.
    """

    key: str
    label: str
    count: int


def span_bounds(span: DateSpan, zone: tzinfo) -> tuple[str, str]:
    """The UTC instants between which a range of local days lies."""
    return day_bounds(span.start.isoformat(), zone)[0], day_bounds(span.end.isoformat(), zone)[1]


def redemption_shares(
    connection: sqlite3.Connection, campaign_id: str, dimension: str, span: DateSpan, zone: tzinfo, *, limit: int = 10
) -> list[Share]:
    """The largest slices of a campaign's redemptions by one dimension (a key of `_DIMENSIONS`), largest first."""
    expression, condition = _DIMENSIONS[dimension]
    names = {"tier": "promotion_tiers", "customer": "customers", "reward": "rewards"}.get(dimension)
    label = f"(select {called_sql(names, 'n')} from {names} n where n.id = k)" if names else "k"
    rows = connection.execute(
        f"select k, {label}, n from (select {expression} as k, count(*) as n from redemptions"
        f" where campaign_id = ? and created_at >= ? and created_at < ? and {condition}"
        " group by 1 order by 2 desc, 1 limit ?)",
        (campaign_id, *span_bounds(span, zone), limit),
    )
    return [Share(str(key or ""), str(name or key or "none given"), count) for key, name, count in rows]


def publication_shares(
    connection: sqlite3.Connection, campaign_id: str, span: DateSpan, zone: tzinfo, *, limit: int = 10
) -> list[Share]:
    """A campaign's publications that succeeded by channel, largest first."""
    rows = connection.execute(
        "select coalesce(channel, 'not stated'), count(*) from publications"
        " where campaign_id = ? and created_at >= ? and created_at < ? and result is not 'FAILURE'"
        " group by 1 order by 2 desc, 1 limit ?",
        (campaign_id, *span_bounds(span, zone), limit),
    )
    return [Share(key, key, count) for key, count in rows]


@dataclass(frozen=True, slots=True)
class Loyalty:
    """New and returning customers of a campaign within a range: who redeemed for the first time, and who again."""

    new: int
    returning: int
    anonymous: int


def customer_loyalty(connection: sqlite3.Connection, campaign_id: str, span: DateSpan, zone: tzinfo) -> Loyalty:
    """Customers whose first succeeded redemption in this campaign lies in the range, and those whose lies before."""
    start, end = span_bounds(span, zone)
    new, returning = connection.execute(
        "select coalesce(sum(first >= ?), 0), coalesce(sum(first < ?), 0) from ("
        " select min(created_at) as first, max(created_at >= ? and created_at < ?) as inside from redemptions"
        f" where campaign_id = ? and {_REDEMPTION} and result = 'SUCCESS' and customer_id is not null"
        " and created_at < ? group by customer_id) where inside",
        (start, start, start, end, campaign_id, end),
    ).fetchone()
    anonymous = connection.execute(
        f"select count(*) from redemptions where campaign_id = ? and {_REDEMPTION} and result = 'SUCCESS'"
        " and customer_id is null and created_at >= ? and created_at < ?",
        (campaign_id, start, end),
    ).fetchone()[0]
    return Loyalty(int(new), int(returning), int(anonymous))
