"""Applying a page of documents to the cache: upsert by id, write only what differs, remember what it touches.

Everything here runs inside the caller's transaction, together with the cursor that covers the page.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

import msgspec

from store.cache import unreadable
from store.cache.columns import NotARecord, SqlValue, TableSpec
from store.cache.journal import ChangeOrigin, write_appearance, write_difference
from store.cache.page import Applied, CachedPage, CachedRecord, Known, named_since, placeholders, seeming_id
from store.cache.project_days import mark_project_days
from store.cache.record_shape import Row, fast_reader
from store.cache.rollbacks import link_rollbacks
from store.cache.search_index import mark_changed
from store.cache.seen_ids import SeenIds
from store.cache.unreadable import MalformedRecord, forget_understood
from store.days import local_day
from store.json_text import decode, differing

API = "api"
EXPORT = "export"
OLDER = "api, older than the row"
"""Where a stored document came from; the last one means an export has since updated the row beside it."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a page cannot know by itself.

    Attributes:
        zone: the project's time zone, for the day a row belongs to.
        moment: the sync that sees it.
        campaign_id: the campaign the rows were asked for, when they were asked for one.
        campaign_ids: unambiguous campaign names to ids, for rows that carry only the name (API §11.1).
        journal_new: objects appearing now are news (a complete sync has been here before).
        customer_id: the customer in whose list they stand, when it is one customer's.
    """

    zone: tzinfo
    moment: ChangeOrigin
    campaign_id: str | None = None
    campaign_ids: Mapping[str, str] = field(default_factory=dict)
    journal_new: bool = False
    customer_id: str | None = None


class Writer:
    """Writes records of one resource; made once per table and connection.

    Args:
        connection: the writing connection.
        spec: the resource's table.
    """

    def __init__(self, connection: sqlite3.Connection, spec: TableSpec) -> None:
        self._connection = connection
        self.spec = spec
        self._record = spec.reader()
        self._fast = fast_reader(spec)
        names = spec.column_names
        self._campaign = names.index(spec.campaign_column) if spec.campaign_column in names else None
        self._customer = names.index(spec.customer_column) if spec.customer_column in names else None
        self._shared = names.index(spec.shared_flag) if spec.shared_flag else None
        self._name = names.index("campaign") if "campaign" in names else None
        self._created = names.index("created_at") if "created_at" in names else None
        self._undone = names.index("undone_redemption_id") if "undone_redemption_id" in names else None
        self._upserts: dict[tuple[str, ...], str] = {}
        self._mostly_new = False

    def apply(
        self, rows: Sequence[bytes], context: Context, *, carried: Sequence[str] = ()
    ) -> tuple[Applied, list[str]]:
        """Write one page of documents as received.

        Args:
            rows: each record's exact JSON bytes.
            context: see `Context`.
            carried: columns an export of this list carries: a row that one brought is left alone where these are the
                same, for then nothing has changed but the words. Without them it is replaced by the fuller document.

        Returns:
            What it did, and the ids that were on the page.
        """
        page = self._compare(rows, API, context)
        exported = [identity for identity in page.differing if page.known.get(identity, (b"", ""))[1] == EXPORT]
        alike = self._alike(page, exported, carried) if carried else set()
        fresh, changed = page.split(API, alike)
        if fresh or changed:
            self._write(fresh + changed, self.spec.column_names)
            self._journal(fresh, changed, page.known, context)
            self._mark_days(fresh + changed, context)
            if self._undone is not None:
                undone = {str(one.row[self._undone] or one.row[0]) for one in fresh + changed}
                link_rollbacks(self._connection, undone, {str(one.row[0]) for one in fresh})
            mark_changed(self._connection, self.spec.name, [str(record.row[0]) for record in changed])
            page.applied.rows = {str(one.row[0]): one.row for one in fresh + changed}
        return page.applied, page.identities

    def apply_export(
        self, documents: Sequence[Mapping[str, Any]], carried: Sequence[str], context: Context
    ) -> tuple[Applied, list[str]]:
        """Write records of an export, which knows fewer fields than the list endpoint.

        Only the `carried` columns are written; the others keep what an earlier read brought. A document received from
        the API is kept, marked as older than its row, when an export changes the row.
        """
        page = self._compare([msgspec.json.encode(document) for document in documents], EXPORT, context)
        cached = [identity for identity in page.differing if identity in page.known]
        # Of a row that only exports brought, the document is all that holds what has no column.
        alike = self._alike(page, [one for one in cached if page.known[one][1] != EXPORT], carried)
        fresh, changed = page.split(EXPORT, alike)
        self._write(fresh, self.spec.column_names, source=EXPORT)
        stale = [record for record in changed if page.known[str(record.row[0])][1] != EXPORT]
        exported = [record for record in changed if page.known[str(record.row[0])][1] == EXPORT]
        self._write(exported, ("id", *carried), source=EXPORT)
        self._write(stale, ("id", *carried), source=None)
        self._connection.executemany(
            f'update "{self.spec.raw}" set source = ? where id = ?',
            [(OLDER, record.row[0]) for record in stale],
        )
        self._mark_days(fresh + changed, context)
        mark_changed(self._connection, self.spec.name, [str(record.row[0]) for record in changed])
        page.applied.rows = {str(one.row[0]): one.row for one in fresh}
        return page.applied, page.identities

    def any_of_campaign(self, rows: Sequence[bytes], campaign_id: str, name: str) -> bool:
        """Whether any of these documents belongs to a campaign, by id or, where no id is carried, by name."""
        for raw in rows:
            try:
                row = self._record(decode(raw))
            except (msgspec.DecodeError, NotARecord):
                continue
            campaign = None if self._campaign is None else row[self._campaign]
            if campaign == campaign_id:
                return True
            if campaign is None and (self._name is None or row[self._name] in (None, name)):
                return True
        return False

    def count(self, campaign_id: str | None, until: str, *, since: str = "", column: str = "created_at") -> int:
        """How many records are cached whose time lies between two instants, both included; and those not understood.

        Args:
            campaign_id: whose; None for all.
            until: the later instant (UTC text).
            since: the earlier one.
            column: the time meant, `created_at` or `updated_at`.
        """
        narrowed = f' and "{self.spec.campaign_column}" = :campaign' if campaign_id is not None else ""
        row = self._connection.execute(
            f'select count(*) from "{self.spec.name}" where "{column}" between :since and :until'
            f" and missing_since is null{narrowed}",
            {"campaign": campaign_id, "since": since, "until": until},
        ).fetchone()
        return int(row[0]) + unreadable.count_unreadable(self._connection, self.spec.name, campaign_id)

    def oldest_where(self, condition: str) -> str | None:
        """The earliest creation among rows for which a fixed SQL condition holds."""
        row = self._connection.execute(f'select min(created_at) from "{self.spec.name}" where {condition}').fetchone()
        return None if row is None else row[0]

    def mark_missing(self, seen: SeenIds, context: Context, now: str) -> list[tuple[str, str | None, str]]:
        """Mark the rows of a scope that a full refresh did not return; none that came while its ids were gathered.

        Returns:
            Record id, campaign id and last document of each that was not marked before.
        """
        table, raw, column = self.spec.name, self.spec.raw, self.spec.campaign_column
        owner, owned = column, context.campaign_id
        if context.customer_id is not None:
            owner, owned = self.spec.customer_column, context.customer_id
        narrowed = f' and t."{owner}" = :owned' if owner and owned is not None else ""
        campaign = f't."{column}"' if column else "null"
        gone = self._connection.execute(
            f'select t.id, {campaign}, cast(r.json as blob) from "{table}" t join "{raw}" r on r.id = t.id'
            f" where t.missing_since is null{narrowed}"
            " and substr(:seen, t.rowid + 1, 1) = x'00'",
            {"owned": owned, "seen": seen.rows},
        ).fetchall()
        marked = [(now, row[0]) for row in gone]
        self._connection.executemany(f'update "{table}" set missing_since = ? where id = ?', marked)
        if context.customer_id is None:
            seen.mark_unreadable(context.campaign_id if column else None, now)
        return [(identity, campaign, text.decode("utf-8", "replace")) for identity, campaign, text in gone]

    def _compare(self, rows: Sequence[bytes], source: str, context: Context) -> CachedPage:
        """Find the records that are not cached exactly as they are here; keep the ones that cannot be understood."""
        # Where most are new, all are read at once: looking for the ids first would decode each document twice.
        records_read = [self._read(raw, context) if self._mostly_new else None for raw in rows]
        peeked = [
            str(record.row[0]) if isinstance(record, CachedRecord) else self._identity(raw)
            for raw, record in zip(rows, records_read, strict=True)
        ]
        known = self._known([identity for identity in peeked if identity is not None])
        unplaced = self._unplaced(list(known), context) if source == API else set()
        applied = Applied(seen=len(rows))
        records: dict[str, CachedRecord | None] = {}
        for identity, raw, read in zip(peeked, rows, records_read, strict=True):
            # Most of a page read again is what it was: nothing needs to be read out of that.
            if identity is not None and identity not in unplaced and known.get(identity) == (raw, source):
                records[identity] = None
                continue
            record = self._read(raw, context) if read is None else read
            if isinstance(record, str):
                malformed = MalformedRecord.of(self.spec, raw, record, context.campaign_id)
                if not self.spec.same_as:
                    malformed.keep(self._connection, self.spec.name)
                    applied.not_understood += 1
                applied.malformed.append(malformed.id)
            else:
                records[str(record.row[0])] = record
        self._revive(list(records))
        forget_understood(self._connection, self.spec.name, list(records))
        differing = {identity: record for identity, record in records.items() if record is not None}
        known |= self._known(list(differing.keys() - set(peeked)))
        new = len(differing.keys() - known.keys())
        self._mostly_new = 2 * new > len(rows) and self.spec.key is None and not self.spec.by_customer
        placed = frozenset(one for one in unplaced & differing.keys() if self._is_placed(differing[one]))
        return CachedPage(applied, list(records), differing, known, placed)

    def _unplaced(self, identities: list[str], context: Context) -> set[str]:
        """Which of these are cached without a campaign, or as another customer's.

        The project's list does not state the campaign of every row; a merged customer's events come in another's list.
        """
        if context.customer_id is not None and self._customer is not None:
            query = (
                f'select id from "{self.spec.name}" where "{self.spec.customer_column}" is not ?'
                f" and id in ({placeholders(len(identities))})"
            )
            return {row[0] for row in self._connection.execute(query, (context.customer_id, *identities))}
        if not self._campaign:
            return set()
        if context.campaign_id is None:
            return named_since(self._connection, self.spec, identities, context.campaign_ids)
        query = (
            f'select id from "{self.spec.name}" where "{self.spec.campaign_column}" is null'
            f" and id in ({placeholders(len(identities))})"
        )
        return {row[0] for row in self._connection.execute(query, identities)}

    def _identity(self, raw: bytes) -> str | None:
        """The id a document seems to carry, without looking at the rest; None where that takes a closer look."""
        return None if self.spec.key is not None or self.spec.by_customer else seeming_id(raw)

    def _read(self, raw: bytes, context: Context) -> CachedRecord | str:
        try:
            text = raw.decode("utf-8")
            row = self._row(raw)
            document = decode(raw) if self.spec.children else None
        except (msgspec.DecodeError, UnicodeDecodeError, NotARecord, RecursionError) as error:
            return str(error) or type(error).__name__
        return CachedRecord(self._placed(row, context), raw, text, document)

    def _row(self, raw: bytes) -> Row:
        if self._fast is not None:
            try:
                return self._fast(raw)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                # It is not as it is documented: a closer look tells what of it can be read.
                pass
        return self._record(decode(raw))

    def _placed(self, row: tuple[SqlValue, ...], context: Context) -> tuple[SqlValue, ...]:
        """Give a row that names no campaign the one its name or its request stands for, and one customer's its own."""
        if self._customer is not None and context.customer_id is not None:
            identity = f"{context.customer_id} {row[0]}" if self.spec.by_customer else row[0]
            row = (identity, *row[1 : self._customer], context.customer_id, *row[self._customer + 1 :])
        if self._campaign is None or self._campaign == 0 or row[self._campaign] is not None:
            return row
        if self._shared is not None and row[self._shared]:
            return row
        name = row[self._name] if self._name is not None else None
        campaign = context.campaign_ids.get(str(name)) if name is not None else None
        campaign = campaign or (context.campaign_id if name is None else None)
        if campaign is None:
            return row
        return (*row[: self._campaign], campaign, *row[self._campaign + 1 :])

    def _known(self, identities: list[str]) -> Known:
        if not identities:
            return {}
        marks = placeholders(len(identities))
        query = f'select id, cast(json as blob), source from "{self.spec.raw}" where id in ({marks})'
        return {row[0]: (row[1], row[2]) for row in self._connection.execute(query, identities)}

    def _alike(self, page: CachedPage, identities: list[str], carried: Sequence[str]) -> set[str]:
        """Which of these cached records have the same values in the carried columns."""
        columns = ", ".join(f'"{name}"' for name in carried)
        places = [self.spec.column_names.index(name) for name in carried]
        query = f'select id, {columns} from "{self.spec.name}" where id in ({placeholders(len(identities))})'
        cached = self._connection.execute(query, identities)
        return {row[0] for row in cached if list(row[1:]) == [page.differing[row[0]].row[place] for place in places]}

    def _revive(self, identities: list[str]) -> None:
        """A record that is returned again is not missing any more."""
        missing = f'select exists (select 1 from "{self.spec.name}" where missing_since is not null)'
        if not self._connection.execute(missing).fetchone()[0]:
            return
        self._connection.execute(
            f'update "{self.spec.name}" set missing_since = null'
            f" where missing_since is not null and id in ({placeholders(len(identities))})",
            identities,
        )

    def _upsert(self, names: tuple[str, ...]) -> str:
        if names not in self._upserts:
            columns = ", ".join(f'"{name}"' for name in names)
            updates = ", ".join(f'"{name}" = excluded."{name}"' for name in names[1:])
            self._upserts[names] = (
                f'insert into "{self.spec.name}" ({columns}) values ({placeholders(len(names))})'
                f" on conflict (id) do update set {updates}"
            )
        return self._upserts[names]

    def _write(self, records: list[CachedRecord], names: tuple[str, ...], source: str | None = API) -> None:
        if not records:
            return
        if names == self.spec.column_names:
            rows = [record.row for record in records]
        else:
            places = [self.spec.column_names.index(name) for name in names]
            rows = [tuple(record.row[place] for place in places) for record in records]
        self._connection.executemany(self._upsert(names), rows)
        if source is not None:
            self._connection.executemany(
                f'insert into "{self.spec.raw}" (id, json, source) values (?, ?, ?)'
                " on conflict (id) do update set json = excluded.json, source = excluded.source",
                [(record.row[0], record.text, source) for record in records],
            )
            self._write_children(records)

    def _write_children(self, records: list[CachedRecord]) -> None:
        for child in self.spec.children:
            parent = child.columns[0][0]
            self._connection.executemany(
                f'delete from "{child.name}" where "{parent}" = ?', [(record.row[0],) for record in records]
            )
            self._connection.executemany(
                f'insert into "{child.name}" values ({placeholders(len(child.columns))})',
                [(record.row[0], *row) for record in records for row in child.read(record.document)],
            )

    def _is_placed(self, record: CachedRecord) -> bool:
        return self._customer is not None or self._campaign_of(record) is not None

    def _campaign_of(self, record: CachedRecord) -> str | None:
        value = None if self._campaign is None else record.row[self._campaign]
        return None if value is None else str(value)

    def _journal(
        self,
        fresh: list[CachedRecord],
        changed: list[CachedRecord],
        known: Known,
        context: Context,
    ) -> None:
        if not self.spec.journal:
            return
        for record in changed:
            identity = str(record.row[0])
            text, source = known[identity]
            before, after = differing(text, record.raw)
            # Of a damaged document no difference is known, and one of an export lacks most members.
            if before is None or source == EXPORT:
                continue
            where = (identity, self._campaign_of(record))
            write_difference(self._connection, self.spec, where, (before, after), context.moment)
        if context.journal_new and not self.spec.traffic:
            news = [(str(record.row[0]), self._campaign_of(record), record.text) for record in fresh]
            write_appearance(self._connection, self.spec, news, context.moment)

    def _mark_days(self, records: list[CachedRecord], context: Context) -> None:
        """Days whose rollups these records belong to are counted again before the run ends, or by the next run."""
        if self.spec.name not in ROLLED_UP or self._created is None:
            return
        cells = ((record.row[self._campaign or 0], record.row[self._created]) for record in records)
        minutes = {(campaign, created[:16]) for campaign, created in cells if isinstance(created, str)}
        days = {(campaign, local_day(minute, context.zone)) for campaign, minute in minutes}
        if self.spec.name == "redemptions":
            mark_project_days(self._connection, {day for _, day in days})
        self._connection.executemany(
            "insert or ignore into daily_dirty (campaign_id, day) values (?, ?)",
            sorted((str(campaign), day) for campaign, day in days if campaign is not None),
        )


ROLLED_UP = frozenset({"redemptions", "publications", "vouchers", "trash_bin"})
"""Tables whose rows are counted in `daily`."""
