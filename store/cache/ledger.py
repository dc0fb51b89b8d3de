"""The sync ledger: what is known about every resource and scope, and where an unfinished reading resumes.

A scope is `project`, `campaign:<id>`, `customer:<id>` or `voucher:<id>`. Rows here say when and how; resource tables
say only what.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace

from store.cache.database import transaction
from store.cache.seen_ids import count_seen, forget_seen, see

PROJECT = "project"
OF_ONE_CODE = "voucher:"
COMPLETE, PARTIAL, FAILED, UNKNOWN = "complete", "partial", "failed", "unknown"
FULL_REFRESH = "sweep"
"""The pass that reads all of a list, remembers every id and may conclude that others are missing; its stored name."""


def campaign_scope(campaign_id: str) -> str:
    """The scope of one campaign's rows."""
    return f"campaign:{campaign_id}"


def customer_scope(customer_id: str) -> str:
    """The scope of what is read of one customer."""
    return f"customer:{customer_id}"


def voucher_scope(voucher_id: str) -> str:
    """The scope of what is read of one code."""
    return f"{OF_ONE_CODE}{voucher_id}"


@dataclass(frozen=True, slots=True)
class SyncCheckpoint:
    """What the ledger holds of one resource in one scope.

    Attributes:
        state: complete, partial, failed or unknown: of the best reading, which no later attempt makes worse.
        as_of: when that reading was (UTC text).
        completed_at: when it was last known complete; None before the first complete reading.
        created_watermark: rows created up to here are cached (since the last complete reading).
        updated_watermark: changes up to here are cached.
        cursor: the last id, for lists read by id.
        via: pages or exports.
        reason: why it is not complete.
        attempt_state: partial or failed, where a later attempt ended so; None when the last one succeeded.
        attempted_at: when that attempt was (UTC text).
        attempt_reason: why it ended so.
        total: how many rows the API said there are.
        way: which of the resource's filters by campaign the server honours.
    """

    resource: str
    scope: str
    state: str = UNKNOWN
    as_of: str | None = None
    completed_at: str | None = None
    created_watermark: str | None = None
    updated_watermark: str | None = None
    cursor: str | None = None
    via: str | None = None
    reason: str | None = None
    total: int | None = None
    way: int = 0
    attempt_state: str | None = None
    attempted_at: str | None = None
    attempt_reason: str | None = None

    def completed(self, now: str) -> "SyncCheckpoint":
        """The state after a complete reading at this instant: what earlier attempts came to is over."""
        return replace(
            self, state=COMPLETE, as_of=now, completed_at=now, reason=None,
            attempt_state=None, attempted_at=None, attempt_reason=None,
        )  # fmt: skip


_STATE = (
    "resource, scope, state, as_of, completed_at, created_watermark, updated_watermark, cursor, via, reason, total,"
    " way, attempt_state, attempted_at, attempt_reason"
)
_VERDICT = ("state", "as_of", "reason", "attempt_state", "attempted_at", "attempt_reason")


