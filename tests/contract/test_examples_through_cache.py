"""Every documented record, and samples of every kind, through the record functions into the cache."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from store.cache.columns import NotARecord, TableSpec, as_text
from store.cache.database import connect_writer, transaction
from store.cache.journal import ChangeOrigin
from store.cache.page import Applied
from store.cache.writer import Context, Writer
from store.sync.catalogue import CATALOGUE
from store.sync.resource import Resource
from tests.contract.bodies import records
from tests.contract.endpoints import LISTS, Endpoint
from tests.contract.samples import Variant, rows
from tests.contract.spec import Spec

ZONE = ZoneInfo("Europe/Warsaw")
CONTEXT = Context(zone=ZONE, moment=ChangeOrigin("run_1", "2026-11-20T12:00:00.000Z", None), campaign_id="camp_asked")
BY_TEMPLATE = {endpoint.template: endpoint for endpoint in LISTS}


def endpoint_of(resource: Resource) -> Endpoint | None:
    template = resource.path.replace("{campaign}", "{campaignId}").replace("{member}", "{memberId}")
    return BY_TEMPLATE.get(template)


UNPUBLISHED = {"/v1/areas"}
"""Lists that the changelog names and the specification does not describe."""
LISTED = [resource for resource in CATALOGUE if resource.paging.keys and resource.path not in UNPUBLISHED]
KEEPING = [resource for resource in LISTED if not resource.table.same_as]


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect_writer(tmp_path / "cache.db")
    yield connection
    connection.close()


def identity(table: TableSpec, document: Any) -> str | None:
    """What the record function takes for the identity of a document; None when it has none."""
    try:
        row = table.reader()(document)
    except NotARecord:
        return None
    assert len(row) == len(table.column_names)
    return str(row[0])


def apply(cache: sqlite3.Connection, table: TableSpec, raw: list[bytes]) -> Applied:
    with transaction(cache):
        applied, _ = Writer(cache, table).apply(raw, CONTEXT)
    return applied


def dump(cache: sqlite3.Connection) -> list[str]:
    return list(cache.iterdump())


def check(cache: sqlite3.Connection, table: TableSpec, documents: list[Any]) -> None:
    raw = records(documents)
    known = {identity(table, document): text for document, text in zip(documents, raw, strict=True)}
    nameless = [document for document in documents if identity(table, document) is None]
    known.pop(None, None)
    applied = apply(cache, table, raw)
    assert applied.seen == len(documents)
    assert applied.not_understood == (0 if table.same_as else len(nameless))
    stored = dict(cache.execute(f'select id, json from "{table.raw}"').fetchall())
    assert stored == {name: text.decode() for name, text in known.items()}
    assert {row[0] for row in cache.execute(f'select id from "{table.name}"')} == set(known)
    before = dump(cache)
    again = apply(cache, table, raw)
    assert (again.added, again.changed) == (0, 0)
    assert dump(cache) == before
    assert cache.execute("pragma integrity_check").fetchone() == ("ok",)


def test_every_listed_resource_is_an_endpoint_known_here() -> None:
    assert [resource.name for resource in LISTED if endpoint_of(resource) is None] == []
    assert len(LISTED) >= 15


@pytest.mark.parametrize("resource", LISTED, ids=lambda resource: resource.name)
def test_examples_are_kept_as_received(spec: Spec, cache: sqlite3.Connection, resource: Resource) -> None:
    endpoint = endpoint_of(resource)
    assert endpoint is not None
    documents: dict[str, Any] = {}
    for example in spec.examples("GET", endpoint.template, "200"):
        for row in example.document[endpoint.key]:
            documents[row["id"]] = row
    check(cache, resource.table, list(documents.values()))
    if resource.table.key is None:
        assert {row[0] for row in cache.execute(f'select id from "{resource.table.name}"')} == set(documents)


@pytest.mark.parametrize("variant", Variant, ids=str)
@pytest.mark.parametrize("resource", LISTED, ids=lambda resource: resource.name)
def test_samples_are_kept_as_received(
    spec: Spec, cache: sqlite3.Connection, resource: Resource, variant: Variant
) -> None:
    endpoint = endpoint_of(resource)
    assert endpoint is not None
    documents = [row for seed in range(3) for row in rows(spec, endpoint, variant, seed)]
    unique = {as_text(row["id"]) or json.dumps(row): row for row in documents}
    check(cache, resource.table, list(unique.values()))


@pytest.mark.parametrize("resource", LISTED, ids=lambda resource: resource.name)
def test_a_documented_record_fills_more_than_its_id(spec: Spec, resource: Resource) -> None:
    endpoint = endpoint_of(resource)
    assert endpoint is not None
    document = rows(spec, endpoint, Variant.FULL)[0]
    row = resource.table.reader()(document)
    filled = [name for name, value in zip(resource.table.column_names, row, strict=True) if value is not None]
    assert len(filled) >= min(3, len(row))


@pytest.mark.parametrize("resource", LISTED, ids=lambda resource: resource.name)
def test_values_of_a_wrong_kind_are_null_and_never_another_kind(spec: Spec, resource: Resource) -> None:
    endpoint = endpoint_of(resource)
    assert endpoint is not None
    read = resource.table.reader()
    for seed in range(20):
        for document in rows(spec, endpoint, Variant.HOSTILE, seed):
            assert all(value is None or type(value) in (str, int) for value in read(document))


@pytest.mark.parametrize("raw", [b"[]", b"7", b"null", b'"text"', b"{}", b'{"id": ""}', b'{"id": [1]}', b"{", b"\xff"])
@pytest.mark.parametrize("resource", KEEPING[:3], ids=lambda resource: resource.name)
def test_what_is_no_record_is_kept_raw_and_stops_nothing(
    cache: sqlite3.Connection, resource: Resource, raw: bytes
) -> None:
    good = b'{"id": "a_1", "access_settings_assignments": {"data": []}}'
    applied = apply(cache, resource.table, [raw, good])
    assert (applied.seen, applied.not_understood) == (2, 1)
    kept = cache.execute("select json from unreadable where resource = ?", (resource.name,)).fetchall()
    assert kept == [(raw.decode("utf-8", "backslashreplace"),)]
    assert cache.execute(f'select count(*) from "{resource.table.name}"').fetchone() == (1,)
