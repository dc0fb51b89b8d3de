"""What only webhook deliveries tell: rewards given, states of reward redemptions and distributions (API §4.4, §8).

All of it holds from the first delivery of its kind on, and says since when that is. Without one it is unknown: None.
"""

import sqlite3
from dataclasses import dataclass

from store.queries.reader import holds

_REWARDED = "customer.rewarded"
_REWARD_STATES = "customer.reward_redemptions."
_SETTLED = ("COMPLETED", "ROLLED_BACK", "ROLLEDBACK")


@dataclass(frozen=True, slots=True)
class RewardsGiven:
    """Rewards a campaign gave and to how many customers, since an instant (UTC text)."""

    rewards: int
    customers: int
    since: str


def rewards_given(connection: sqlite3.Connection, campaign_id: str) -> RewardsGiven | None:
    """Count a campaign's `customer.rewarded` deliveries."""
    since = _first_received(connection, _REWARDED, _REWARDED)
    if since is None:
        return None
    rewards, customers = connection.execute(
        "select count(*), count(distinct customer_id) from webhook_deliveries where type = ? and campaign_id = ?",
        (_REWARDED, campaign_id),
    ).fetchone()
    return RewardsGiven(rewards, customers, since)


@dataclass(frozen=True, slots=True)
class RewardStates:
    """Reward redemptions by the state last received: waiting and settled, since an instant (UTC text)."""

    pending: int
    settled: int
    since: str


def reward_states(connection: sqlite3.Connection, campaign_id: str) -> RewardStates | None:
    """Count a campaign's reward redemptions by the latest of their deliveries."""
    since = _first_received(connection, _REWARD_STATES, _REWARD_STATES + "~")
    if since is None:
        return None
    # A delivery that carries no state has it in its name.
    states = connection.execute(
        "select upper(coalesce(state, substr(type, ?))) from (select d.state, d.type, row_number() over ("
        "  partition by w.record_id order by coalesce(d.created_at, d.received_at) desc, d.received_at desc) as nth"
        "  from webhook_deliveries d join webhook_records w on w.delivery_id = d.id and w.member = 'reward_redemption'"
        "  where d.type >= ? and d.type < ? and d.campaign_id = ?) where nth = 1",
        (len(_REWARD_STATES) + 1, _REWARD_STATES, _REWARD_STATES + "~", campaign_id),
    ).fetchall()
    settled = sum(row[0] in _SETTLED for row in states)
    return RewardStates(len(states) - settled, settled, since)


@dataclass(frozen=True, slots=True)
class StateTold:
    """A state and when it was received (UTC text)."""

    state: str
    at: str


def distribution_state(connection: sqlite3.Connection, distribution_id: str) -> StateTold | None:
    """The state of a distribution by the latest delivery that states it: no endpoint does."""
    if not holds(connection, "webhook_deliveries"):
        return None
    row = connection.execute(
        "select state, coalesce(created_at, received_at) as at from webhook_deliveries where state is not null"
        " and id in (select delivery_id from webhook_records where record_id = ? and member = 'distribution')"
        " order by at desc, received_at desc limit 1",
        (distribution_id,),
    ).fetchone()
    return None if row is None else StateTold(*row)


def _first_received(connection: sqlite3.Connection, first: str, last: str) -> str | None:
    """When the first delivery of a type (or of the types between two) was received."""
    if not holds(connection, "webhook_deliveries"):
        return None
    row = connection.execute(
        "select min(received_at) from webhook_deliveries where type between ? and ?", (first, last)
    ).fetchone()
    return row[0] if row is not None else None
