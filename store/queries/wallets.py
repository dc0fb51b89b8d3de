"""Gift credits and loyalty points: totals by kind of movement, outstanding balances, what expires and what is pending.

Gift amounts are minor units, points are points; a transaction's `amount` is signed as the API gives it.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, tzinfo

from store.cache.sums import exact_sum, exact_total
from store.models import Figure, Source, Unit
from store.queries.breakdowns import span_bounds
from store.queries.derived import GIFT_AMOUNT
from store.queries.freshness import data_state
from store.queries.series import DateSpan, daily_series
from store.queries.totals import joined, summary_totals, without_amount

_GIFT = {
    "issued": ("created_vouchers_amount", ()),
    "added": ("amount_added", ("CREDITS_ADDITION",)),
    "removed": ("amount_subtracted", ("CREDITS_REMOVAL",)),
    "redeemed": ("amount_redeemed", ("CREDITS_REDEMPTION",)),
    "rolled back": ("amount_rolledback", ("CREDITS_REFUND",)),
}
_POINTS = {
    "earned": ("points_rewarded", ("POINTS_ACCRUAL", "PENDING_POINTS_ACTIVATION")),
    "added": ("points_added", ("POINTS_ADDITION",)),
    "removed": ("points_subtracted", ("POINTS_REMOVAL",)),
    "redeemed": ("points_redeemed", ("POINTS_REDEMPTION",)),
    "refunded": ("points_rolledback", ("POINTS_REFUND",)),
    "expired": ("points_expired", ("POINTS_EXPIRATION",)),
    "transferred in": ("points_transferred_in", ("POINTS_TRANSFER_IN",)),
    "transferred out": ("points_transferred_out", ("POINTS_TRANSFER_OUT",)),
}
TRANSACTION_TYPES = tuple(kind for group in (_GIFT, _POINTS) for _, kinds in group.values() for kind in kinds)


def wallet_metrics(*, gift: bool) -> dict[str, str]:
    """The summary's name for each kind of movement that `wallet_totals` tells."""
    return {name: metric for name, (metric, _) in (_GIFT if gift else _POINTS).items()}


def wallet_totals(
    connection: sqlite3.Connection, campaign_id: str, *, gift: bool, span: DateSpan | None = None, zone: tzinfo = UTC
) -> dict[str, Figure]:
    """Totals by kind of movement, as positive figures, from transactions where they are cached, else the summary.

    Args:
        connection: a reader.
        campaign_id: a gift or loyalty campaign.
        gift: credits in minor units instead of points.
        span: only these local days; everything when None. Values issued with new cards are told for everything alone.
        zone: the project's time zone, which rules the days of a span.
    """
    unit, names = (Unit.MINOR, _GIFT) if gift else (Unit.POINTS, _POINTS)
    state = data_state(connection, "transactions", campaign_id)
    if state.completed_at is None:
        told = _from_summary(connection, campaign_id, names, unit, span, zone)
        if told["redeemed"].known is not None or not _any_transaction(connection, campaign_id):
            return told
    bounds = ("", "9999") if span is None else span_bounds(span, zone)
    sums = {
        kind: (total, records if total is None else records - usable)
        for kind, total, records, usable in connection.execute(
            f"select type, {exact_sum('amount')}, count(*), count(amount) from transactions"
            " where campaign_id = ? and created_at >= ? and created_at < ? group by type",
            (campaign_id, *bounds),
        )
    }
    figures = {"issued": _issued(connection, campaign_id)} if gift and span is None else {}
    for name, (_, kinds) in names.items():
        if kinds:
            parts = [sums.get(kind, (0, 0)) for kind in kinds]
            value, lacking = abs(sum(total or 0 for total, _ in parts)), sum(records for _, records in parts)
            why = joined(state.brief, without_amount(lacking, "transaction"))
            figures[name] = Figure.counted(value, unit, Source.ROWS, state.as_of, state.complete and not lacking, why)
    return figures


