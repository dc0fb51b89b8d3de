"""Daily rollups from cached rows: what a chart reads instead of scanning redemptions.

Metrics carry the names of the campaign summary (schema `CampaignsSummaryGetResponseBody`), so that the two sources
can be shown side by side. Money is minor units. A day is a day in the project's time zone.
"""

import sqlite3
from datetime import tzinfo

from store.cache.database import read_meta, transaction, write_meta
from store.days import day_bounds, local_day

ROWS = "rows"
SUMMARY = "summary"
ZONE_KEY = "timezone"
"""The `meta` entry that names the time zone the days were counted in."""
_BATCH = 200

_REDEMPTIONS = """
select
    sum(object is not 'redemption_rollback' and result = 'SUCCESS') as redemptions_succeeded,
    sum(object is not 'redemption_rollback' and result = 'FAILURE') as redemptions_failed,
    sum(object = 'redemption_rollback' and result = 'SUCCESS') as rollbacks_succeeded,
    sum(object = 'redemption_rollback' and result = 'FAILURE') as rollbacks_failed,
    sum(case when object is not 'redemption_rollback' and result = 'SUCCESS' then discount_amount end)
        as discounted_amount,
    sum(case when object = 'redemption_rollback' and result = 'SUCCESS' then abs(discount_amount) end)
        as rolledback_discounted_amount,
    sum(case when object is not 'redemption_rollback' and result = 'SUCCESS' then amount end) as amount_redeemed,
    sum(case when object = 'redemption_rollback' and result = 'SUCCESS' then abs(amount) end) as amount_rolledback
from redemptions where campaign_id = ? and created_at >= ? and created_at < ?
"""

_ORDERS = """
select sum(amount) as {metric} from (
    select max(abs(order_amount)) as amount from redemptions
    where campaign_id = ? and created_at >= ? and created_at < ?
      and (object is 'redemption_rollback') = {rollback} and result = 'SUCCESS' and order_id is not null
    group by order_id)
"""

_QUERIES = (
    _REDEMPTIONS,
    _ORDERS.format(metric="orders_amount", rollback=0),
    _ORDERS.format(metric="orders_rolledback_amount", rollback=1),
    """select sum(result is not 'FAILURE') as publications_succeeded, sum(result = 'FAILURE') as publications_failed
       from publications where campaign_id = ? and created_at >= ? and created_at < ?""",
    """select count(*) as vouchers_created from vouchers
       where campaign_id = ? and created_at >= ? and created_at < ?""",
    """select count(*) as vouchers_deleted from trash_bin
       where resource_parent_id = ? and resource_type = 'voucher' and created_at >= ? and created_at < ?""",
)


def count_day(connection: sqlite3.Connection, campaign_id: str, day: str, zone: tzinfo) -> dict[str, int]:
    """Every non-zero metric of one campaign and local day, counted from rows."""
    bounds = (campaign_id, *day_bounds(day, zone))
    found: dict[str, int] = {}
    for query in _QUERIES:
        cursor = connection.execute(query, bounds)
        names = [column[0] for column in cursor.description]
        found.update((name, value) for name, value in zip(names, cursor.fetchone(), strict=True) if value)
    return found


def rebuild_dirty(connection: sqlite3.Connection, zone: tzinfo) -> int:
    """Count again every day that rows were added to or changed in. Returns how many days it counted.

    Works in batches, each one transaction: stopped anywhere, the next run goes on with the days left.
    """
    counted = 0
    while batch := connection.execute("select campaign_id, day from daily_dirty limit ?", (_BATCH,)).fetchall():
        with transaction(connection):
            for campaign_id, day in batch:
                key = (campaign_id, day)
                connection.execute("delete from daily where campaign_id = ? and day = ? and source = 'rows'", key)
                connection.executemany(
                    "insert into daily (campaign_id, day, metric, source, value) values (?, ?, ?, 'rows', ?)",
                    [(*key, metric, value) for metric, value in sorted(count_day(connection, *key, zone).items())],
                )
                connection.execute("delete from daily_dirty where campaign_id = ? and day = ?", key)
            for campaign_id in sorted({campaign_id for campaign_id, _ in batch}):
                _total(connection, campaign_id)
        counted += len(batch)
    return counted


def _total(connection: sqlite3.Connection, campaign_id: str) -> None:
    """A campaign's totals over all its days: what a list of campaigns reads instead of every day."""
    connection.execute("delete from campaign_totals where campaign_id = ? and source = 'rows'", (campaign_id,))
    connection.execute(
        "insert into campaign_totals (campaign_id, metric, source, value)"
        " select campaign_id, metric, source, sum(value) from daily"
        " where campaign_id = ? and source = 'rows' group by metric",
        (campaign_id,),
    )


def settle_zone(connection: sqlite3.Connection, zone: tzinfo) -> bool:
    """Ask for every day again when the cache was counted in another time zone; says whether it was."""
    name, counted_in = str(zone), read_meta(connection, ZONE_KEY)
    if counted_in == name:
        return False
    moved = counted_in is not None or connection.execute("select exists (select 1 from daily)").fetchone()[0]
    if moved:
        mark_all_dirty(connection, zone)
    write_meta(connection, ZONE_KEY, name)
    return bool(moved)


def mark_all_dirty(connection: sqlite3.Connection, zone: tzinfo) -> None:
    """Ask for every day again: the project's time zone changed, so rows moved between days.

    What was counted before stays until it is counted anew, so that nobody reads zeros meanwhile.
    """
    connection.create_function("local_day", 1, lambda text: local_day(text, zone), deterministic=True)
    with transaction(connection):
        connection.execute(
            "insert or ignore into daily_dirty select distinct campaign_id, day from daily where source = 'rows'"
        )
        for table, campaign in (
            ("redemptions", "campaign_id"),
            ("publications", "campaign_id"),
            ("vouchers", "campaign_id"),
            ("trash_bin", "resource_parent_id"),
        ):
            connection.execute(
                f"insert or ignore into daily_dirty select distinct {campaign}, local_day(created_at) from {table}"
                f" where {campaign} is not null and created_at is not null"
            )
