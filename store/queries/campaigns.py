"""The campaign list and one campaign's header: documents, derived status, totals and sparks in a handful of queries."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any

from msgspec import UNSET, DecodeError, Struct
from msgspec.json import Decoder
from msgspec.structs import asdict

from store.days import local_day, local_time
from store.domain.discount import campaign_value_text, has_tiers
from store.domain.status import Status, StatusKind, derive_status
from store.json_text import decode, stored, stored_object
from store.models import Freshness, Source
from store.queries.freshness import CampaignStates, days_counted_in
from store.queries.series import LISTS, success_rate
from store.queries.totals import summary_instant
from store.times import column_date
from store.words import DateSpan

SPARK_DAYS = 14
SOON = timedelta(days=7)
"""How near a start or an end is soon."""
LOW_SUCCESS = 700
"""Thousandths of redemptions that succeed; below it a screen raises a hand."""


class CampaignRow(Struct, frozen=True):
    """One line of the campaign list.

    Attributes:
        id, name, campaign_type: as received.
        status: derived (API §5), with its time hint.
        category: name of the first category, "" when none.
        value_text: the discount, gift or points in words.
        start_date, expiration_date: UTC text or None for open ends.
        vouchers_count: the API's count of codes; says nothing about use. None where tiers take the place of codes.
        redemptions: succeeded, ever; None when neither rows nor a summary are cached.
        publications: succeeded, ever; None when unknown, as it is for types without publications.
        success_permille: share of redemptions that succeeded; None when unknown.
        spark: succeeded redemptions of the last 14 local days, oldest first; None where unknown.
        source: where the totals come from.
        as_of: when they were last read; for a summary, the instant up to which it counts.
        metadata: the campaign's metadata as JSON text, for filtering.
        missing_since: set when the API no longer returns it.
        received: the campaign as received, as JSON text; `document` is it decoded.
        complete: whether the totals are known to be complete up to `as_of`; else they are lower bounds.
        days_of: in words, which days were counted, where these are not the project's: the spark is unknown then.
        publications_complete: the same of the publications, which are a list of their own.
        redemptions_why, publications_why: why these are not known, in a few words, where they are not.
        refused_today: redemptions refused on the local day so far; None where unknown.
    """

    id: str
    name: str
    campaign_type: str
    status: Status
    category: str
    value_text: str
    start_date: str | None
    expiration_date: str | None
    vouchers_count: int | None
    redemptions: int | None
    publications: int | None
    success_permille: int | None
    spark: tuple[int | None, ...]
    source: Source
    as_of: str | None
    metadata: str
    missing_since: str | None
    received: bytes | str | None
    complete: bool = False
    publications_complete: bool = False
    days_of: str = ""
    redemptions_why: str = ""
    publications_why: str = ""
    refused_today: int | None = None

    @property
    def document(self) -> Mapping[str, Any]:
        """The campaign as received, decoded anew: a list shows hundreds and needs little of each."""
        return stored_object(self.received)

    @property
    def is_failing(self) -> bool:
        """Whether fewer of today's redemptions succeeded than `LOW_SUCCESS`; not where that is unknown."""
        rate = success_rate(self.spark[-1] if self.spark else None, self.refused_today)
        return rate is not None and rate < LOW_SUCCESS

    @property
    def display_name(self) -> str:
        """What to call it where there must be something to see: its name, or its id where that is blank."""
        return self.name if self.name.strip() else self.id


class _Deciding(Struct):
    """The members of a campaign that tell its status and its value in words: to skip the others is quick."""

    active: Any = None
    creation_status: Any = None
    vouchers_generation_status: Any = None
    start_date: Any = None
    expiration_date: Any = None
    validity_day_of_week: Any = None
    validity_hours: Any = None
    validity_timeframe: Any = None
    voucher: Any = None
    promotion: Any = UNSET


_decode = Decoder(_Deciding).decode


def _deciding(received: bytes | str | None) -> Mapping[str, Any]:
    """As much of a campaign as `_Deciding` names."""
    if received is None:
        return {}
    try:
        found = asdict(_decode(received))
    except (DecodeError, UnicodeDecodeError, RecursionError):
        return stored_object(received)
    if found["promotion"] is UNSET:
        del found["promotion"]
    return found


class CampaignCounts(Struct, frozen=True):
    """The line above the list: how many campaigns there are, by what an operator asks first."""

    total: int
    active: int
    ending_soon: int
    just_started: int
    failing: int
    scheduled: int
    drafts: int


