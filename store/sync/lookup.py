"""Asking the API for one record that is not cached: which call finds it, and keeping what it answers."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING

from store.api.addresses import segment
from store.api.errors import NotFound
from store.cache.database import transaction
from store.cache.journal import ChangeOrigin, write_disappearance
from store.cache.page import placeholders
from store.cache.registry import TABLES
from store.cache.rollups import rebuild_dirty
from store.cache.writer import Context, Writer
from store.days import instant_text
from store.queries.search_hits import Hit, Match
from store.sync.customer_lookup import customers_of_address
from store.sync.request import name_map, read_campaigns

if TYPE_CHECKING:
    from store.api.client import ApiClient

_ORIGIN = "lookup"
_OTHER_ID = re.compile(r"(?!v_)[a-z]{1,6}_[0-9A-Za-z]{8,}")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")


@dataclass(frozen=True, slots=True)
class Lookup:
    """The one call that finds a record by what people know of it.

    Attributes:
        table: where it is kept.
        path: below the base URL, encoded.
        params: of the query.
    """

    table: str
    path: str
    params: tuple[tuple[str, str], ...] = ()

    @property
    def kind(self) -> str:
        """Of the record, as a `Ref` names it."""
        return self.table.removesuffix("s")

    @property
    def words(self) -> str:
        """`GET /v1/vouchers/SUMMER`, for people."""
        query = "&".join(f"{name}={value}" for name, value in self.params)
        return f"GET {self.path}{'?' if query else ''}{query}"


def lookup_of(text: str) -> Lookup | None:
    """The call for an id of a customer, a redemption or a code, for an e-mail address, or else for a code.

    None for ids of other kinds, and for what cannot be a code: the API has no such call, or needs none.
    """
    known = text.strip()
    if not known or len(known) > 200 or not known.isprintable():
        return None
    if _EMAIL.fullmatch(known):
        return Lookup("customers", "/v1/customers", (("email", known),))
    if _OTHER_ID.fullmatch(known):
        prefix = known.partition("_")[0]
        table = {"cust": "customers", "r": "redemptions", "rf": "redemptions", "rr": "redemptions"}.get(prefix)
        return Lookup(table, f"/v1/{table}/{segment(known)}") if table else None
    return Lookup("vouchers", f"/v1/vouchers/{segment(known)}")


def lookup_beside(text: str, hits: Sequence[Hit]) -> Lookup | None:
    """The call that may find what a search did not; None where its record is among the hits.

    A text with blanks that was found in something is a name more likely than a code.
    """
    lookup = lookup_of(text)
    if lookup is None or (hits and len(text.split()) > 1):
        return None
    return None if any(hit.match is Match.EXACT and hit.ref.kind == lookup.kind for hit in hits) else lookup


async def look_up(client: "ApiClient", connection: sqlite3.Connection, lookup: Lookup, zone: tzinfo) -> list[str]:
    """Ask the API and keep what it answers, as a page of its list would be kept.

    It costs one call; for more than a hundred customers of one address, one for each hundred. What is known of the list
    as a whole stays as it is: one record more makes none complete.

    Args:
        client: asks.
        connection: the writing connection.
        lookup: what to ask.
        zone: of the project.

    Returns:
        The ids of the records that were found; none where the API has no such record.

    Raises:
        ApiError: the API refused, or could not be reached.
    """
    if lookup.params:
        rows = await customers_of_address(client, lookup.params[0][1])
    else:
        try:
            rows = [(await client.get(lookup.path)).content]
        except NotFound:
            return []
    return keep(client, connection, lookup.table, rows, zone)


def keep(
    client: "ApiClient", connection: sqlite3.Connection, table: str, rows: Sequence[bytes], zone: tzinfo
) -> list[str]:
    """Keep records that the API just gave, as a page of their list would be kept; returns their ids.

    Args:
        client: that read them.
        connection: the writing connection.
        table: where they are kept.
        rows: each as it came.
        zone: of the project.
    """
    now = instant_text(client.server_time or client.clock.now())
    names = name_map(read_campaigns(connection))
    context = Context(zone, ChangeOrigin(_ORIGIN, now), campaign_ids=names)
    with transaction(connection):
        applied, ids = Writer(connection, TABLES[table]).apply(rows, context)
    rebuild_dirty(connection, zone)
    return ids if not applied.malformed else [*ids, *applied.malformed]


def forget(client: "ApiClient", connection: sqlite3.Connection, table: str, ids: Sequence[str]) -> None:
    """Mark records of which the API has just said that they are no more, as a whole reading of their list would.

    Args:
        client: that asked.
        connection: the writing connection.
        table: where they are kept.
        ids: of the records.
    """
    now, spec = instant_text(client.server_time or client.clock.now()), TABLES[table]
    campaign = f't."{spec.campaign_column}"' if spec.campaign_column else "null"
    with transaction(connection):
        gone = connection.execute(
            f'select t.id, {campaign}, cast(r.json as text) from "{table}" t join "{spec.raw}" r on r.id = t.id'
            f" where t.missing_since is null and t.id in ({placeholders(len(ids))})",
            list(ids),
        ).fetchall()
        connection.executemany(f'update "{table}" set missing_since = ? where id = ?', [(now, row[0]) for row in gone])
        if spec.journal and gone:
            write_disappearance(connection, spec, gone, ChangeOrigin(_ORIGIN, now))
