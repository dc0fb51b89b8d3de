"""Daily rollups from cached rows: what a chart reads instead of scanning redemptions.

Metrics carry the names of the campaign summary (schema `CampaignsSummaryGetResponseBody`), so that the two sources
can be shown side by side. Money is minor units. A day is a day in the project's time zone.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from store.cache.database import ZONE_KEY, read_meta, transaction, write_meta
from store.cache.project_days import mark_all_project_days, rebuild_project_days
from store.cache.sums import exact_sum
from store.days import day_bounds, local_day
from store.domain.values import fits

ROWS = "rows"
SUMMARY = "summary"
_BATCH = 50

_REDEEMED = "r.object is not 'redemption_rollback' and r.result = 'SUCCESS'"
_TAKEN_BACK = "r.object = 'redemption_rollback' and r.result = 'SUCCESS'"
_UNUSABLE = "unusable_"
"""Before a metric's name: how many records have no usable amount for it."""
LIFETIME = ""
"""Instead of a day: of a campaign's lifetime."""


def _amounts(metric: str, amount: str, counted: str) -> str:
    """The sum of the amounts of records that count, and how many have none; 0 where the sum is past 64 bits."""
    total, usable = exact_sum(f"case when {counted} then {amount} end"), f"count(case when {counted} then {amount} end)"
    records = f"count(*) filter (where {counted})"
    return (
        f"{total} as {metric}, case when {records} > {usable} then {records} - {usable}"
        f" when {usable} > 0 and {total} is null then 0 end as {_UNUSABLE}{metric}"
    )


_STATED = "(r.discount_amount is not null or r.order_id is not null)"
"""Only a redemption with an order can have been given a discount."""
_GIFTS = "(select c.campaign_type = 'GIFT_VOUCHERS' from campaigns c where c.id = d.campaign)"
_CREDITS = f"(r.amount is not null or {_GIFTS})"
_DAYS = """
create temp table if not exists counted_days (n integer primary key, campaign text, begin text, end text)
"""
"""The days to count, by number: in the order of its key SQLite adds rows up as they come, and sorts none."""


def _rows_of(table: str, campaign: str = "campaign_id") -> str:
    """SQL of the rows of the days, as `r`: SQLite is to walk from each day through the index, not through the table."""
    within = "r.created_at >= d.begin and r.created_at < d.end"
    return f"temp.counted_days d cross join {table} r on r.{campaign} = d.campaign and {within}"


_REDEMPTIONS = f"""
select d.n,
    sum(r.object is not 'redemption_rollback' and r.result = 'SUCCESS') as redemptions_succeeded,
    sum(r.object is not 'redemption_rollback' and r.result = 'FAILURE') as redemptions_failed,
    sum(r.object = 'redemption_rollback' and r.result = 'SUCCESS') as rollbacks_succeeded,
    sum(r.object = 'redemption_rollback' and r.result = 'FAILURE') as rollbacks_failed,
    {_amounts("discounted_amount", "r.discount_amount", f"{_REDEEMED} and {_STATED}")},
    {_amounts("rolledback_discounted_amount", "abs(r.discount_amount)", f"{_TAKEN_BACK} and {_STATED}")},
    {_amounts("amount_redeemed", "r.amount", f"{_REDEEMED} and {_CREDITS}")},
    {_amounts("amount_rolledback", "abs(r.amount)", f"{_TAKEN_BACK} and {_CREDITS}")}
from {_rows_of("redemptions")} group by d.n
"""

_ORDERS = f"""
select n, {_amounts("orders_amount", "amount", "true")} from (
    select d.n, case when max(r.order_amount) >= -min(r.order_amount) then max(r.order_amount)
        else min(r.order_amount) end as amount
    from {_rows_of("redemptions")}
    where {_REDEEMED} and r.order_id is not null group by d.n, r.order_id) group by n
"""
_ORDERS_BACK = f"""
select n, {_amounts("orders_rolledback_amount", "amount", "true")} from (
    select d.n, case when min(u.order_amount) < 0 then -1 else 1 end * max(abs(r.order_amount)) as amount
    from {_rows_of("redemptions")} left join redemptions u on u.id = r.undone_redemption_id
    where {_TAKEN_BACK} and r.order_id is not null group by d.n, r.order_id) group by n
"""
"""What a rollback states comes with either sign: the order it undoes says which one it has."""

