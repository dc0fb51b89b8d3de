"""Everything the cache knows around one redemption or rollback: what it undid, its stack, who else failed the same way.

Source: API §11.2-11.6; a refused attempt is explained by its own code and message, its neighbours give the scale.
"""

import sqlite3
from dataclasses import dataclass
from datetime import tzinfo

from store.queries.breakdowns import span_bounds
from store.queries.names import Person, person
from store.times import shifted
from store.words import DateSpan

_AROUND = 10 * 60 * 1000
"""Milliseconds around a redemption in which its API call is looked for."""

_NO_ROLLBACK = "object is not 'redemption_rollback'"


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another row of the same stack: id, what was redeemed, result and discount in minor units."""

    id: str
    code: str
    result: str
    discount: int | None
    is_parent: bool


@dataclass(frozen=True, slots=True)
class FailureCounts:
    """How common a failure code is: in the campaign within the range, and this customer's earlier ones of all time."""

    same: int
    attempts: int
    customer_same: int


@dataclass(frozen=True, slots=True)
class RedemptionStory:
    """What surrounds a row of the redemptions list.

    Attributes:
        customer: who, None when the row names none.
        rolled_back_by: ids of rollbacks that undid it.
        siblings: the other rows of its stack.
        refusals: set when it failed with a code.
        request_id: of the API call that made it, when the API log holds it.
    """

    customer: Person | None
    rolled_back_by: tuple[str, ...]
    siblings: tuple[Sibling, ...]
    refusals: FailureCounts | None
    request_id: str


def redemption_story(connection: sqlite3.Connection, identity: str, span: DateSpan, zone: tzinfo) -> RedemptionStory:
    """Gather what surrounds a redemption.

    Args:
        connection: a reader.
        identity: `r_`, `rf_` or `rr_` id; one that is not cached has an empty story.
        span: local days the campaign's refusals are counted in.
        zone: the project's time zone.
    """
    row = connection.execute(
        "select customer_id, parent_redemption_id, campaign_id, failure_code, created_at from redemptions where id = ?",
        (identity,),
    ).fetchone()
    if row is None:
        return RedemptionStory(None, (), (), None, "")
    customer_id, parent, campaign_id, failure_code, created_at = row
    undone = connection.execute(
        "select id from redemptions where undone_redemption_id = ? order by created_at, id", (identity,)
    ).fetchall()
    refusals = None
    if failure_code and campaign_id:
        refusals = _refusals(connection, (campaign_id, customer_id, failure_code, created_at), span, zone)
    return RedemptionStory(
        person(connection, customer_id),
        tuple(found[0] for found in undone),
        _siblings(connection, identity, parent or identity),
        refusals,
        _request_id(connection, identity, campaign_id, created_at),
    )


def _siblings(connection: sqlite3.Connection, identity: str, parent: str) -> tuple[Sibling, ...]:
    rows = connection.execute(
        "select id, coalesce(voucher_code, promotion_tier_id, ''), coalesce(status, result, ''), discount_amount,"
        " is_parent from redemptions where (parent_redemption_id = ?1 or id = ?1) and id <> ?2"
        f" and {_NO_ROLLBACK} order by is_parent desc, id",
        (parent, identity),
    )
    return tuple(Sibling(other, code, result, discount, bool(top)) for other, code, result, discount, top in rows)


def _refusals(
    connection: sqlite3.Connection, of: tuple[str, str | None, str, str | None], span: DateSpan, zone: tzinfo
) -> FailureCounts:
    campaign_id, customer_id, code, created_at = of
    same, attempts = connection.execute(
        "select coalesce(sum(failure_code is ?), 0), count(*) from redemptions"
        f" where campaign_id = ? and created_at >= ? and created_at < ? and {_NO_ROLLBACK}",
        (code, campaign_id, *span_bounds(span, zone)),
    ).fetchone()
    mine = 0
    if customer_id:
        mine = connection.execute(
            "select count(*) from redemptions where customer_id = ? and campaign_id = ? and failure_code = ?"
            " and created_at < ?",
            (customer_id, campaign_id, code, created_at or ""),
        ).fetchone()[0]
    return FailureCounts(same, attempts, mine)


def _request_id(connection: sqlite3.Connection, identity: str, campaign_id: str | None, created_at: str | None) -> str:
    """The API-log row that names the redemption in its answer, looked for in the campaign's calls around its time."""
    if not campaign_id or not created_at:
        return ""
    row = connection.execute(
        "select l.request_id from api_log l join api_log_raw r on r.id = l.id where l.campaign_id = ?"
        " and l.created_at between ? and ? and instr(r.json, ?) > 0 limit 1",
        (campaign_id, shifted(created_at, -_AROUND), shifted(created_at, _AROUND), identity),
    ).fetchone()
    return row[0] or "" if row else ""
