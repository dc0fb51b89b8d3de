"""Rows of the cache as what actions are done to: the API reads each by the name that is worked out for it."""

import asyncio
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from store.actions.catalogue import ACTIONS, KINDS
from store.actions.reading import read_content
from store.actions.subjects import STANDS_FOR, TABLES_OF, managed_records, records_named
from store.api.client import ApiClient, Credentials
from store.queries.reader import Reader
from store.ref import Ref
from tests.support.syncing import ZONE, Project


@pytest.fixture(scope="module")
def reader(synced: tuple[Path, Project], tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """The synced cache with an event beside, which a sync brings only of customers that were opened."""
    path = tmp_path_factory.mktemp("managed") / "cache.db"
    shutil.copyfile(synced[0], path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "insert into customer_activity (id, type, redemption_id)"
            " select 'ev_1', 'customer.redemption.succeeded', id from redemptions limit 1"
        )
    return Reader(path, ZONE, synced[1].clock)


def one_id(reader: Reader, table: str, where: str = "1") -> str:
    row = reader.connection.execute(f'select id from "{table}" where {where} limit 1').fetchone()
    assert row is not None, table
    return str(row[0])


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_row_is_read_by_its_name(reader: Reader, synced: tuple[Path, Project], kind: str) -> None:
    identity = one_id(reader, TABLES_OF[kind])
    (record,) = reader.ask(managed_records, [Ref(kind, identity), Ref(kind, identity)])
    action = next(one for one in ACTIONS if one.kind == kind)
    name = record.name_for(action)
    found = reader.ask(records_named, action, [name, "no such record"])
    assert {key: one.id for key, one in found.items()} == {name: identity}

    async def read() -> dict[str, Any]:
        credentials = Credentials("https://api.example.test", "demo", "demo-token")
        async with ApiClient(credentials, clock=synced[1].clock, responder=synced[1].sandbox.respond) as client:
            answer: dict[str, Any] = json.loads(await read_content(client, action, name))
            return answer

    assert asyncio.run(read())["id"] == record.document["id"] == identity


@pytest.mark.parametrize("kind", sorted(STANDS_FOR))
def test_a_row_that_tells_of_another_record_means_that_one(reader: Reader, kind: str) -> None:
    meant, column = STANDS_FOR[kind]
    identity = one_id(reader, TABLES_OF[kind], f"{column} in (select id from {TABLES_OF[meant]})")
    pointed = reader.connection.execute(f"select {column} from {TABLES_OF[kind]} where id = ?", (identity,)).fetchone()
    (record,) = reader.ask(managed_records, [Ref(kind, identity)])
    assert (record.kind, record.id) == (meant, pointed[0])
    assert reader.ask(managed_records, [Ref(kind, "no such row"), Ref("customer", "cust_1")]) == []