_QUERIES = (
    _REDEMPTIONS,
    _ORDERS,
    _ORDERS_BACK,
    f"""select d.n, sum(r.result is not 'FAILURE') as publications_succeeded,
       sum(r.result = 'FAILURE') as publications_failed from {_rows_of("publications")} group by d.n""",
    f"select d.n, count(*) as vouchers_created from {_rows_of('vouchers')} group by d.n",
    f"""select d.n, count(*) as vouchers_deleted from {_rows_of("trash_bin", "resource_parent_id")}
       where r.resource_type = 'voucher' group by d.n""",
)


@dataclass(frozen=True, slots=True)
class DayCount:
    """What rows state of a campaign's day.

    Attributes:
        values: every metric that is not zero, as far as it is known.
        unusable: by metric that is not complete, how many records have no usable amount; 0 where the sum is too large.
    """

    values: dict[str, int]
    unusable: dict[str, int]


def count_day(connection: sqlite3.Connection, campaign_id: str, day: str, zone: tzinfo) -> DayCount:
    """Count one campaign and local day from rows."""
    return _count_days(connection, [(campaign_id, day)], zone)[campaign_id, day]


def _count_days(
    connection: sqlite3.Connection, days: Sequence[tuple[str, str]], zone: tzinfo
) -> dict[tuple[str, str], DayCount]:
    """Count campaigns' local days from rows, by campaign and day."""
    found = [DayCount({}, {}) for _ in days]
    connection.execute(_DAYS)
    connection.execute("delete from temp.counted_days")
    connection.executemany(
        "insert into temp.counted_days values (?, ?, ?, ?)",
        [(number, campaign, *day_bounds(day, zone)) for number, (campaign, day) in enumerate(days)],
    )
    for query in _QUERIES:
        cursor = connection.execute(query)
        names = [column[0] for column in cursor.description][1:]
        for number, *values in cursor:
            for name, value in zip(names, values, strict=True):
                if name.startswith(_UNUSABLE):
                    if value is not None:
                        found[number].unusable[name.removeprefix(_UNUSABLE)] = value
                elif value:
                    found[number].values[name] = value
    return dict(zip(days, found, strict=True))


def rebuild_dirty(connection: sqlite3.Connection, zone: tzinfo) -> int:
    """Count again every day that rows were added to or changed in. Returns how many days it counted."""
    return sum(rebuild_by_parts(connection, zone))


def rebuild_by_parts(connection: sqlite3.Connection, zone: tzinfo) -> Iterator[int]:
    """The same a part at a time, each one transaction, with how many days it counted.

    Stopped anywhere, the next run resumes with the days left. A day that was counted and then changes again is left
    for the next count.
    """
    at = ("", "")
    query = "select campaign_id, day from daily_dirty where (campaign_id, day) > (?, ?) order by 1, 2 limit ?"
    while batch := connection.execute(query, (*at, _BATCH)).fetchall():
        with transaction(connection):
            _write_days(connection, ROWS, _count_days(connection, batch, zone))
            connection.executemany("delete from daily_dirty where campaign_id = ? and day = ?", batch)
            for campaign_id in sorted({campaign_id for campaign_id, _ in batch}):
                _total(connection, campaign_id)
        at = batch[-1]
        yield len(batch)
    for _ in rebuild_project_days(connection, zone):
        yield 0
    if not connection.execute("select exists (select 1 from daily_dirty)").fetchone()[0]:
        write_meta(connection, ZONE_KEY, str(zone))


def write_day(connection: sqlite3.Connection, campaign_id: str, day: str, source: str, count: DayCount) -> None:
    """Replace the values of a campaign's day from a source."""
    _write_days(connection, source, {(campaign_id, day): count})


