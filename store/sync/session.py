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
    """The watermarks a pass has reached; stored with its cursor so that an interruption keeps them."""

    high: str | None = None
    last_id: str | None = None
    total: int | None = None
    unreadable: int = 0

    @classmethod
    def of(cls, resume: Mapping[str, Any] | None) -> "Mark":
        """The marks stored in an unfinished window."""
        stored = (resume or {}).get("mark") or {}
        return cls(stored.get("high"), stored.get("last_id"), stored.get("total"), stored.get("unreadable", 0))

    def as_json(self) -> dict[str, Any]:
        """What is stored beside the paging cursor."""
        return {"high": self.high, "last_id": self.last_id, "total": self.total, "unreadable": self.unreadable}
