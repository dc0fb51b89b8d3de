"""Gift credits and loyalty points: movements in total and over time, and what is left on the cards.

Gift amounts are minor units, points are points; a transaction's `amount` is signed as the API gives it.
"""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, tzinfo

from store.cache.sums import exact_sum, exact_total, sum_parts, whole_sum
from store.days import WeekStart, day_bounds, local_day
from store.models import Figure, Freshness, Source, Unit
from store.queries.breakdowns import span_bounds
from store.queries.derived import AMOUNT
from store.queries.freshness import data_state
from store.queries.series import Origin, Series, bucketed, daily_series, known_at_all, unknown_note
from store.queries.totals import joined, summary_totals, without_amount
from store.ref import Ref
from store.words import Bucket, DateSpan, bucket_start


@dataclass(frozen=True, slots=True)
class Movement:
    """One kind of movement.

    Attributes:
        metric: the summary's name for it.
        kinds: the transactions it is made of; none where only the summary has it.
        sign: of these transactions' amounts, so that the figure is positive.
    """

    metric: str
    kinds: tuple[str, ...] = ()
    sign: int = 1


_GIFT = {
    "issued": Movement("created_vouchers_amount"),
    "added": Movement("amount_added", ("CREDITS_ADDITION",)),
    "removed": Movement("amount_subtracted", ("CREDITS_REMOVAL",), -1),
    "redeemed": Movement("amount_redeemed", ("CREDITS_REDEMPTION",), -1),
    "rolled back": Movement("amount_rolledback", ("CREDITS_REFUND",)),
    "deleted": Movement("amount_deleted"),
}
PENDING_ACTIVATED = "pending activated"
"""Points that waited for their day and came: they are part of what was earned."""
_POINTS = {
    "issued": Movement("created_vouchers_points"),
    "earned": Movement("points_rewarded", ("POINTS_ACCRUAL", "PENDING_POINTS_ACTIVATION")),
    PENDING_ACTIVATED: Movement("pending_points_activated", ("PENDING_POINTS_ACTIVATION",)),
    "added": Movement("points_added", ("POINTS_ADDITION",)),
    "removed": Movement("points_subtracted", ("POINTS_REMOVAL",), -1),
    "redeemed": Movement("points_redeemed", ("POINTS_REDEMPTION",), -1),
    "refunded": Movement("points_rolledback", ("POINTS_REFUND",)),
    "expired": Movement("points_expired", ("POINTS_EXPIRATION",), -1),
    "transferred in": Movement("points_transferred_in", ("POINTS_TRANSFER_IN",)),
    "transferred out": Movement("points_transferred_out", ("POINTS_TRANSFER_OUT",), -1),
    "deleted": Movement("points_deleted"),
    "pending added": Movement("pending_points_added"),
    "pending removed": Movement("pending_points_subtracted"),
    "pending canceled": Movement("pending_points_canceled"),
}
_KNOWN = frozenset(kind for group in (_GIFT, _POINTS) for one in group.values() for kind in one.kinds)


def wallet_metrics(*, gift: bool) -> dict[str, str]:
    """The summary's name for each kind of movement that `wallet_totals` gives."""
    return {name: one.metric for name, one in _movements(gift=gift).items()}


def _movements(*, gift: bool) -> dict[str, Movement]:
    return _GIFT if gift else _POINTS


@dataclass(frozen=True, slots=True)
class Moved:
    """Transactions of one type: their sum, signed, how many there are, and how many have no usable amount."""

    amount: int = 0
    entries: int = 0
    unusable: int = 0


def _moved(connection: sqlite3.Connection, campaign_id: str, start: str, end: str) -> dict[str, Moved]:
    """A campaign's transactions between two instants (UTC text, `end` not included), by type."""
    return {
        kind or "": Moved(whole_sum(high, low) or 0, entries, entries - usable)
        for kind, high, low, entries, usable in connection.execute(
            f"select type, {sum_parts('amount')}, count(*), count(amount) from transactions"
            " where campaign_id = ? and created_at >= ? and created_at < ? group by type",
            (campaign_id, start, end),
        )
    }