_TOTAL = "(select value from campaign_totals where campaign_id = c.id and metric = '{}' and source = '{}')"
_COUNTED = ("redemptions_succeeded", "redemptions_failed", "publications_succeeded")
_QUERY = (
    "select c.id, c.name, c.campaign_type, c.category, c.start_date, c.expiration_date, c.vouchers_count, c.metadata,"
    " c.missing_since, r.json,"
    " (select max(until) from campaign_totals where campaign_id = c.id and source = 'summary'), "
    + ", ".join(_TOTAL.format(metric, source.value) for source in (Source.ROWS, Source.SUMMARY) for metric in _COUNTED)
    + " from campaigns c join campaigns_raw r on r.id = c.id"
)
"""Each campaign, up to when its summary counts (all totals of one are of one instant), and the totals that are shown.

Looked up one by one: to group all the totals there are takes several times as long.
"""


def list_campaigns(
    connection: sqlite3.Connection, now: datetime, zone: tzinfo, currency: str | None = None
) -> list[CampaignRow]:
    """Every campaign in the cache, newest first. A few hundred at most: filters and sorts run over the answer.

    Args:
        connection: of the cache.
        now: the instant that decides about status.
        zone: the project's.
        currency: of the amounts in words; without one they are bare numbers.
    """
    rows = connection.execute(_QUERY + " order by c.created_at desc, c.id").fetchall()
    return _build(connection, now, zone, rows, currency)


def get_campaign(
    connection: sqlite3.Connection, wanted: str, now: datetime, zone: tzinfo, currency: str | None = None
) -> CampaignRow | None:
    """One campaign by id or exact name; None when the cache has no such campaign."""
    query = (
        _QUERY + " where c.id = ?1 or c.name = ?1 order by c.id = ?1 desc, c.missing_since is not null, c.id limit 1"
    )
    rows = _build(connection, now, zone, connection.execute(query, (wanted,)).fetchall(), currency)
    return rows[0] if rows else None


def campaigns_called(connection: sqlite3.Connection, wanted: str) -> list[str]:
    """Ids of the campaigns that an id or exact name means; missing ones only when no other has the name."""
    rows = connection.execute(
        "select id, id = ?1, missing_since is null from campaigns where id = ?1 or name = ?1 order by created_at, id",
        (wanted,),
    ).fetchall()
    best = max((row[1:] for row in rows), default=None)
    return [str(row[0]) for row in rows if row[1:] == best]


def access_assignments(connection: sqlite3.Connection, campaign: CampaignRow) -> Any:
    """The areas and stores a campaign is assigned to, as received: its own list, else what its document says."""
    row = connection.execute("select settings from access_settings where id = ?", (campaign.id,)).fetchone()
    return stored(row[0]) if row and row[0] else campaign.document.get("access_settings_assignments")


def _build(
    connection: sqlite3.Connection, now: datetime, zone: tzinfo, rows: list[tuple[Any, ...]], currency: str | None
) -> list[CampaignRow]:
    one = rows[0][0] if len(rows) == 1 else None
    known = _Known(connection)
    shown = DateSpan.last(SPARK_DAYS, local_time(now, zone).date())
    days = [day.isoformat() for day in shown]
    days_of = days_counted_in(connection, zone)
    by_day = {} if days_of else _by_day(connection, days[0], days[-1], one)
    unseen: dict[str, tuple[int | None, ...]] = {}
    campaigns = []
    for identity, name, kind, category, start, end, vouchers, metadata, missing, text, until, *totals in rows:
        document = _deciding(text)
        tiers = has_tiers(document)
        source, state = known.source(identity, "redemptions", until)
        published_from, published = known.source(identity, "publications", until)
        succeeded, failed = (known.total(totals, at, source, state) for at in (0, 1))
        whole_once = source is Source.ROWS and state.completed_at is not None
        read_at = state.as_of if whole_once and state.as_of and not days_of else ""
        if read_at not in unseen:
            read_until = local_day(read_at, zone) if read_at else ""
            unseen[read_at] = tuple(0 if day <= read_until else None for day in days)
        none = unseen[read_at]
        found = by_day.get((identity, source.value), _NO_DAYS)
        campaigns.append(
            CampaignRow(
                id=identity, name=name or "", campaign_type=kind or "",
                status=derive_status(document, now, zone, missing=missing is not None),
                category=category or "", value_text=campaign_value_text(document, currency),
                start_date=column_date(start), expiration_date=column_date(end),
                vouchers_count=None if tiers else vouchers,
                redemptions=succeeded,
                publications=None if tiers else known.total(totals, 2, published_from, published),
                success_permille=success_rate(succeeded, failed),
                spark=tuple(map(found.get, days, none)) if found else none,
                source=source, as_of=state.as_of, metadata=metadata or "", missing_since=missing, received=text,
                complete=state.complete and not state.mixed,
                publications_complete=published.complete, days_of=days_of,
                redemptions_why=state.why, publications_why=published.why,
                refused_today=found.get(_REFUSED, none[-1]),
            )
        )  # fmt: skip
    return campaigns


