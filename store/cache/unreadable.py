"""Records that could not be understood: kept as they came under their own ids, counted, and gone once understood."""

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from msgspec import Struct

from store.words import counted

if TYPE_CHECKING:
    from store.cache.columns import TableSpec

SHOWN_BY = "`promoscope list unreadable` shows what came"


class MalformedRecord(Struct, frozen=True):
    """A record that could not be understood.

    Attributes:
        id: the id it seems to carry, or else a digest of its content.
        campaign_id: the campaign it seems to belong to; None where that is unknown.
        content: as received.
        reason: why.
    """

    id: str
    campaign_id: str | None
    content: bytes
    reason: str

    @classmethod
    def of(cls, spec: "TableSpec | None", content: bytes, reason: str, campaign_id: str | None = None) -> Self:
        """What is known of a record.

        Args:
            spec: of the table it was meant for.
            content: as received.
            reason: why it could not be understood.
            campaign_id: the campaign it was asked for, when it was asked for one.
        """
        # Late: the first screen asks how many there are, and needs nothing of the API for that.
        import hashlib

        from store.api.slices import decode_loosely
        from store.cache.columns import as_text

        loose = decode_loosely(content)
        identity = None
        if isinstance(loose, dict) and spec is not None:
            identity = spec.key(loose) if spec.key is not None else as_text(loose.get("id"))
            campaign_id = _campaign_of(spec, loose) or campaign_id
        return cls(identity or hashlib.sha256(content).hexdigest()[:32], campaign_id, content, reason)

    def keep(self, connection: sqlite3.Connection, resource: str) -> None:
        """Store it in place of what was kept of it before."""
        connection.execute(
            "insert or replace into unreadable (resource, id, campaign_id, reason, json) values (?, ?, ?, ?, ?)",
            (resource, self.id, self.campaign_id, self.reason, self.content.decode("utf-8", "backslashreplace")),
        )


def _campaign_of(spec: "TableSpec", loose: dict[str, object]) -> str | None:
    from store.cache.columns import NotARecord

    try:
        row = dict(zip(spec.column_names, spec.reader()(loose), strict=True))
    except NotARecord:
        return None
    found = row.get(spec.campaign_column or "")
    return found if isinstance(found, str) else None


def forget_understood(connection: sqlite3.Connection, resource: str, identities: Sequence[str]) -> None:
    """Drop what was kept of records that are understood now."""
    if connection.execute("select exists (select 1 from unreadable where resource = ?)", (resource,)).fetchone()[0]:
        connection.executemany(
            "delete from unreadable where resource = ? and id = ?", [(resource, identity) for identity in identities]
        )


def is_unreadable(connection: sqlite3.Connection, resource: str, identity: str) -> bool:
    """Whether a record of a list is kept as one that could not be understood."""
    query = "select exists (select 1 from unreadable where resource = ? and id = ?)"
    return bool(connection.execute(query, (resource, identity)).fetchone()[0])


def count_unreadable(connection: sqlite3.Connection, resource: str, campaign_id: str | None = None) -> int:
    """How many records of a list are there and not understood.

    Args:
        connection: the cache.
        resource: the list.
        campaign_id: only those that are, or may be, of this campaign; None for all.
    """
    query, values = "select count(*) from unreadable where resource = ?", [resource]
    if _tells_campaigns(connection):
        query += " and missing_since is null"
        if campaign_id is not None:
            query += " and (campaign_id is null or campaign_id = ?)"
            values.append(campaign_id)
    return int(connection.execute(query, values).fetchone()[0])


def unreadable_by_campaign(connection: sqlite3.Connection, resource: str) -> dict[str | None, int]:
    """The same for every campaign at once; under None those whose campaign is unknown."""
    if not _tells_campaigns(connection):
        return {None: count_unreadable(connection, resource)}
    query = "select campaign_id, count(*) from unreadable where resource = ? and missing_since is null group by 1"
    return dict(connection.execute(query, (resource,)).fetchall())


def _tells_campaigns(connection: sqlite3.Connection) -> bool:
    """Whether it is no cache that an earlier release made and nothing has written to since."""
    return any(row[1] == "campaign_id" for row in connection.execute("pragma table_info(unreadable)"))


def unreadable_words(count: int) -> str:
    """`1 record could not be understood`."""
    return f"{counted(count, 'record')} could not be understood"