def other_movements(connection: sqlite3.Connection, campaign_id: str) -> dict[str, Moved]:
    """Transactions of types that no figure counts, by type as received, over the campaign's lifetime."""
    found = _moved(connection, campaign_id, "", "9999")
    return {kind: moved for kind, moved in found.items() if kind not in _KNOWN}


def _sum(one: Movement, moved: dict[str, Moved]) -> Moved:
    parts = [moved[kind] for kind in one.kinds if kind in moved]
    return Moved(
        one.sign * sum(part.amount for part in parts),
        sum(part.entries for part in parts),
        sum(part.unusable for part in parts),
    )


def _from_rows(connection: sqlite3.Connection, campaign_id: str, state: Freshness) -> bool:
    """Whether transactions give the movements: once complete, or where the summary has none."""
    if state.completed_at is not None:
        return True
    query = "select exists (select 1 from transactions where campaign_id = ?)"
    return bool(connection.execute(query, (campaign_id,)).fetchone()[0])


def wallet_totals(
    connection: sqlite3.Connection, campaign_id: str, *, gift: bool, span: DateSpan | None = None, zone: tzinfo = UTC
) -> dict[str, Figure]:
    """Totals by kind of movement, as positive figures, from transactions where they are cached, else the summary.

    Args:
        connection: a reader.
        campaign_id: a gift or loyalty campaign.
        gift: credits in minor units instead of points.
        span: only these local days; everything when None.
        zone: the project's time zone, which rules the days of a span.
    """
    unit, names = (Unit.MINOR if gift else Unit.POINTS), _movements(gift=gift)
    state = data_state(connection, "transactions", Ref.campaign(campaign_id))
    figures = _from_summary(connection, campaign_id, names, unit, span, zone)
    summed = figures["redeemed"].known is not None
    if state.completed_at is None and (summed or not _from_rows(connection, campaign_id, state)):
        return figures
    if gift and span is None:
        figures["issued"] = _issued(connection, campaign_id)
    bounds = ("", "9999") if span is None else span_bounds(span, zone)
    moved = _moved(connection, campaign_id, *bounds)
    for name, one in names.items():
        if one.kinds:
            found = _sum(one, moved)
            note = joined(state.brief, without_amount(found.unusable, "transaction"))
            complete = state.complete and not found.unusable
            figures[name] = Figure.counted(found.amount, unit, Source.ROWS, state.as_of, complete, note)
    return figures


def movement_series(
    connection: sqlite3.Connection,
    campaign_id: str,
    *,
    gift: bool,
    span: DateSpan,
    bucket: Bucket,
    zone: tzinfo,
    week_start: WeekStart = WeekStart.MONDAY,
) -> dict[str, Series]:
    """The same per bucket of local days; what only the summary has stays with the summary.

    Args:
        connection: a reader.
        campaign_id: a gift or loyalty campaign.
        gift: credits in minor units instead of points.
        span: local days, both ends included.
        bucket: how to put days together.
        zone: the project's time zone.
        week_start: the weekday weeks begin with.
    """
    names = _movements(gift=gift)
    metrics = [one.metric for one in names.values()]
    daily = daily_series(connection, campaign_id, metrics, span, bucket, zone=zone, week_start=week_start)
    state = data_state(connection, "transactions", Ref.campaign(campaign_id))
    summed = any(daily[one.metric].source is Source.SUMMARY for one in names.values())
    if not _from_rows(connection, campaign_id, state) or (state.completed_at is None and summed):
        return {name: daily[one.metric] for name, one in names.items()}
    days = {day: _moved(connection, campaign_id, *day_bounds(day.isoformat(), zone)) for day in span}
    until = local_day(state.as_of, zone) if state.completed_at is not None and state.as_of else ""
    starts = [bucket_start(day, bucket, week_start) for day in days]
    return {
        name: _series(one, days, starts, state, until) if one.kinds else daily[one.metric]
        for name, one in names.items()
    }