def _any_transaction(connection: sqlite3.Connection, campaign_id: str) -> bool:
    query = "select exists (select 1 from transactions where campaign_id = ?)"
    return bool(connection.execute(query, (campaign_id,)).fetchone()[0])


def _from_summary(
    connection: sqlite3.Connection,
    campaign_id: str,
    names: Mapping[str, tuple[str, tuple[str, ...]]],
    unit: Unit,
    span: DateSpan | None,
    zone: tzinfo,
) -> dict[str, Figure]:
    if span is not None:
        series = daily_series(connection, campaign_id, [metric for metric, _ in names.values()], span, zone=zone)
        return {name: series[metric].figure(unit) for name, (metric, _) in names.items()}
    held = summary_totals(connection, campaign_id)
    if not held:
        none = Figure(None, unit, note="no transactions and no summary cached")
        return dict.fromkeys(names, none)
    return {name: held.figure(metric, unit) for name, (metric, _) in names.items()}


def _issued(connection: sqlite3.Connection, campaign_id: str) -> Figure:
    """The value cards were created with: as summed up so far, and of newer cards their amounts less what was added."""
    totals = summary_totals(connection, campaign_id)
    told = totals.figure("created_vouchers_amount", Unit.MINOR)
    since = "" if told.known is None else totals.until or ""
    state = data_state(connection, "vouchers", campaign_id)
    amounts, added, cards, usable = connection.execute(
        f"select {exact_sum('amount')}, {exact_sum('added')}, count(*), count(amount) from"
        f" (select {GIFT_AMOUNT} as amount, (select {exact_sum('a.amount')} from transactions a"
        " where a.voucher_id = t.id and a.campaign_id = t.campaign_id and a.type = 'CREDITS_ADDITION') as added"
        " from vouchers t where t.campaign_id = ? and t.created_at >= ?)",
        (campaign_id, since),
    ).fetchone()
    lacking = without_amount(cards - usable if amounts is not None else cards, "card")
    issued = (amounts or 0) - (added or 0)
    if told.known is not None:
        as_of = max(instant for instant in (state.as_of, totals.until, "") if instant is not None)
        found, whole = told.known + issued, told.complete and not lacking
        note = joined(told.note, lacking)
        return Figure.counted(found, Unit.MINOR, Source.SUMMARY, as_of or None, whole, note)
    if amounts is None:
        return Figure(None, Unit.MINOR, note="no cards with amounts cached")
    note = joined("est.: amounts of the cards seen less what was added since", lacking)
    return Figure.counted(issued, Unit.MINOR, Source.ROWS, state.as_of, state.complete and not lacking, note)


def outstanding(connection: sqlite3.Connection, campaign_id: str, unit: Unit) -> Figure:
    """What is left on all cards: the sum of the API's own balances (API §11.14)."""
    state = data_state(connection, "vouchers", campaign_id)
    value, cards, usable = connection.execute(
        f"select {exact_sum('balance')}, count(*), count(balance) from vouchers"
        " where campaign_id = ? and missing_since is null",
        (campaign_id,),
    ).fetchone()
    if not cards:
        return Figure.counted(0, unit, Source.ROWS, state.as_of, state.complete, "no cards cached")
    lacking = without_amount(cards if value is None else cards - usable, "card", "balance")
    note = joined(state.brief, lacking)
    return Figure.counted(value, unit, Source.ROWS, state.as_of, state.complete and not lacking, note)


@dataclass(frozen=True, slots=True)
class PendingTotals:
    """Pending points: all, those whose activation day has passed, and those due within seven days.

    A sum past what the cache can hold is None.
    """

    points: int | None
    overdue: int | None
    due_soon: int | None
    entries: int


