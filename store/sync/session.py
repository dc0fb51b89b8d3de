"""What every reading of a run shares, and what a pass has reached."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from store.api.client import ApiClient
from store.cache.ledger import Ledger
from store.clock import Clock
from store.days import instant_text
from store.times import shifted

LATE = timedelta(minutes=5)
"""How long after the instant it carries a record may begin to be listed.

Servers date a record when its request begins and list it when that is done and copied to the server that answers, by
clocks that differ. Seconds are usual; minutes are an outage. What was created this shortly before a list was read is
read again by the next run: a page at most in a shop that makes a hundred records in that time, and no page any more
once the list has been read later than that.
"""


def earlier(text: str, by: timedelta) -> str:
    """An instant in the cache's form, moved back."""
    return shifted(text, -(by // timedelta(milliseconds=1)))


@dataclass(slots=True)
class Session:
    """What every reading of a run shares."""

    client: ApiClient
    connection: sqlite3.Connection
    ledger: Ledger
    clock: Clock
    tell: Callable[[str, str, str, int, int | None], None]

    def now(self) -> str:
        """The instant by the server's clock where it told it, by ours otherwise: hosts drift, ledgers must not."""
        return instant_text(self.client.server_time or self.clock.now())


@dataclass(slots=True)
class Mark:
    """What a pass has reached; stored with its cursor so that an interruption keeps it.

    Attributes:
        high: the newest instant it met.
        doubt: from here on more records may have begun to be listed behind the reader; None while it met none so new.
        last_id: the last record before those.
        total: how many records the API counts.
    """

    high: str | None = None
    doubt: str | None = None
    last_id: str | None = None
    total: int | None = None

    @classmethod
    def of(cls, resume: Mapping[str, Any] | None) -> "Mark":
        """The marks stored in an unfinished window."""
        stored = (resume or {}).get("mark") or {}
        return cls(**{name: stored[name] for name in cls.__slots__ if name in stored})

    def as_json(self) -> dict[str, Any]:
        """What is stored beside the paging cursor."""
        return {name: getattr(self, name) for name in self.__slots__}

    def reach(self, newest: str | None, asked_at: str) -> None:
        """Note the newest instant of some records, which were asked for at this one."""
        if newest is None:
            return
        self.high = max(self.high or newest, newest)
        sure = earlier(asked_at, LATE)
        if newest > sure:
            self.doubt = min(self.doubt or sure, sure)

    @property
    def held(self) -> str | None:
        """Up to which instant all records are held, those that begin to be listed late included."""
        return self.high if self.high is None or self.doubt is None else min(self.high, self.doubt)
