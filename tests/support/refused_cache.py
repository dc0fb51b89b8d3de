"""A small cache around one refused attempt, for tests of explanations: a code, its campaign, a customer, and `rf_1`."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from store.cache.database import connect_writer
from store.explain.answer import Attempt, Evidence, Explanation
from store.explain.circumstances import Circumstances
from store.explain.explain import explain
from store.json_text import stored_object
from store.ref import Ref
from tests.support.records import Document, campaign, put, read_whole
from tests.support.syncing import ZONE

AT = "2026-11-20T12:00:00.000Z"
"""The attempt: a Friday, 13:00 by the project's clock."""
READ = "2026-11-27T12:00:00.000Z"
ABOUT = Circumstances(datetime(2026, 11, 27, 12, tzinfo=UTC), ZONE, currency="EUR")
LISTS = (
    "campaigns", "vouchers", "promotion_tiers", "redemptions", "publications", "transactions", "customers",
    "validation_rules", "validation_rules_assignments", "rewards", "reward_assignments", "segments",
)  # fmt: skip


def template(folder: Path) -> sqlite3.Connection:
    """An empty cache, to copy."""
    return connect_writer(folder / "template.db")


@contextmanager
def copy_of(made: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """A copy in memory that a test may fill."""
    copy = sqlite3.connect(":memory:", isolation_level=None)
    made.backup(copy)
    yield copy
    copy.close()


def voucher(**more: Any) -> Document:
    """The code, on and without dates."""
    return {
        "id": "v_1", "code": "CODE", "type": "DISCOUNT_VOUCHER", "campaign": "Autumn", "campaign_id": "camp_1",
        "active": True, "start_date": None, "expiration_date": None, "object": "voucher",
        "redemption": {"quantity": None, "redeemed_quantity": 0}, "created_at": "2026-01-10T08:00:00.000Z", **more,
    }  # fmt: skip


def failed(key: str, identity: str = "rf_1", message: str = "", **more: Any) -> Document:
    """The refused redemption."""
    return {
        "id": identity, "object": "redemption", "date": AT, "result": "FAILURE", "status": "FAILED",
        "failure_code": key, "failure_message": message, "customer_id": "cust_1", "metadata": {},
        "customer": {"id": "cust_1", "metadata": {}, "object": "customer"},
        "order": {"amount": 2_000, "items": [], "metadata": {}, "object": "order"},
        "related_object_type": "voucher", "related_object_id": "v_1",
        "voucher": {"id": "v_1", "code": "CODE", "campaign": "Autumn", "campaign_id": "camp_1", "object": "voucher"},
        **more,
    }  # fmt: skip


def logged(request: Any = None, response: Mapping[str, Any] | None = None, **more: Any) -> Document:
    """The call behind `rf_1` in the API log."""
    return {
        "id": "log_1", "created_at": AT, "status": 400, "method": "POST", "request_id": "req_1",
        "url": "/v1/redemptions", "request_body": request,
        "response_body": msgspec.json.encode({"id": "rf_1", **(response or {})}).decode(), **more,
    }  # fmt: skip


def shop(cache: sqlite3.Connection, **code: Any) -> None:
    """The campaign, the code and the customer, every list read to its end after the attempt."""
    put(cache, "campaigns", campaign(active=True, join_once=False, type="STATIC"))
    put(cache, "vouchers", voucher(**code))
    put(cache, "customers", {"id": "cust_1", "object": "customer", "created_at": AT, "metadata": {}})
    read_whole(cache, *LISTS, at=READ)


def why(cache: sqlite3.Connection, kind: str = "redemption", identity: str = "rf_1", **attempt: Any) -> Explanation:
    """The explanation."""
    return explain(cache, Ref(kind, identity), Attempt(**attempt), ABOUT)


def line(told: Explanation, claim: str) -> Evidence:
    """The one evidence whose claim holds a text."""
    found = [one for one in told.evidence if claim in one.claim]
    assert len(found) == 1, (claim, [one.claim for one in told.evidence])
    return found[0]


def lose(cache: sqlite3.Connection, *what: str) -> None:
    """Take evidence away: a table, or a member of the attempt's own row as `redemptions:member`."""
    for one in what:
        table, _, member = one.partition(":")
        if not member:
            cache.execute(f"delete from {table}")
            cache.execute(f"delete from {table}_raw")
            cache.execute("delete from sync_states where resource = ?", (table,))
            continue
        [(text,)] = cache.execute(f"select json from {table}_raw where id in ('rf_1', 'pub_1')")
        row = stored_object(text)
        row.pop(member)
        cache.execute(f"update {table}_raw set json = ? where id = ?", (msgspec.json.encode(row).decode(), row["id"]))
