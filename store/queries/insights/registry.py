"""Every insight, each one declaration; and their order, by what they cost.

First comes what costs something now, then what soon will, then what is only to be known. Among these come first those
of which it is known how many redemptions are at stake, most first; then the others, the soonest first, in the order of
this list. An amount of money is never estimated.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from store.queries.insights import codes, dates, limits, points, syncs, traffic
from store.queries.insights.insight import Insight, InsightContext, Insights, Urgency
from store.words import counted

__all__ = ["INSIGHTS", "InsightContext", "InsightKind", "find_insights"]

ORDER = (
    "Order: what costs now, then what soon will, then what is to be known; among these by redemptions at stake where"
    " these are known, then by time."
)


@dataclass(frozen=True, slots=True)
class InsightKind:
    """One kind of insight.

    Attributes:
        id: its name in code.
        title: what it is, in a few words.
        find: yields those there are.
        urgency: when it costs.
    """

    id: str
    title: str
    find: Callable[[InsightContext], Iterator[Insight]]
    urgency: Urgency


INSIGHTS = (
    InsightKind("limit", "Limit near or passed", limits.limits_near, Urgency.NOW),
    InsightKind("failures", "More refusals than usual", traffic.failure_spikes, Urgency.NOW),
    InsightKind("silence", "Fewer redemptions than usual", traffic.silences, Urgency.NOW),
    InsightKind("generation", "Generation failed", dates.generation_failed, Urgency.NOW),
    InsightKind("overdue", "Pending points overdue", points.points_overdue, Urgency.NOW),
    InsightKind("syncs", "Syncs fail", syncs.syncs_failing, Urgency.NOW),
    InsightKind("codes", "Codes run out", codes.running_out, Urgency.SOON),
    InsightKind("ends", "Ends within 7 days", dates.ends_soon, Urgency.SOON),
    InsightKind("expiring", "Points expire", points.points_expire, Urgency.SOON),
    InsightKind("starts", "Starts tomorrow", dates.starts_tomorrow, Urgency.TO_KNOW),
    InsightKind("stale", "Data is old", syncs.data_stale, Urgency.TO_KNOW),
)


def find_insights(context: InsightContext) -> Insights:
    """All there are, the most costly first."""
    found = [
        replace(one, kind=kind.id, title=kind.title, urgency=kind.urgency)
        for kind in INSIGHTS
        for one in kind.find(context)
    ]
    places = {kind.id: place for place, kind in enumerate(INSIGHTS)}

    def order(one: Insight) -> tuple[int, int, str, int, str]:
        stake = -1 if one.at_stake is None else one.at_stake
        return (one.urgency, -stake, one.at, places[one.kind], one.name)

    lacking = tuple(f"{what} of {counted(number, 'campaign')}" for what, number in context.not_judged.items())
    return Insights(tuple(sorted(found, key=order)), lacking)
