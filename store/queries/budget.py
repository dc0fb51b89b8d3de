"""Limits of a campaign's validation rules, what was used against each, and what is left (API §4.2 C, §12).

All that is compared with a limit is net: what was rolled back counts as not used. A limit that begins anew with every
day, week or month is compared with what was used in the running one.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from fractions import Fraction

from msgspec import structs

from store.days import WeekStart, local_time
from store.domain.limit_names import LimitPeriod, Measure
from store.domain.limits import Limit, rule_limits
from store.domain.periods import Stretch, stretch_of
from store.models import Figure, Freshness, Source, Unit, oldest
from store.queries.campaign_rules import Assignment, CampaignRule, campaign_rules
from store.queries.freshness import data_state, needs
from store.queries.totals import Totals, joined, lacking_note, summary_totals, totals_of
from store.queries.wallets import wallet_totals
from store.ref import Ref
from store.words import NOT_SYNCED

STANDS = (
    "{t}.result = 'SUCCESS' and {t}.object is not 'redemption_rollback'"
    " and {t}.status is not 'ROLLED_BACK' and {t}.rolled_back_by is null"
)
"""SQL: a redemption that succeeded and was not undone; `t` is the table's name in the query."""

_PARTS = {"promotion_tier": "promotion_tier_id", "voucher": "voucher_id"}
"""Kinds of objects whose own redemptions are counted, and the column that names them."""
_MOST_PARTS = 20
"""Beyond so many tiers or codes with a count of their own, only their number is shown."""


_UNKNOWN = Figure(None)


@dataclass(frozen=True, slots=True)
class LifetimeTotals:
    """What a campaign has given in its lifetime, and what was rolled back of it, each gross.

    Attributes:
        discount, discount_back: minor units.
        redemptions, redemptions_back: counts.
        orders, orders_back: the value of orders in minor units.
    """

    discount: Figure
    discount_back: Figure
    redemptions: Figure
    redemptions_back: Figure
    orders: Figure
    orders_back: Figure


@dataclass(frozen=True, slots=True)
class LimitUse:
    """A limit and how far it is used.

    Attributes:
        limit: what it allows.
        rule: the name of the rule that sets it.
        part: the tier or code it counts alone, in words; "" for the campaign as such.
        used: so far, in the limit's unit, net of rollbacks.
        resets: the instant (UTC text) at which a daily, weekly or monthly limit begins anew.
        note: what qualifies `used`, or why it is unknown, in words.
    """

    limit: Limit
    rule: str
    part: str = ""
    used: Figure = _UNKNOWN
    resets: str | None = None
    note: str = ""

    @property
    def left(self) -> int | None:
        """What may still be given, negative when the limit is passed; None when that is unknown."""
        used = self.used.known
        return None if used is None or self.limit.highest is None else self.limit.highest - used

    @property
    def left_is_most(self) -> bool:
        """Whether what is left is an upper bound, since what was used is known in part."""
        return self.used.value is None


def lifetime_totals(connection: sqlite3.Connection, campaign_id: str) -> LifetimeTotals:
    """Lifetime totals: from rows where the cached redemptions are complete, else from the summary."""
    state = data_state(connection, "redemptions", Ref.campaign(campaign_id))
    totals = summary_totals(connection, campaign_id)
    known = state.as_of is not None
    source = Source.ROWS if known else Source.NONE
    note = state.brief if known else NOT_SYNCED
    rows = totals_of(connection, campaign_id, "rows") if known else Totals({}, {})

    def from_rows(metric: str, unit: Unit) -> Figure:
        value = rows.values.get(metric, state.known(0) if known else None)
        lacking = rows.unusable.get(metric)
        why = joined(note, lacking_note(metric, "rows", lacking))
        return Figure.counted(value, unit, source, state.as_of, state.complete and lacking is None, why)

    figure = totals.figure if totals and state.completed_at is None else from_rows
    return LifetimeTotals(
        figure("discounted_amount", Unit.MINOR),
        figure("rolledback_discounted_amount", Unit.MINOR),
        figure("redemptions_succeeded", Unit.COUNT),
        figure("rollbacks_succeeded", Unit.COUNT),
        figure("orders_amount", Unit.MINOR),
        figure("orders_rolledback_amount", Unit.MINOR),
    )


