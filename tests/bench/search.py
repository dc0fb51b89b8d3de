"""Finding anything among a million codes, building the index for it, and what keeping it up costs a sync."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec

from store.cache.database import connect_writer, transaction
from store.cache.journal import ChangeOrigin
from store.cache.registry import TABLES
from store.cache.search_index import build_index
from store.cache.writer import Context, Writer
from store.clock import ManualClock
from store.queries.reader import Reader
from store.queries.search import search
from store.queries.search_query import parse_search
from store.queries.ticket import read_ticket
from tests.bench.figures import Figure, median, milliseconds
from tests.bench.million import NOW, PREFIX, ZONE, BigCache

TIMES = 5
MOMENT = ChangeOrigin("run_bench", "2026-11-23T12:00:00.000Z", None)
_PAGES = 200


def measure(cache: BigCache) -> Iterator[Figure]:
    """The build, searches of every kind, and writing with and without an index to keep up."""
    with tempfile.TemporaryDirectory(prefix="promoscope-bench-") as folder:
        path = Path(folder) / "searched.db"
        shutil.copy(cache.path, path)
        yield from _build(path, cache.codes)
        with closing(Reader(path, ZONE, ManualClock(NOW))) as reader:
            yield from _searches(reader, cache.codes)
        yield from _slowdown(Path(folder) / "written.db")


def _build(path: Path, codes: int) -> Iterator[Figure]:
    group = f"search index, {codes:,} codes"
    before, parts = path.stat().st_size, list[int]()
    whole = milliseconds(lambda: build_index(path, lambda: True, parts.append))
    yield Figure(group, "the first build, beside syncs", whole, "ms")
    yield Figure(group, "one part of it, as long as a sync waits", whole / len(parts), "ms")
    yield Figure(group, "on disk", (path.stat().st_size - before) / codes, "bytes/row")
    yield Figure(group, "nothing to do", median(lambda: milliseconds(lambda: build_index(path, lambda: True)), 3), "ms")


def _searches(reader: Reader, codes: int) -> Iterator[Figure]:
    group = f"search, {codes:,} codes"
    query = "select id, code from vouchers where code like 'BIG-%' limit 1 offset 1000"
    identity, code = reader.connection.execute(query).fetchone()
    customer, email = reader.connection.execute("select id, email from customers where email <> ''").fetchone()
    asked = {
        "a code": code, "a code in other capitals": code.lower(), "the end of a code": code[-7:], "an id": identity,
        "a customer's id": customer, "an e-mail address": email, "what a million codes begin with": PREFIX,
        "what thousands begin with": f"{PREFIX}00", "one letter": "b", "nothing": "nowhere at all",
        "with operators": f"{PREFIX}0 status:disabled campaign:autumn after:2026-01-01",
    }  # fmt: skip
    for name, typed in asked.items():
        found = parse_search(typed)
        taken = median(lambda f=found: milliseconds(lambda: reader.ask(search, f, NOW, ZONE)), TIMES)  # type: ignore[misc]
        yield Figure(group, name, taken, "ms")
    ticket = f"{code} was refused to {email} ({customer}).\nOrder so-4411, request v-0ba518c52bc99858."
    yield Figure(group, "a ticket of five references", _ticket(reader, ticket), "ms")


def _ticket(reader: Reader, text: str) -> float:
    return median(lambda: milliseconds(lambda: reader.ask(read_ticket, text, NOW, ZONE)), TIMES)


def _slowdown(path: Path) -> Iterator[Figure]:
    group = "what the index costs a sync (writing alone)"
    connection = connect_writer(path)
    try:
        writer, context = Writer(connection, TABLES["vouchers"]), Context(zone=ZONE, moment=MOMENT)
        turn = 0

        def write_changed() -> None:
            nonlocal turn
            turn += 1
            for page in range(_PAGES):
                with transaction(connection):
                    writer.apply([_document(page * 100 + number, turn) for number in range(100)], context)

        first = milliseconds(write_changed)
        yield Figure(group, "new rows, none indexed", _PAGES * 100 / first * 1_000, "rows/s")
        plain = Figure(group, "all changed, none indexed", median(lambda: milliseconds(write_changed), TIMES), "ms")
        yield plain
        build_index(path, lambda: True)
        kept = Figure(group, "all changed, all indexed", median(lambda: milliseconds(write_changed), TIMES), "ms")
        yield kept.over(plain)
    finally:
        connection.close()


def _document(number: int, turn: int) -> bytes:
    return msgspec.json.encode(
        {
            "id": f"v_{number:024x}", "code": f"CODE-{number:08X}", "campaign_id": "camp_1", "object": "voucher",
            "type": "DISCOUNT_VOUCHER", "discount": {"type": "PERCENT", "percent_off": turn}, "active": True,
            "created_at": "2026-11-01T08:00:00.000Z", "metadata": {"note": f"number {number}"}, "filler": "x" * 900,
        }
    )  # fmt: skip