def _series(
    one: Movement, days: dict[date, dict[str, Moved]], starts: list[date], state: Freshness, until: str
) -> Series:
    """One movement per bucket: a day without any is 0 up to the last complete reading, unknown after it."""
    parts = {day: _sum(one, moved) for day, moved in days.items()}
    unusable = sum(found.unusable for found in parts.values())
    values = [
        found.amount if found.entries > found.unusable or (not found.entries and day.isoformat() <= until) else None
        for day, found in parts.items()
    ]
    note = joined(state.brief, without_amount(unusable, "transaction"))
    origin = Origin(Source.ROWS, state.as_of, state.complete and not unusable, note)
    return bucketed(one.metric, starts, values, known_at_all(values, origin))


def _from_summary(
    connection: sqlite3.Connection,
    campaign_id: str,
    names: dict[str, Movement],
    unit: Unit,
    span: DateSpan | None,
    zone: tzinfo,
) -> dict[str, Figure]:
    if span is not None:
        series = daily_series(connection, campaign_id, [one.metric for one in names.values()], span, zone=zone)
        return {name: series[one.metric].figure(unit) for name, one in names.items()}
    totals = summary_totals(connection, campaign_id)
    if not totals:
        alone = unknown_note(connection, campaign_id, "")
        none = data_state(connection, "transactions", Ref.campaign(campaign_id)).why
        return {name: Figure(None, unit, note=none if one.kinds else alone) for name, one in names.items()}
    return {name: totals.figure(one.metric, unit) for name, one in names.items()}


def _issued(connection: sqlite3.Connection, campaign_id: str) -> Figure:
    """The value cards were created with: as summed up so far, and of newer cards their amounts less what was added."""
    totals = summary_totals(connection, campaign_id)
    stated = totals.figure("created_vouchers_amount", Unit.MINOR)
    since = "" if stated.known is None else totals.until or ""
    state = data_state(connection, "vouchers", Ref.campaign(campaign_id))
    # The limit keeps SQLite from working each amount out once for every aggregate.
    high, low, high_added, low_added, cards, usable = connection.execute(
        f"select {sum_parts('amount')}, {sum_parts('added')}, count(*), count(amount) from"
        f" (select {AMOUNT} as amount, (select {exact_sum('a.amount')} from transactions a"
        " where a.voucher_id = t.id and a.campaign_id = t.campaign_id and a.type = 'CREDITS_ADDITION') as added"
        " from vouchers t where t.campaign_id = ? and t.created_at >= ? limit -1)",
        (campaign_id, since),
    ).fetchone()
    lacking, amounts = without_amount(cards - usable, "card"), whole_sum(high, low)
    issued = (amounts or 0) - (whole_sum(high_added, low_added) or 0)
    if stated.known is not None:
        as_of = max(instant for instant in (state.as_of, totals.until, "") if instant is not None)
        found, complete = stated.known + issued, stated.complete and not lacking
        note = joined(stated.note, lacking)
        return Figure.counted(found, Unit.MINOR, Source.SUMMARY, as_of or None, complete, note)
    if amounts is None:
        return Figure(None, Unit.MINOR, note="no card with an amount is synced")
    note = joined("est.: amounts of the cards seen less what was added since", lacking)
    return Figure.counted(issued, Unit.MINOR, Source.ROWS, state.as_of, state.complete and not lacking, note)


def outstanding(connection: sqlite3.Connection, campaign_id: str, unit: Unit) -> Figure:
    """What is left on all cards: the sum of the API's own balances (API §11.14)."""
    state = data_state(connection, "vouchers", Ref.campaign(campaign_id))
    high, low, cards, usable = connection.execute(
        f"select {sum_parts('balance')}, count(*), count(balance) from vouchers"
        " where campaign_id = ? and missing_since is null",
        (campaign_id,),
    ).fetchone()
    if not cards:
        return Figure.counted(0, unit, Source.ROWS, state.as_of, state.complete, "no cards are synced")
    lacking = without_amount(cards - usable, "card", "balance")
    note = joined(state.brief, lacking)
    return Figure.counted(whole_sum(high, low), unit, Source.ROWS, state.as_of, state.complete and not lacking, note)


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
