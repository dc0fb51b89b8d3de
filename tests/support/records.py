"""Documents put straight into a cache, as a sync would: for tests that need one odd record and no project."""

import sqlite3
from collections.abc import Mapping
from typing import Any

import msgspec

from store.cache.database import transaction
from store.cache.journal import ChangeOrigin
from store.cache.ledger import Ledger, SyncCheckpoint
from store.cache.page import Applied
from store.cache.registry import TABLES
from store.cache.rollups import rebuild_dirty
from store.cache.writer import Context, Writer
from tests.support.syncing import ZONE

AT = "2026-11-20T12:00:00.000Z"
Document = dict[str, Any]


def put(
    connection: sqlite3.Connection,
    table: str,
    *documents: Document,
    at: str = AT,
    campaign_id: str | None = None,
    names: Mapping[str, str] | None = None,
    journal_new: bool = False,
) -> Applied:
    """Write documents of one resource as one page of a sync, and count the days they touch.

    Args:
        connection: a writer.
        table: the resource.
        documents: as the API would send them.
        at: when the sync sees them.
        campaign_id: the campaign they were asked for.
        names: unambiguous campaign names to ids.
        journal_new: whether new objects are news.
    """
    context = Context(ZONE, ChangeOrigin("run_1", at), campaign_id, names or {}, journal_new)
    with transaction(connection):
        applied, _ = Writer(connection, TABLES[table]).apply([msgspec.json.encode(one) for one in documents], context)
    rebuild_dirty(connection, ZONE)
    return applied


def read_whole(connection: sqlite3.Connection, *resources: str, scope: str = "project", at: str = AT) -> None:
    """Let the ledger say that these lists were read to their end."""
    for resource in resources:
        Ledger(connection).write_state(SyncCheckpoint(resource, scope, "complete", at, at))


def campaign(identity: str = "camp_1", name: str = "Autumn", kind: str = "DISCOUNT_COUPONS", **more: Any) -> Document:
    """A campaign with what every one has."""
    return {
        "id": identity, "name": name, "campaign_type": kind, "object": "campaign",
        "created_at": "2026-01-10T08:00:00.000Z", **more,
    }  # fmt: skip


def redemption(identity: str, **more: Any) -> Document:
    """A succeeded redemption of a code of `camp_1`."""
    return {
        "id": identity, "object": "redemption", "date": AT, "result": "SUCCESS", "status": "SUCCEEDED",
        "voucher": {"id": "v_1", "code": "CODE", "campaign": "Autumn", "campaign_id": "camp_1"}, **more,
    }  # fmt: skip


def rollback(identity: str, of: str, **more: Any) -> Document:
    """A rollback of a redemption."""
    return redemption(identity, object="redemption_rollback", redemption=of, **more)


def order(identity: str, amount: int, applied: int, **more: Any) -> Document:
    """An order as a redemption carries it, amounts in minor units."""
    return {"id": identity, "amount": amount, "total_applied_discount_amount": applied, "object": "order", **more}
