"""What a project did day by day that no campaign's rollup can say: its orders, and codes without a campaign.

A stack redeems several campaigns with one order. Its children count for their campaigns, its parent for the order
(API §11.4): the sum of the campaigns' orders has such an order several times. Here an order counts once a day, with the
amount that its parent states where there is one. Money is minor units; a day is a day of the project's zone.
"""

import sqlite3
from collections.abc import Iterator
from datetime import tzinfo

from store.cache.database import transaction
from store.cache.mark import ALL_DAYS
from store.cache.sums import sum_parts, whole_sum
from store.days import day_bounds, local_day
from store.domain.values import fits

ORDERS, ORDERS_AMOUNT, ORDERS_UNUSABLE = "orders_count", "orders_amount", "orders_unusable"
_BATCH = 200

_REDEEMED = "r.object is not 'redemption_rollback' and r.result = 'SUCCESS'"
_WITHIN = "r.created_at >= ?1 and r.created_at < ?2"
_EVERY_CAMPAIGN = """
with recursive c(id) as (
    select min(campaign_id) from redemptions
    union all select (select min(campaign_id) from redemptions where campaign_id > c.id) from c where c.id is not null)
"""
"""Ends with a row of NULL: rows without a campaign. Only an index over campaign and time leads to the rows of a day."""
_LARGER = "case when max({a}) >= -min({a}) then max({a}) else min({a}) end"
_ORDERS = f"""
{_EVERY_CAMPAIGN}
select count(*), count(amount), {sum_parts("amount")} from (
    select coalesce(max(case when r.is_parent then r.order_amount end), {_LARGER.format(a="r.order_amount")}) as amount
    from c join redemptions r on r.campaign_id is c.id and {_WITHIN}
    where {_REDEEMED} and r.order_id is not null group by r.order_id)
"""
_OUTSIDE = f"""
select count(*) filter (where {_REDEEMED}),
    count(*) filter (where r.object is not 'redemption_rollback' and r.result = 'FAILURE'),
    {sum_parts(f"case when {_REDEEMED} then r.discount_amount end")}
from redemptions r where r.campaign_id is null and {_WITHIN} and r.is_parent is not 1
"""


def count_project(connection: sqlite3.Connection, begin: str, end: str) -> dict[str, int]:
    """Count from rows what happened between two instants (UTC text, the second excluded).

    Returns:
        What is not zero of: `orders_count`, `orders_amount`, `orders_unusable` (orders without a usable amount) of the
        whole project; `redemptions_succeeded`, `redemptions_failed`, `discounted_amount` of codes without a campaign
        and of attempts on codes that do not exist.
    """
    orders, usable, *amount = connection.execute(_ORDERS, (begin, end)).fetchone()
    succeeded, failed, *given = connection.execute(_OUTSIDE, (begin, end)).fetchone()
    found = {
        ORDERS: orders, ORDERS_AMOUNT: whole_sum(*amount) or 0, ORDERS_UNUSABLE: orders - usable,
        "redemptions_succeeded": succeeded, "redemptions_failed": failed, "discounted_amount": whole_sum(*given) or 0,
    }  # fmt: skip
    if not fits(found[ORDERS_AMOUNT]):
        found |= {ORDERS_AMOUNT: 0, ORDERS_UNUSABLE: orders}
    return {name: value for name, value in found.items() if value and fits(value)}


def mark_project_days(connection: sqlite3.Connection, days: set[str]) -> None:
    """Have these days counted again before the run ends, or by the next one."""
    connection.executemany("insert or ignore into project_days_dirty (day) values (?)", [(day,) for day in days])


def mark_all_project_days(connection: sqlite3.Connection) -> None:
    """Have every day counted again."""
    mark_project_days(connection, {ALL_DAYS})


def rebuild_project_days(connection: sqlite3.Connection, zone: tzinfo) -> Iterator[None]:
    """Count again every day that redemptions were added to or changed in, a part at a time.

    Stopped anywhere, the next run resumes.
    """
    if connection.execute("select 1 from project_days_dirty where day = ?", (ALL_DAYS,)).fetchone():
        _spread(connection, zone)
    at, query = "", "select day from project_days_dirty where day > ? order by 1 limit ?"
    while batch := connection.execute(query, (at, _BATCH)).fetchall():
        with transaction(connection):
            for (day,) in batch:
                found = count_project(connection, *day_bounds(day, zone))
                connection.execute("delete from project_days where day = ?", (day,))
                connection.executemany(
                    "insert into project_days (day, metric, value) values (?, ?, ?)",
                    [(day, metric, value) for metric, value in sorted(found.items())],
                )
                connection.execute("delete from project_days_dirty where day = ?", (day,))
        at = batch[-1][0]
        yield


def _spread(connection: sqlite3.Connection, zone: tzinfo) -> None:
    """Put the days there are in the place of the word for all of them."""
    connection.create_function("project_day", 1, lambda text: local_day(text, zone), deterministic=True)
    with transaction(connection):
        connection.execute(
            "insert or ignore into project_days_dirty select distinct project_day(created_at) from redemptions"
            " where created_at is not null union select distinct day from project_days"
        )
        connection.execute("delete from project_days_dirty where day = ?", (ALL_DAYS,))
