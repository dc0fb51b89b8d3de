"""What the cache lacks of campaign summaries: whose lifetime totals are missing or old, and which days (API §4.1).

Days cost many calls, so only campaigns that were opened or named get them; all others get one total over their life.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from store.cache.ledger import Ledger, campaign_scope
from store.cache.rollups import LIFETIME, SUMMARY
from store.days import local_time, parse_instant
from store.queries.freshness import FIRST_SUMMARY, NO_SUMMARY
from store.sync.context import earlier
from store.sync.request import CampaignRef, SyncRequest
from store.times import NOT_A_DATE, is_instant
from store.words import DateSpan

SUMMARIES = "campaign_summaries"
SERIES_DAYS = 30
"""How many days back a named campaign's series is filled."""
TOTALS_PER_RUN = 8
"""A plain sync asks for at most so many campaigns' lifetime totals: one call each, the allowance is the shop's, too."""
CALLS_PER_RUN = 40
"""Calls a plain sync makes at most for the totals and days of campaigns that were opened before."""
FEW = 100
"""A run over a project of so many campaigns asks for all their lifetime totals; of more, where no list tells them."""
YOUNG = timedelta(hours=1)
"""A run over the project does not ask again for totals that are no older."""
YOUNG_ENOUGH = timedelta(days=1)
"""So does a plain sync with those of this age."""


@dataclass(frozen=True, slots=True)
class SummaryShare:
    """Which summaries a run asks for.

    Attributes:
        named: campaigns whose lifetime totals and last days are wanted.
        calls: calls for these at most; None for all they take.
        totals: of how many other campaigns the lifetime totals at most; None for all.
        everyone: totals also of campaigns whose rows are cached, for what no list has (validations).
        told: the run reads the lists that tell the totals; a summary is then asked for where they could not be read.
        young: lifetime totals of this age are left alone.
    """

    named: tuple[CampaignRef, ...] = ()
    calls: int | None = None
    totals: int | None = 0
    everyone: bool = False
    told: bool = False
    young: timedelta = YOUNG_ENOUGH

    @classmethod
    def of(cls, request: SyncRequest, named: Iterable[CampaignRef], campaigns: int) -> "SummaryShare":
        """The share of a run: campaigns that were named get all their days, others what is left of a plain run.

        Args:
            request: what is asked.
            named: campaigns that were named or opened.
            campaigns: how many the project has.
        """
        if request.everything and not request.followed:
            everyone = request.full or request.only is not None or campaigns <= FEW
            young = timedelta(0) if request.full else YOUNG
            return cls(tuple(named), totals=None, everyone=everyone, told=not everyone, young=young)
        if request.campaigns or request.only is not None:
            return cls(tuple(named))
        return cls(tuple(named), calls=CALLS_PER_RUN, totals=TOTALS_PER_RUN)