class Ledger:
    """Reads and writes the ledger on one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def state(self, resource: str, scope: str) -> SyncCheckpoint:
        """What is known of a resource in a scope; `unknown` when nothing is."""
        row = self._connection.execute(
            f"select {_STATE} from sync_states where resource = ? and scope = ?", (resource, scope)
        ).fetchone()
        return SyncCheckpoint(*row) if row else SyncCheckpoint(resource, scope)

    def states(self) -> list[SyncCheckpoint]:
        """Every row of the ledger."""
        return [
            SyncCheckpoint(*row) for row in self._connection.execute(f"select {_STATE} from sync_states order by 1, 2")
        ]

    def write_state(self, state: SyncCheckpoint) -> None:
        """Write one row, inside the caller's transaction or alone."""
        values = [getattr(state, name.strip()) for name in _STATE.split(",")]
        marks = ", ".join("?" * len(values))
        self._connection.execute(f"insert or replace into sync_states ({_STATE}) values ({marks})", values)

    def forget(self, resource: str, scope: str, *, reason: str) -> None:
        """Drop what is known of a scope, where it has this reason."""
        self._connection.execute(
            "delete from sync_states where resource = ? and scope = ? and reason = ?", (resource, scope, reason)
        )

    def stop(self, resource: str, scope: str, *, state: str, reason: str, as_of: str) -> None:
        """Note that a reading ended early: an attempt beside what an earlier reading brought, if that was better."""
        known = self.state(resource, scope)
        if known.completed_at is not None or (known.state == PARTIAL and state == FAILED):
            known = replace(known, attempt_state=state, attempted_at=as_of, attempt_reason=reason)
        else:
            better = SyncCheckpoint(resource, scope, state, as_of, reason=reason)
            known = replace(known, **{name: getattr(better, name) for name in _VERDICT})
        self.write_state(known)

    def window(self, resource: str, scope: str, name: str) -> tuple[str, str | None] | None:
        """When the reading `name` of a scope that was cut off began, and where it resumes, as it was stored."""
        row = self._connection.execute(
            "select started_at, resume from sync_windows where resource = ? and scope = ? and pass = ?",
            (resource, scope, name),
        ).fetchone()
        return None if row is None else (row[0], row[1])

    def open_window(self, resource: str, scope: str, name: str, started_at: str) -> None:
        """Begin a reading."""
        with transaction(self._connection):
            self._connection.execute(
                "insert or replace into sync_windows (resource, scope, pass, started_at, resume)"
                " values (?, ?, ?, ?, null)",
                (resource, scope, name, started_at),
            )
            if name == FULL_REFRESH:
                forget_seen(self._connection, resource, scope)

    def move_window(self, resource: str, scope: str, name: str, resume: str) -> None:
        """Where to go on after the page written in the same transaction; the text is the caller's."""
        self._connection.execute(
            "update sync_windows set resume = ? where resource = ? and scope = ? and pass = ?",
            (resume, resource, scope, name),
        )

    def close_window(self, resource: str, scope: str, name: str) -> None:
        """End a reading, inside the caller's transaction."""
        if name == FULL_REFRESH:
            forget_seen(self._connection, resource, scope)
        self._connection.execute(
            "delete from sync_windows where resource = ? and scope = ? and pass = ?", (resource, scope, name)
        )

    def begin_again(self, resource: str, scope: str) -> None:
        """Forget every unfinished reading of a scope, so that the next one starts from the beginning."""
        with transaction(self._connection):
            forget_seen(self._connection, resource, scope)
            self._connection.execute("delete from sync_windows where resource = ? and scope = ?", (resource, scope))

    def see(self, resource: str, scope: str, identities: Iterable[str]) -> None:
        """Remember which ids a full refresh has returned, across interruptions."""
        see(self._connection, resource, scope, identities)

    def seen_count(self, resource: str, scope: str) -> int:
        """How many different ids the full refresh has returned so far."""
        return count_seen(self._connection, resource, scope)

    def last_id(self, resource: str, campaign_id: str, until: str) -> str | None:
        """The id of a campaign's newest record that was created by an instant (UTC text)."""
        row = self._connection.execute(
            f'select id from "{resource}" where campaign_id = ? and created_at <= ?'
            " order by created_at desc, id limit 1",
            (campaign_id, until),
        ).fetchone()
        return None if row is None else str(row[0])

    def codes_left(self, resource: str, per_code: str, campaign_id: str) -> list[tuple[str, str]]:
        """Codes a list that exists code by code is still to be read for, with the state each is in now.

        Those that could not be read to their end come last, so that they hold up no others.

        Args:
            resource: the list.
            per_code: see `store.sync.resource.Scoping`.
            campaign_id: whose codes.
        """
        return self._connection.execute(
            f"with m as ({per_code}) select m.id, m.mark from m"
            " left join members_read r on r.resource = ?2 and r.id = m.id where r.mark is not m.mark"
            " order by r.id is not null and r.mark is null, m.newest desc, m.id",
            (campaign_id, resource),
        ).fetchall()

    def count_codes(self, per_code: str, campaign_id: str) -> int:
        """How many codes such a list is read for in all."""
        row = self._connection.execute(f"select count(*) from ({per_code})", (campaign_id,)).fetchone()
        return int(row[0])

    def note_code(self, resource: str, identity: str, mark: str | None) -> None:
        """Remember that such a list was read for a code in this state; None when it could not be read to its end."""
        self._connection.execute(
            "insert or replace into members_read (resource, id, mark) values (?, ?, ?)", (resource, identity, mark)
        )

    def forget_codes(self, resource: str, per_code: str, campaign_id: str) -> None:
        """Forget for which of a campaign's codes such a list was read."""
        self._connection.execute(
            f"delete from members_read where resource = ?2 and id in (select id from ({per_code}))",
            (campaign_id, resource),
        )
