"""Refused redemptions by what they have in common and by time: counts of cells, spikes, and the rows behind a cell.

They are the rows that every other screen calls refused: redemptions, no rollbacks, with the result FAILURE (API §11).
"""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from store.days import day_bounds, instant_text, local_time, parse_instant
from store.queries.customers import PROJECT
from store.queries.freshness import CampaignStates, data_state
from store.queries.names import names_of
from store.queries.rows import Condition
from store.queries.views import ATTEMPTS

SPIKE_LEAST, SPIKE_TIMES = 5, 3
"""A cell is a spike with so many refusals or more, where they are so many times what the period before had on average
in as much time."""
MOST_ROWS = 200

_REFUSED = "t.result = 'FAILURE' and t.object is not 'redemption_rollback'"
_WITHOUT_MESSAGE = "trim(coalesce(t.failure_message, '')) = ''"
REFUSALS = replace(
    ATTEMPTS,
    name="refusals",
    columns={**ATTEMPTS.columns, "without_message": f"({_WITHOUT_MESSAGE})"},
    scopes={PROJECT.kind: "? = ''"},
    where=_REFUSED,
)
"""All refusals of the project; `without_message` is 1 where the row has no message (`failure_message`)."""


class By(StrEnum):
    """What the refusals of a row have in common: a column of `REFUSALS`."""

    CODE = "failure_code"
    CAMPAIGN = "campaign_id"
    CHANNEL = "channel_type"
    CUSTOMER = "customer_id"


class FailureWindow(StrEnum):
    """How far back; each has as many cells as can be told apart."""

    DAY = "24 hours"
    WEEK = "7 days"
    MONTH = "30 days"
    QUARTER = "90 days"
    YEAR = "12 months"


_NAMED = {By.CAMPAIGN: "campaigns", By.CUSTOMER: "customers"}
_DAYS = {FailureWindow.WEEK: (7, 1), FailureWindow.MONTH: (30, 1), FailureWindow.QUARTER: (90, 7)}
"""Days of a window, and of a cell of it; the first cell has what is left."""


@dataclass(frozen=True, slots=True)
class FailureRow:
    """One row of the map.

    Attributes:
        key: the value of `By`; None for the refusals that name none.
        name: its name where it has one, else the value; "" for none. Outside text, of customers personal.
        counts: by cell; None where nothing is known yet.
        total: of the window.
        before: of the period before.
    """

    key: str | None
    name: str
    counts: tuple[int | None, ...]
    total: int
    before: int


@dataclass(frozen=True, slots=True)
class FailureMap:
    """Refusals by row and cell.

    Attributes:
        by: what rows have in common.
        window: how far back.
        edges: UTC text; a cell lies between two of them.
        rows: the largest first, `MOST_ROWS` at most.
        more: how many rows are left out.
        total, before: of all rows, and of as long before.
        without_message: how many of the total came without a message (`failure_message`).
        complete: whether all campaigns' redemptions were read completely; else all figures are lower bounds.
        read, campaigns: of how many campaigns they were read completely, of how many there are.
        known_until: UTC text of the reading up to which they are known; None where none was completed.
        only: what all counted refusals have in common.
    """

    by: By
    window: FailureWindow
    edges: tuple[str, ...]
    rows: tuple[FailureRow, ...]
    more: int
    total: int
    before: int
    without_message: int
    complete: bool
    read: int
    campaigns: int
    known_until: str | None
    only: Condition | None = None

    def spikes(self, row: FailureRow) -> frozenset[int]:
        """The cells of a row that are spikes; time that is not over, or not read yet, does not count."""
        until = min(self.known_until or "", self.edges[-1])
        whole = _seconds(self.edges[0], self.edges[-1])
        found: set[int] = set()
        if self.known_until is None:
            return frozenset()
        for at, count in enumerate(row.counts):
            start, stop = self.edges[at], min(self.edges[at + 1], until)
            if count is not None and count >= SPIKE_LEAST and stop > start:
                expected = SPIKE_TIMES * row.before * _seconds(start, stop)
                if count * whole >= expected:
                    found.add(at)
        return frozenset(found)


def window_edges(window: FailureWindow, now: datetime, zone: tzinfo) -> tuple[tuple[str, ...], str]:
    """The edges of a window's cells, and where the period before begins: UTC text, days of the project's zone.

    Hours are those of the clock, up to the one that runs; days, weeks and months end with today or the running month.
    """
    today = local_time(now, zone).date()
    if window is FailureWindow.DAY:
        local = local_time(now, zone)
        past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        end = now - past + timedelta(hours=1)
        edges = tuple(instant_text(end - timedelta(hours=back)) for back in range(24, -1, -1))
        return edges, instant_text(end - timedelta(hours=48))
    if window is FailureWindow.YEAR:
        months = [_month(today, back) for back in range(23, -2, -1)]
        begins = [day_bounds(month.isoformat(), zone)[0] for month in months]
        return tuple(begins[12:]), begins[0]
    days, step = _DAYS[window]
    first = today - timedelta(days=days - 1)
    ends = [today + timedelta(days=1 - back) for back in range(0, days, step)][::-1]
    edges = tuple(day_bounds(day.isoformat(), zone)[0] for day in (first, *ends))
    return edges, day_bounds((first - timedelta(days=days)).isoformat(), zone)[0]


def _month(day: date, back: int) -> date:
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


