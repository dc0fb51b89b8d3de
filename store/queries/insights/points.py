"""Points of loyalty cards that expire soon, and pending points whose day has passed."""

from collections.abc import Iterator

from store.queries.insights.insight import Insight, InsightContext
from store.queries.points import Amount, expiring_within, pending_points
from store.ref import Ref
from store.words import at_least, counted, day, points

DAYS = 7
_LOYALTY = "LOYALTY_PROGRAM"


def _amount(amount: Amount) -> str:
    words = points(amount.points, short=False)
    return words if amount.figure.complete else at_least(words)


def points_expire(context: InsightContext) -> Iterator[Insight]:
    """Active loyalty programs with active points whose last day is today or one of the seven after it."""
    for one in context.active:
        if one.campaign_type != _LOYALTY:
            continue
        found = expiring_within(context.connection, one.id, context.today, DAYS)
        if not found.amount.entries:
            if not found.state.complete:
                context.cannot_judge("points")
            continue
        first = found.first
        when = "" if first is None else f", first on {day(first, year=False)}"
        lacks = "" if found.state.complete else f" · {found.state.why}"
        yield Insight(
            f"{_amount(found.amount)} expire within {DAYS} days{when}",
            f"{counted(found.cards, 'card')} · {'each card’s next date' if found.by_card else 'expiration buckets'}"
            f"{lacks}",
            f"Active points whose day is today or within the {DAYS} days after it.",
            Ref.campaign(one.id), one.display_name, None, "" if first is None else first.isoformat(),
        )  # fmt: skip


def points_overdue(context: InsightContext) -> Iterator[Insight]:
    """Loyalty programs with pending points that should have been activated before today."""
    for one in context.campaigns:
        if one.campaign_type != _LOYALTY or one.missing_since is not None:
            continue
        state = context.state("pending_points", one)
        if state.as_of is None:
            if one in context.active:
                context.cannot_judge("pending points")
            continue
        overdue = pending_points(context.connection, one.id, context.today).overdue
        if overdue.entries:
            lacks = "" if state.complete else f" · {state.why}"
            yield Insight(
                f"{_amount(overdue)} pending past their day", f"{counted(overdue.entries, 'entry', 'entries')}{lacks}",
                "Pending points whose day of activation is before today, as of the last reading of the list.",
                Ref.campaign(one.id), one.display_name,
            )  # fmt: skip