class _Known:
    """How far each list can be trusted, and where each campaign's totals of it come from.

    Rows win where their list was once complete, then the summary, then whatever rows there are: as everywhere.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._states = {name: CampaignStates(connection, name) for name in ("redemptions", "publications")}

    def source(self, campaign_id: str, resource: str, until: str | None) -> tuple[Source, Freshness]:
        """Where a campaign's totals of one list come from, and how far they can be trusted.

        Args:
            campaign_id: whose.
            resource: the list.
            until: up to when its summary counts, as it is stored; None without one.
        """
        state = self._states[resource].of(campaign_id)
        if state.completed_at is not None:
            return Source.ROWS, state
        if until:
            instant, complete = summary_instant(until)
            return Source.SUMMARY, Freshness("complete" if complete else "partial", instant, instant)
        if state.as_of is not None or (campaign_id, resource) in self._has_rows:
            return Source.ROWS, state
        return Source.NONE, state

    @cached_property
    def _has_rows(self) -> set[tuple[str, str]]:
        """Campaigns and lists of which there are any totals of rows."""
        query = "select distinct campaign_id, metric from campaign_totals where source = 'rows'"
        return {(campaign, LISTS[metric]) for campaign, metric in self._connection.execute(query) if metric in LISTS}

    @staticmethod
    def total(totals: Sequence[int | None], at: int, source: Source, state: Freshness) -> int | None:
        """One lifetime total, of those that `_QUERY` gives; None when unknown."""
        if source is Source.SUMMARY:
            return totals[len(_COUNTED) + at]
        if source is Source.NONE:
            return None
        return state.known(0) if totals[at] is None else totals[at]


_REFUSED = "refused today"
_NO_DAYS: Mapping[str, int] = {}


def _by_day(
    connection: sqlite3.Connection, since: str, today: str, one: str | None
) -> dict[tuple[str, str], dict[str, int]]:
    """Of each campaign and source the redemptions by day, and under `_REFUSED` the refused ones of today."""
    found: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    # As one row: another thread that computes could take its turn after each.
    (rows,) = connection.execute(
        "select json_group_array(json_array("
        "d.campaign_id, d.source, case d.metric when 'redemptions_failed' then ?4 else d.day end, d.value))"
        " from campaigns c cross join daily d on d.campaign_id = c.id and d.day >= ?1"
        " where (d.metric = 'redemptions_succeeded' or (d.metric = 'redemptions_failed' and d.day = ?2))"
        " and (?3 is null or c.id = ?3)",
        (since, today, one, _REFUSED),
    ).fetchone()
    for campaign, source, day, value in decode(rows):
        found[campaign, source][day] = value
    return found


def ends_soon(status: Status, now: datetime) -> bool:
    """Whether a campaign is active and ends within seven days."""
    return status.kind is StatusKind.ACTIVE and status.ends_at is not None and status.ends_at <= now + SOON


def just_started(status: Status, now: datetime) -> bool:
    """Whether a campaign is active and started within the last seven days."""
    return status.kind is StatusKind.ACTIVE and status.starts_at is not None and status.starts_at >= now - SOON


def count_campaigns(campaigns: list[CampaignRow], now: datetime) -> CampaignCounts:
    """How many campaigns run, end or started within seven days, fail, wait, or are drafts; no deleted ones."""
    alive = [campaign for campaign in campaigns if campaign.status.kind is not StatusKind.DELETED]

    def count(test: Callable[[CampaignRow], bool]) -> int:
        return sum(1 for campaign in alive if test(campaign))

    return CampaignCounts(
        total=len(alive),
        active=count(lambda campaign: campaign.status.kind is StatusKind.ACTIVE),
        ending_soon=count(lambda campaign: ends_soon(campaign.status, now)),
        just_started=count(lambda campaign: just_started(campaign.status, now)),
        failing=count(lambda campaign: campaign.is_failing),
        scheduled=count(lambda campaign: campaign.status.kind is StatusKind.SCHEDULED),
        drafts=count(lambda campaign: campaign.status.kind is StatusKind.DRAFT),
    )