def failure_map(
    connection: sqlite3.Connection,
    by: By,
    window: FailureWindow,
    now: datetime,
    zone: tzinfo,
    only: Condition | None = None,
) -> FailureMap:
    """Count the refusals of a window.

    Args:
        connection: of a reader.
        by: what rows have in common.
        window: how far back.
        now: the instant that counts as now.
        zone: of the project.
        only: what all counted refusals have in common, by a column of `REFUSALS`.
    """
    edges, begin = window_edges(window, now, zone)
    where = _REFUSED
    bound: list[object] = []
    if only is not None:
        clause, bound = only.sql(REFUSALS.columns[only.column])
        where = f"{where} and {clause}"
    counted = _count_cells(connection, by, (begin, *edges), where, bound)
    untold = connection.execute(
        f"select count(*) {_span(where)} and {_WITHOUT_MESSAGE}", (*bound, edges[0], edges[-1])
    ).fetchone()[0]
    complete, read, campaigns, until = _reach(connection)
    names = names_of(connection, _NAMED[by], [key for key in counted.cells if key]) if by in _NAMED else {}
    known = [until is not None and start < until for start in edges[:-1]]
    rows = [
        FailureRow(
            key, names.get(key or "") or key or "",
            tuple(cells.get(at, 0 if is_known else None) for at, is_known in enumerate(known)),
            sum(cells.values()) - cells.get(_BEFORE, 0), cells.get(_BEFORE, 0),
        )
        for key, cells in counted.cells.items()
    ]  # fmt: skip
    shown = sorted((row for row in rows if row.total), key=lambda row: (-row.total, row.key or ""))[:MOST_ROWS]
    return FailureMap(
        by, window, edges, tuple(shown), counted.keys - len(shown), counted.total, counted.before, untold, complete,
        read, campaigns, until, only,
    )  # fmt: skip


_BEFORE = -1
"""The place of the period before among cells."""


@dataclass(frozen=True, slots=True)
class _Counted:
    """Counts by key and cell, of how many keys there are in the window, and the totals of the window and before."""

    cells: dict[str | None, dict[int, int]]
    keys: int
    total: int
    before: int


def _span(where: str) -> str:
    return f"from redemptions t where {where} and t.created_at >= ? and t.created_at < ?"


def _count_cells(
    connection: sqlite3.Connection, by: By, edges: Sequence[str], where: str, bound: Sequence[object]
) -> _Counted:
    """Count the period before, between the first two edges, and the cells after it.

    There may be as many customers as refusals: those with most are found first.
    """
    if by is not By.CUSTOMER:
        cells = _cells(connection, by, edges, where, bound)
        before = sum(one.get(_BEFORE, 0) for one in cells.values())
        keys = sum(one.keys() != {_BEFORE} for one in cells.values())
        return _Counted(cells, keys, sum(sum(one.values()) for one in cells.values()) - before, before)
    largest = connection.execute(
        f"select k, count(*) over (), sum(n) over () from (select t.{by} as k, count(*) as n {_span(where)} group by 1)"
        " order by n desc, k limit ?", (*bound, edges[1], edges[-1], MOST_ROWS),
    ).fetchall()  # fmt: skip
    _, keys, total = largest[0] if largest else (None, 0, 0)
    before = connection.execute(f"select count(*) {_span(where)}", (*bound, edges[0], edges[1])).fetchone()[0]
    named = [key for key, *_ in largest if key is not None]
    null = f" or t.{by} is null" if len(named) < len(largest) else ""
    # The plus keeps SQLite from going customer by customer through another index, once for each cell.
    among = f"{where} and (+t.{by} in ({', '.join('?' * len(named))}){null})"
    return _Counted(_cells(connection, by, edges, among, (*bound, *named)), keys, total, before)


def _cells(
    connection: sqlite3.Connection, by: By, edges: Sequence[str], where: str, bound: Sequence[object]
) -> dict[str | None, dict[int, int]]:
    """Counts by key and cell, from a scan of each cell's part of the index over refusals."""
    parts = ", ".join(["(?, ?, ?)"] * (len(edges) - 1))
    places = [value for at in range(len(edges) - 1) for value in (at + _BEFORE, edges[at], edges[at + 1])]
    found: dict[str | None, dict[int, int]] = defaultdict(dict)
    for at, key, number in connection.execute(
        f"with cells(at, start, stop) as (values {parts}) select c.at, t.{by}, count(*) from cells c"
        f" cross join redemptions t where {where} and t.created_at >= c.start and t.created_at < c.stop group by 1, 2",
        (*places, *bound),
    ):
        found[key][at] = number
    return found


def _reach(connection: sqlite3.Connection) -> tuple[bool, int, int, str | None]:
    """Whether all redemptions are read completely, of how many campaigns, of how many, and up to which instant."""
    ids = [row[0] for row in connection.execute("select id from campaigns where missing_since is null")]
    project = data_state(connection, "redemptions")
    states = CampaignStates(connection, "redemptions")
    read = [state for state in map(states.of, ids) if state.completed_at is not None]
    instants = [state.as_of for state in read if state.as_of]
    if project.completed_at is not None:
        return project.complete, len(read), len(ids), project.as_of
    return False, len(read), len(ids), min(instants, default=None)


def behind(found: FailureMap, row: FailureRow | None, cell: int | None) -> tuple[Condition, ...]:
    """The conditions that rows of `REFUSALS` behind a row, a cell or all of the map meet; None for all of them."""
    start, stop = (0, -1) if cell is None else (cell, cell + 1)
    return (
        *((found.only,) if found.only is not None else ()),
        *((Condition(found.by, "=", row.key),) if row is not None else ()),
        Condition("created_at", ">=", found.edges[start]),
        Condition("created_at", "<", found.edges[stop]),
    )


def _seconds(start: str, stop: str) -> int:
    return int((parse_instant(stop) - parse_instant(start)).total_seconds())