def _write_days(connection: sqlite3.Connection, source: str, counts: Mapping[tuple[str, str], DayCount]) -> None:
    keys = [(campaign_id, day, source) for campaign_id, day in counts]
    values = [[(metric, value) for metric, value in sorted(one.values.items()) if value] for one in counts.values()]
    unusable = [list(one.unusable.items()) for one in counts.values()]
    for table, column, found in (("daily", "value", values), ("unusable_amounts", "records", unusable)):
        connection.executemany(f"delete from {table} where campaign_id = ? and day = ? and source = ?", keys)
        connection.executemany(
            f"insert into {table} (campaign_id, day, source, metric, {column}) values (?, ?, ?, ?, ?)",
            [(*key, *one) for key, cells in zip(keys, found, strict=True) for one in cells],
        )


def _total(connection: sqlite3.Connection, campaign_id: str) -> None:
    """A campaign's totals over all its days: what a list of campaigns reads instead of every day."""
    connection.execute("delete from campaign_totals where campaign_id = ? and source = 'rows'", (campaign_id,))
    totals: dict[str, int] = defaultdict(int)
    for metric, value in connection.execute(
        "select metric, value from daily where campaign_id = ? and source = 'rows'", (campaign_id,)
    ):
        totals[metric] += value
    unusable: dict[str, int] = dict(
        connection.execute(
            "select metric, sum(records) from unusable_amounts where campaign_id = ? and source = 'rows' and day <> ''"
            " group by metric",
            (campaign_id,),
        ).fetchall()
    )
    write_totals(connection, campaign_id, ROWS, totals, unusable)


def write_totals(
    connection: sqlite3.Connection,
    campaign_id: str,
    source: str,
    totals: Mapping[str, int],
    unusable: Mapping[str, int],
    until: str | None = None,
) -> None:
    """Put a campaign's lifetime totals from one source in the place of those before.

    Args:
        connection: the writer, in a transaction.
        campaign_id: whose.
        source: "rows" or "summary".
        totals: by metric; one past what an SQLite integer holds is not stored.
        unusable: by metric that is not complete, how many records (of a summary: days) have no usable amount.
        until: of a summary, the instant it was asked at (UTC text).
    """
    kept = {metric: value for metric, value in totals.items() if fits(value)}
    lacking = {**dict.fromkeys(totals.keys() - kept.keys(), 0), **unusable}
    connection.execute("delete from campaign_totals where campaign_id = ? and source = ?", (campaign_id, source))
    connection.executemany(
        "insert into campaign_totals (campaign_id, metric, source, value, until) values (?, ?, ?, ?, ?)",
        [(campaign_id, metric, source, value, until) for metric, value in sorted(kept.items())],
    )
    key = (campaign_id, LIFETIME, source)
    connection.execute("delete from unusable_amounts where campaign_id = ? and day = ? and source = ?", key)
    connection.executemany(
        "insert into unusable_amounts (campaign_id, day, source, metric, records) values (?, ?, ?, ?, ?)",
        [(*key, metric, records) for metric, records in sorted(lacking.items())],
    )


def settle_zone(connection: sqlite3.Connection, zone: tzinfo) -> bool:
    """Ask for every day again when the cache was counted in another time zone; says whether it was.

    The cache names no zone until `rebuild_dirty` has counted them all.
    """
    name, counted_in = str(zone), read_meta(connection, ZONE_KEY)
    if counted_in == name:
        return False
    moved = counted_in is not None or connection.execute("select exists (select 1 from daily)").fetchone()[0]
    if moved:
        mark_all_dirty(connection, zone)
    write_meta(connection, ZONE_KEY, "" if moved else name)
    return bool(moved)


def mark_all_dirty(connection: sqlite3.Connection, zone: tzinfo) -> None:
    """Ask for every day again: the project's time zone changed, so rows moved between days.

    What was counted before stays until it is counted anew, so that no screen shows zeros meanwhile.
    """
    connection.create_function("local_day", 1, lambda text: local_day(text, zone), deterministic=True)
    with transaction(connection):
        mark_all_project_days(connection)
        connection.execute(
            "insert or ignore into daily_dirty select distinct campaign_id, day from daily where source = 'rows'"
            " union select campaign_id, day from unusable_amounts where source = 'rows' and day <> ''"
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