class SummaryWants:
    """What the cache lacks of campaigns' summaries at an instant.

    Args:
        connection: the cache.
        zone: the project's time zone, which decides what today is.
        now: UTC text.

    Attributes:
        today: the first day that can still change. Where a summary day ends is not documented: it is closed once it
            is over in UTC and in the project.
        last: the day it is in the one of both where it is later.
    """

    def __init__(self, connection: sqlite3.Connection, zone: tzinfo, now: str) -> None:
        self._connection, self._zone, self._now = connection, zone, now
        instant = parse_instant(now)
        self.today = min(instant.date(), local_time(instant, zone).date())
        self.last = max(instant.date(), local_time(instant, zone).date())

    def life(self, campaign_id: str) -> DateSpan | None:
        """The days of a campaign that can have a summary: from the earlier of the UTC and the local day of its making.

        None where there are none.
        """
        row = self._connection.execute(
            "select created_at from campaigns where id = ? and created_at >= ?", (campaign_id, FIRST_SUMMARY)
        ).fetchone()
        if row is None or not is_instant(row[0]):
            return None
        instant = parse_instant(row[0])
        start = min(instant.date(), local_time(instant, self._zone).date())
        return DateSpan(start, self.last) if start <= self.last else None

    def last_days(self, campaign_id: str) -> DateSpan | None:
        """The days of a series; None where there are none."""
        life = self.life(campaign_id)
        return life and DateSpan(max(life.start, self.today - timedelta(days=SERIES_DAYS - 1)), self.last)

    def campaigns(self, wanted: Iterable[CampaignRef]) -> list[CampaignRef]:
        """Those of some campaigns that can have a summary, the longest not asked first."""
        asked = [one for one in wanted if self.life(one.id) and not self._has_none(one.id)]
        ledger = Ledger(self._connection)
        return sorted(asked, key=lambda one: ledger.state(SUMMARIES, campaign_scope(one.id)).as_of or "")

    def _has_none(self, campaign_id: str) -> bool:
        query = f"select exists (select 1 from campaigns c where c.id = ? and {_HAS_NONE})"
        return bool(self._connection.execute(query, (campaign_id, NO_SUMMARY)).fetchone()[0])

    def day_calls(self, campaign_id: str) -> int:
        """How many calls the last days of a campaign take at most: one a day, and fewer where nothing happened."""
        span = self.last_days(campaign_id)
        if span is None:
            return 0
        open_days = (self.last - max(self.today, span.start)).days + 1
        return open_days + sum(gap.days for gap in self.gaps(campaign_id, span))

    def gaps(self, campaign_id: str, span: DateSpan) -> list[DateSpan]:
        """The runs of closed days that are not cached."""
        cached = {
            row[0]
            for row in self._connection.execute(
                f"select start_date from {SUMMARIES} where campaign_id = ? and start_date = end_date and closed",
                (campaign_id,),
            )
        }
        found: list[DateSpan] = []
        start: date | None = None
        for offset in range(span.days):
            day = span.start + timedelta(days=offset)
            wanted = day < self.today and day.isoformat() not in cached
            if wanted and start is None:
                start = day
            elif not wanted and start is not None:
                found.append(DateSpan(start, day - timedelta(days=1)))
                start = None
        if start is not None:
            found.append(DateSpan(start, min(span.end, self.today - timedelta(days=1))))
        return found

    def totals(self, share: SummaryShare) -> list[str]:
        """Campaigns beside those named whose lifetime total is missing or old, those longest not asked for first.

        One that ended is not asked any more once its total is of a day after.
        """
        rows = self._connection.execute(
            "select c.id, min(t.until) from campaigns c left join campaign_totals t"
            f" on t.campaign_id = c.id and t.source = '{SUMMARY}'"
            f" where c.missing_since is null and c.created_at >= ?2 and c.created_at not like '%{NOT_A_DATE}'"
            " and (?3 or not exists (select 1 from sync_states s where s.resource = 'redemptions'"
            "  and s.completed_at is not null and s.scope in ('project', 'campaign:' || c.id)))"
            f" and not {_HAS_NONE.replace('?', '?1')} and substr(c.created_at, 1, 10) <= ?5"
            " and (?6 or t.until is null or length(t.until) = 10 or t.until <="
            "  coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', c.expiration_date, '+1 day'), '~'))"
            " group by c.id having ?6 or min(t.until) is null or min(t.until) < ?4 order by 2, c.created_at desc",
            (
                NO_SUMMARY, FIRST_SUMMARY, share.everyone, earlier(self._now, share.young), self.last.isoformat(),
                not share.young,
            ),
        ).fetchall()  # fmt: skip
        named = {one.id for one in share.named}
        return [row[0] for row in rows if row[0] not in named]

    def unusable_totals(self, campaigns: Iterable[str]) -> set[str]:
        """Those of some campaigns whose lifetime total is known to have a member without a usable number."""
        rows = self._connection.execute(
            "select distinct campaign_id from unusable_amounts where day = ? and source = ?", (LIFETIME, SUMMARY)
        )
        return {row[0] for row in rows} & set(campaigns)

    def summarised(self, *, unread: bool = False) -> int:
        """How many campaigns can have a summary; or only those of which none is cached."""
        query = (
            "select count(*) from campaigns c where c.missing_since is null and c.created_at >= ?2 and (not ?3 or not"
            f" {_HAS_NONE.replace('?', '?1')} and not exists (select 1 from campaign_totals t"
            f" where t.campaign_id = c.id and t.source = '{SUMMARY}'))"
        )
        return int(self._connection.execute(query, (NO_SUMMARY, FIRST_SUMMARY, unread)).fetchone()[0])


_HAS_NONE = (
    f"exists (select 1 from sync_states n where n.resource = '{SUMMARIES}' and n.scope = 'campaign:' || c.id"
    " and n.reason = ? and n.as_of >= coalesce(c.updated_at, ''))"
)
"""Whether a campaign had no summary when it was asked, and has not changed since: a draft may get one later."""
