"""A server of campaign summaries whose every day the test decides, and which remembers what it was asked."""

import asyncio
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

import msgspec

from store.api.client import ApiClient, Credentials
from store.cache.ledger import Ledger
from store.clock import ManualClock
from store.sync.context import SyncContext
from store.sync.rate_limiter import RateLimiter
from store.sync.report import ResourceReport
from store.sync.request import CampaignRef
from store.sync.strategies.summaries import CampaignSummaries
from store.sync.summary_wants import SummaryShare, SummaryWants
from store.wire import Request, Response
from store.words import DateSpan
from tests.support.syncing import ZONE

CAMPAIGN = "camp_1"
Days = dict[date, dict[str, int]]


@dataclass
class SummaryServer:
    """Answers any range with the sums of its days.

    Attributes:
        days: the metrics of each day; days left out are quiet.
        asked: first and last day of every call, in order.
        bonus: added to `redemptions_succeeded` of ranges longer than a day: a server whose totals do not add up.
        empty: answer `{}`, as for campaigns older than summaries are.
        odd: days whose `orders_amount` is no usable number, and what ranges with one of them have instead.
    """

    days: Days = field(default_factory=dict)
    asked: list[tuple[date, date]] = field(default_factory=list)
    bonus: int = 0
    empty: bool = False
    odd: dict[date, object] = field(default_factory=dict)

    def respond(self, request: Request) -> Response:
        """One total of an inclusive range."""
        query = dict(request.query)
        start, end = date.fromisoformat(query["start_date"]), date.fromisoformat(query["end_date"])
        self.asked.append((start, end))
        sums: Counter[str] = Counter()
        for day in DateSpan(start, end):
            sums.update(self.days.get(day, {}))
        sums["redemptions_succeeded"] += self.bonus * (end > start)
        names = ("redemptions_succeeded", "validations_failed", "orders_amount")
        document: dict[str, object] = {"object": "campaign_summary", **{name: sums[name] for name in names}}
        document.update(("orders_amount", amount) for day, amount in self.odd.items() if start <= day <= end)
        return Response(
            200, {"content-type": "application/json"}, b"{}" if self.empty else msgspec.json.encode(document)
        )

    def total(self, metric: str) -> int:
        """What all days together hold of a metric."""
        return sum(metrics.get(metric, 0) for metrics in self.days.values())


def make_campaign(
    connection: sqlite3.Connection, created_at: str, identity: str = CAMPAIGN, **columns: str
) -> CampaignRef:
    """Put one campaign into a cache; replaces the one before."""
    known = {"name": "Summary", "campaign_type": "PROMOTION", "created_at": created_at, **columns}
    connection.execute("delete from campaigns where id = ?", (identity,))
    connection.execute(
        f"insert into campaigns (id, {', '.join(known)}) values (?{', ?' * len(known)})", (identity, *known.values())
    )
    return CampaignRef(identity, known["name"], known["campaign_type"])


def read(
    connection: sqlite3.Connection,
    server: SummaryServer,
    clock: ManualClock,
    campaigns: list[CampaignRef] | None = None,
    *,
    max_calls: int | None = None,
    young: timedelta = timedelta(0),
) -> ResourceReport:
    """Read the totals and series of some campaigns, or, when none are named, all lifetime totals that are not young."""
    report = ResourceReport()

    async def work() -> None:
        limiter = RateLimiter(clock, max_calls=max_calls)
        credentials = Credentials("https://api.example.test", "demo", "demo-token")
        async with ApiClient(credentials, clock=clock, gate=limiter, responder=server.respond) as client:
            context = SyncContext(client, connection, Ledger(connection), clock, lambda *_: None)
            share = SummaryShare(totals=None, young=young) if campaigns is None else SummaryShare(tuple(campaigns))
            wants = SummaryWants(connection, ZONE, context.now())
            await CampaignSummaries(wants, share).read(context, report)

    asyncio.run(work())
    return report


def held(connection: sqlite3.Connection, metric: str) -> dict[date, int]:
    """The days the cache holds of a metric, quiet ones included."""
    rows = connection.execute(
        "select s.start_date, coalesce(d.value, 0) from campaign_summaries s left join daily d"
        " on d.campaign_id = s.campaign_id and d.day = s.start_date and d.source = 'summary' and d.metric = ?"
        " where s.campaign_id = ? order by 1",
        (metric, CAMPAIGN),
    )
    return {date.fromisoformat(day): value for day, value in rows}
