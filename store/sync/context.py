"""What every reading of a run shares."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta, tzinfo
from typing import TYPE_CHECKING

from store.cache.batch import Batch
from store.cache.ledger import Ledger
from store.clock import Clock
from store.days import instant_text
from store.sync.abreast import Slots
from store.sync.report import Report
from store.sync.request import SyncRequest
from store.times import shifted

if TYPE_CHECKING:  # the catalogue names strategies, and with it a screen; neither calls anybody
    from store.api.client import ApiClient

LOOKBACK_WINDOW = timedelta(minutes=5)
"""How long after the instant it carries a record may begin to be listed.

Servers date a record when its request begins and list it when that is done and copied to the server that answers, by
clocks that differ. Seconds are usual; minutes are an outage. What was created this shortly before a list was read is
read again by the next run: a page at most in a shop that makes a hundred records in that time, and no page any more
once the list has been read later than that.
"""
WATERMARK_SLACK = timedelta(seconds=2)
"""Read again before a watermark: servers cut and round the instants they sort by."""


def earlier(text: str, by: timedelta) -> str:
    """An instant in the cache's form, moved back."""
    return shifted(text, -(by // timedelta(milliseconds=1)))


@dataclass(slots=True)
class SyncContext:
    """The client, the cache and the clock."""

    client: "ApiClient"
    connection: sqlite3.Connection
    ledger: Ledger
    clock: Clock
    tell: Callable[[str, str, str, int, int | None], None]
    batch: Batch = field(init=False)
    slots: Slots = field(init=False)

    def __post_init__(self) -> None:
        self.batch = Batch(self.connection)
        self.slots = Slots(lambda: self.client.limits.limit)

    def now(self) -> str:
        """The instant by the server's clock where it stated one, by ours otherwise: hosts drift, ledgers must not."""
        return instant_text(self.client.server_time or self.clock.now())

    def watermark_now(self) -> str:
        """The same for watermarks, by the earlier of both clocks: what changes until then is never asked for."""
        ours = self.clock.now()
        return instant_text(min(self.client.server_time or ours, ours))


@dataclass(slots=True)
class ActiveRun:
    """One run.

    Attributes:
        context: see `SyncContext`.
        request: what was asked, or what that has come to.
        report: counted into.
        started_at: when it began (UTC text).
        zone: the project's time zone.
        names: unambiguous campaign names to ids, for rows that carry only the name.
        stuck: why no further export is asked for; empty while exports work.
        by_campaign: resources whose reading of the project was refused, so that each campaign's list is read.
    """

    context: SyncContext
    request: SyncRequest
    report: Report
    started_at: str
    zone: tzinfo
    names: dict[str, str] = field(default_factory=dict)
    stuck: str = ""
    by_campaign: set[str] = field(default_factory=set)