def pending_totals(connection: sqlite3.Connection, campaign_id: str, today: date) -> PendingTotals:
    """Sum a campaign's pending points around today."""
    soon = date.fromordinal(today.toordinal() + 7).isoformat()
    row = connection.execute(
        f"select {exact_total('points')},"
        f" {exact_total('case when substr(activates_at, 1, 10) < ?1 then points end')},"
        f" {exact_total('case when substr(activates_at, 1, 10) between ?1 and ?2 then points end')}, count(*)"
        " from pending_points where campaign_id = ?3 and missing_since is null",
        (today.isoformat(), soon, campaign_id),
    ).fetchone()
    return PendingTotals(row[0], row[1], row[2], row[3])


@dataclass(frozen=True, slots=True)
class Expiring:
    """Points that expire: the next 7, 30 and 90 days, and by month (`YYYY-MM`, points, cards).

    A sum past what the cache can hold is None.
    """

    days_7: int | None
    days_30: int | None
    days_90: int | None
    by_month: tuple[tuple[str, int | None, int], ...]
    source: str
    as_of: str | None


def expiring_points(connection: sqlite3.Connection, campaign_id: str, today: date) -> Expiring:
    """Points about to expire, from expiration buckets where an export brought them, else from each card's next date."""
    state = data_state(connection, "points_expiration", campaign_id)
    if state.completed_at is not None:
        table = "points_expiration"
        day, points, condition = "expires_at", "points", "status is 'ACTIVE' and missing_since is null"
    else:
        table, state = "vouchers", data_state(connection, "vouchers", campaign_id)
        day, points, condition = "next_expiration_date", "next_expiration_points", "missing_since is null"
    limits = [date.fromordinal(today.toordinal() + days).isoformat() for days in (7, 30, 90)]
    sums = connection.execute(
        "select "
        + ", ".join(exact_total(f"case when substr({day}, 1, 10) <= ?{place} then {points} end") for place in (1, 2, 3))
        + f" from {table} where campaign_id = ?4 and {condition} and substr({day}, 1, 10) >= ?5",
        (*limits, campaign_id, today.isoformat()),
    ).fetchone()
    card = "id" if table == "vouchers" else "voucher_id"
    months = connection.execute(
        f"select substr({day}, 1, 7), {exact_sum(points)}, count(distinct {card})"
        f" from {table} where campaign_id = ? and {condition} and substr({day}, 1, 10) >= ? and {points} > 0"
        " group by 1 order by 1",
        (campaign_id, today.isoformat()),
    ).fetchall()
    note = "expiration buckets" if table == "points_expiration" else "each card's next expiration only"
    return Expiring(sums[0], sums[1], sums[2], tuple(months), note, state.as_of)


def tier_members(connection: sqlite3.Connection, campaign_id: str, campaign_name: str) -> dict[str, int]:
    """Members per loyalty tier, from customers' loyalty data, which the API keys by campaign NAME (API §11.12).

    The tier is its id by the specification's example, though nothing says it cannot be a name. Holders who stand on
    no tier count under "".
    """
    rows = connection.execute(
        "select coalesce(l.loyalty_tier, ''), count(distinct l.customer_id) from customer_loyalty l"
        " join vouchers v on v.holder_id = l.customer_id and v.campaign_id = ? and v.missing_since is null"
        " where l.campaign = ? group by 1",
        (campaign_id, campaign_name),
    )
    return dict(rows.fetchall())


@dataclass(frozen=True, slots=True)
class RuleUse:
    """How often an earning rule gave points, and how many."""

    uses: int
    points: int | None


def earning_rule_uses(connection: sqlite3.Connection, campaign_id: str) -> dict[str, RuleUse]:
    """Uses and points per earning rule id, counted from transactions."""
    rows = connection.execute(
        f"select earning_rule_id, count(*), {exact_total('amount')} from transactions"
        " where campaign_id = ? and earning_rule_id is not null group by 1",
        (campaign_id,),
    )
    return {rule: RuleUse(uses, points) for rule, uses, points in rows}