def net(gross: Figure, back: Figure) -> Figure:
    """A figure less what was taken back; unknown when what was taken back is not known exactly."""
    value = None if gross.value is None or back.value is None else gross.value - back.value
    at_least = None if gross.at_least is None or back.value is None else gross.at_least - back.value
    return structs.replace(
        gross, value=value, at_least=at_least, as_of=oldest(gross.as_of, back.as_of),
        complete=gross.complete and back.complete, note=gross.note or back.note,
    )  # fmt: skip


def net_so_far(gross: Figure, back: Figure) -> Figure:
    """The same of incomplete lists: at least what the known rows add up to, net.

    Where only what was taken back is not known exactly, no lower bound is known, and so nothing.
    """
    exact = net(gross, back)
    if exact.known is not None or gross.at_least is None:
        return exact
    return structs.replace(exact, at_least=gross.at_least - (back.known or 0))


@dataclass(frozen=True, slots=True)
class Orders:
    """Different orders that redemptions of a campaign were made with, and those of them that were rolled back."""

    count: Figure
    rolled_back: Figure


def order_counts(connection: sqlite3.Connection, campaign_id: str) -> Orders:
    """Count a campaign's orders from redemptions; unknown until these were read to their end once."""
    state = data_state(connection, "redemptions", Ref.campaign(campaign_id))
    made, back = connection.execute(
        "select count(distinct case when object is not 'redemption_rollback' then order_id end),"
        " count(distinct case when object is 'redemption_rollback' then order_id end)"
        " from redemptions where campaign_id = ? and result = 'SUCCESS' and order_id is not null",
        (campaign_id,),
    ).fetchone()

    def figure(found: int) -> Figure:
        known = None if state.completed_at is None else state.known(found)
        why = state.brief if known else needs("redemptions", state)
        return Figure.counted(known, Unit.COUNT, Source.ROWS, state.as_of, state.complete, why)

    return Orders(figure(made), figure(back))


def used_between(
    connection: sqlite3.Connection, campaign_id: str, begins: str, resets: str, part: Assignment | None = None
) -> int:
    """Redemptions made between two instants (UTC text, the second excluded) that stand.

    Args:
        connection: a reader.
        campaign_id: whose.
        begins: the first instant.
        resets: the first after them.
        part: the tier or code whose redemptions alone count.
    """
    narrowed = f" and r.{_PARTS[part.kind]} = ?" if part is not None else ""
    row = connection.execute(
        f"select count(*) from redemptions r where r.campaign_id = ? and r.created_at >= ? and r.created_at < ?"
        f" and {STANDS.format(t='r')}{narrowed}",
        (campaign_id, begins, resets, *([part.object_id] if part is not None else [])),
    ).fetchone()
    return int(row[0])


def limit_uses(
    connection: sqlite3.Connection,
    campaign_id: str,
    now: datetime,
    zone: tzinfo,
    currency: str | None = None,
    week_start: WeekStart = WeekStart.MONDAY,
) -> list[LimitUse]:
    """Every limit of a campaign's rules and of those of its parts, with what was used of it; the tightest first.

    Args:
        connection: a reader.
        campaign_id: whose.
        now: the instant that says which day, week and month runs.
        zone: the project's time zone.
        currency: ISO 4217 code of the profile, for limits that are shown as they stand in the rule.
        week_start: the weekday weeks begin with.
    """
    asked = _Asked(connection, campaign_id, now, zone, week_start)
    found = [
        use
        for rule in campaign_rules(connection, campaign_id)
        for limit in rule_limits(rule.document, currency)
        for use in asked.uses(rule, limit)
    ]
    return _by_tightness(found)


def tightest(uses: Sequence[LimitUse]) -> LimitUse | None:
    """The limit that binds first: a passed one, else the one with the smallest share left; None when none is known.

    Of limits on the same thing the one with less left binds first, whatever share that is.
    """
    first = next(iter(_by_tightness(uses)), None)
    return first if first is not None and _binds(first) else None


def _binds(use: LimitUse) -> bool:
    return use.left is not None and use.limit.is_certain


def _by_tightness(uses: Sequence[LimitUse]) -> list[LimitUse]:
    """Limits that bind first, those on one thing together; then those of which nothing is known, as they came."""
    groups: dict[Measure, list[LimitUse]] = {}
    for use in uses:
        if _binds(use):
            groups.setdefault(use.limit.counts.measure, []).append(use)
    for group in groups.values():
        group.sort(key=lambda use: (use.left or 0, _share(use)))
    ranked = [use for group in sorted(groups.values(), key=lambda group: _share(group[0])) for use in group]
    return [*ranked, *(use for use in uses if not _binds(use))]


