"""The cache itself: data that is old, and syncs that fail."""

from collections.abc import Iterator
from datetime import timedelta

from store.days import parse_instant
from store.json_text import stored_object
from store.queries.freshness import data_state
from store.queries.insights.insight import Insight, InsightContext
from store.times import text_of
from store.words import age, counted

STALE = timedelta(hours=24)
IN_A_ROW = 3


def data_stale(context: InsightContext) -> Iterator[Insight]:
    """The list of campaigns, or redemptions of active campaigns that were once read, older than a day."""
    since = text_of(context.now - STALE)
    listed = data_state(context.connection, "campaigns").as_of
    read = [at for one in context.active if (at := context.state("redemptions", one).as_of) is not None]
    old = [at for at in read if at < since]
    oldest = min([*old, *([listed] if listed is not None and listed < since else [])], default=None)
    if oldest is None:
        return
    campaigns = f"campaigns read {age(parse_instant(listed), context.now)}" if listed else "campaigns never read"
    evidence = f"{campaigns} · redemptions of {len(old):,} of {counted(len(read), 'active campaign')} older than a day"
    yield Insight(
        f"Data is {age(parse_instant(oldest), context.now).removesuffix(' ago')} old", evidence,
        "The list of campaigns, or redemptions of an active campaign, were last read more than 24 hours ago.",
    )  # fmt: skip


def syncs_failing(context: InsightContext) -> Iterator[Insight]:
    """The last sync failed, or each of the last three ended before all was read."""
    runs = context.connection.execute(
        "select state, finished_at, cast(report as blob) from sync_runs where finished_at is not null"
        " order by started_at desc, rowid desc limit 20"
    ).fetchall()
    bad = 0
    while bad < len(runs) and runs[bad][0] != "complete":
        bad += 1
    if not bad or (runs[0][0] != "failed" and bad < IN_A_ROW):
        return
    reason = stored_object(runs[0][2]).get("reason")
    since = age(parse_instant(runs[bad - 1][1]), context.now)
    yield Insight(
        "The last sync failed" if bad == 1 else f"The last {bad}{'+' if bad == len(runs) == 20 else ''} syncs failed"
        " or ended early", f"since {since} · {reason if isinstance(reason, str) and reason else 'no reason stated'}",
        f"The last sync failed, or each of the last {IN_A_ROW} ended before all was read.",
    )  # fmt: skip