def _share(use: LimitUse) -> Fraction:
    """What is left as a share of the limit; of a limit of nothing, what is left itself."""
    return Fraction(use.left or 0, max(use.limit.highest or 0, 1))


class _Asked:
    """What one question about a campaign's limits has in common."""

    def __init__(
        self, connection: sqlite3.Connection, campaign_id: str, now: datetime, zone: tzinfo, week_start: WeekStart
    ) -> None:
        self._connection = connection
        self._campaign_id = campaign_id
        self._today = local_time(now, zone).date()
        self._zone = zone
        self._week_start = week_start
        self._totals = lifetime_totals(connection, campaign_id)

    def uses(self, rule: CampaignRule, limit: Limit) -> list[LimitUse]:
        """A limit of a rule as it stands for each thing that is counted alone."""
        name = str(rule.document.get("name") or rule.id)
        counts = limit.counts
        of_campaign = any(one.kind == "campaign" for one in rule.assignments)
        parts = [one for one in rule.assignments if one.kind in _PARTS]
        use = LimitUse(limit, name, "" if of_campaign else _parts_words(rule.assignments))
        why = _UNCOUNTED.get(counts.measure, f"each {counts.per} has a count of their own" if counts.per else "")
        if not why and not of_campaign and not parts:
            why = "not counted: it is set for a part that has no redemptions of its own"
        if why:
            return [replace(use, note=why)]
        if counts.period is LimitPeriod.LIFE:
            return [self._in_its_life(use)]
        if of_campaign or counts.of_campaign:
            return [self._in_a_period(use, None)]
        if len(parts) > _MOST_PARTS:
            return [replace(use, note="each of them has a count of its own")]
        return [self._in_a_period(replace(use, part=_part_words(part)), part) for part in parts]

    def _in_its_life(self, use: LimitUse) -> LimitUse:
        totals = self._totals
        pairs = {
            Measure.ORDERS: (totals.orders, totals.orders_back),
            Measure.DISCOUNT: (totals.discount, totals.discount_back),
            Measure.REDEMPTIONS: (totals.redemptions, totals.redemptions_back),
        }
        measure = use.limit.counts.measure
        used = net_so_far(*pairs[measure]) if measure in pairs else self._gift()
        return replace(use, used=used, note=used.note if used.value is None else "")

    def _gift(self) -> Figure:
        moved = wallet_totals(self._connection, self._campaign_id, gift=True, zone=self._zone)
        return net_so_far(moved["redeemed"], moved["rolled back"])

    def _in_a_period(self, use: LimitUse, part: Assignment | None) -> LimitUse:
        period = use.limit.counts.period
        stretch = stretch_of(period, self._today, self._zone, self._week_start)
        state = data_state(self._connection, "redemptions", Ref.campaign(self._campaign_id))
        use = replace(use, resets=stretch.resets)
        unread = _unread(state, stretch, period)
        if unread:
            return replace(use, note=unread)
        found = used_between(self._connection, self._campaign_id, stretch.begins, stretch.resets, part)
        used = Figure.counted(found, Unit.COUNT, Source.ROWS, state.as_of, state.complete)
        together = "" if part is not None or use.limit.counts.of_campaign else self._together()
        note = " · ".join(words for words in ("" if state.complete else state.brief, together) if words)
        return replace(use, used=used, note=note)

    def _together(self) -> str:
        """That a limit on each code was counted over all of them; "" for a campaign of one code."""
        query = "select vouchers_count is 1 from campaigns where id = ?"
        row = self._connection.execute(query, (self._campaign_id,)).fetchone()
        return "" if row is not None and row[0] else "all its codes together"


_UNCOUNTED = {
    Measure.UNKNOWN: "not computed: shown as in the rule",
    Measure.UNITS: "not computed: discounted units are not counted",
}


def _unread(state: Freshness, stretch: Stretch, period: LimitPeriod) -> str:
    """Why redemptions cannot tell what was used in the running period; "" when they can."""
    if state.as_of is None:
        return "redemptions are not synced yet"
    return f"redemptions are not synced {period.now_words}" if state.as_of < stretch.begins else ""


def _parts_words(parts: Sequence[Assignment]) -> str:
    """The parts a rule is set for: the one by its name, more by their number."""
    return _part_words(parts[0]) if len(parts) == 1 else f"{len(parts):,} parts" if parts else ""


def _part_words(part: Assignment) -> str:
    kind = {"promotion_tier": "tier", "voucher": "code"}.get(part.kind, part.kind.replace("_", " "))
    return f"{kind} {part.name or part.object_id}".strip()
