"""Finding anything among a million codes, building the index for it, and what a sync pays for keeping it up."""

import shutil
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from msgspec.structs import replace

from store.cache.database import connect_writer
from store.cache.search_index import build_index
from store.clock import ManualClock
from store.queries.reader import Reader
from store.queries.rows import PRESENT, RowList
from store.queries.search import search
from store.queries.search_query import parse_search
from store.queries.ticket import read_ticket
from store.queries.views import CODES
from store.ref import Ref
from store.sync.request import PAGES_ONLY, SyncRequest
from store.wire import Request, Response
from tests.bench.figures import Figure, median, milliseconds, processor_milliseconds
from tests.bench.ingest import ONLY, Recorder
from tests.bench.million import NOW, PREFIX, ZONE, BigCache
from tests.bench.windows import RARE, WINDOW
from tests.support.sizes import BIG
from tests.support.syncing import Project, run_sync

TIMES = 5


def measure(cache: BigCache) -> Iterator[Figure]:
    """The build, searches of every kind, and writing with and without an index to keep up."""
    with tempfile.TemporaryDirectory(prefix="promoscope-bench-") as folder:
        path = Path(folder) / "searched.db"
        shutil.copy(cache.path, path)
        yield from _build(path, cache.codes)
        with closing(Reader(path, ZONE, ManualClock(NOW))) as reader:
            yield from _searches(reader, cache.codes)
            yield from _lists(reader, cache)
        yield from _slowdown(Path(folder))


def _build(path: Path, codes: int) -> Iterator[Figure]:
    group = f"search index, {codes:,} codes"
    before, parts = path.stat().st_size, list[int]()
    whole = milliseconds(lambda: build_index(path, lambda: True, parts.append))
    yield Figure(group, "the first build, beside syncs", whole, "ms")
    yield Figure(group, "one part of it, as long as a sync waits", whole / len(parts), "ms")
    yield Figure(group, "on disk", (path.stat().st_size - before) / codes, "bytes/row")
    yield Figure(
        group, "when all is in it", median(lambda: milliseconds(lambda: build_index(path, lambda: True)), 3), "ms"
    )


def _searches(reader: Reader, codes: int) -> Iterator[Figure]:
    group = f"search, {codes:,} codes"
    query = "select id, code from vouchers where code like 'BIG-%' limit 1 offset 1000"
    identity, code = reader.connection.execute(query).fetchone()
    customer, email = reader.connection.execute("select id, email from customers where email <> ''").fetchone()
    asked = {
        "a code": code, "a code in other capitals": code.lower(), "the end of a code": code[-7:], "an id": identity,
        "a customer's id": customer, "an e-mail address": email, "what a million codes begin with": PREFIX,
        "what thousands begin with": f"{PREFIX}00", "one letter": "b", "what is nowhere": "nowhere at all",
        "with operators": f"{PREFIX}0 status:disabled campaign:autumn after:2026-01-01",
        "operators alone": "status:disabled", "a campaign alone": "campaign:autumn",
    }  # fmt: skip
    for name, typed in asked.items():
        yield Figure(group, name, _search(reader, typed), "ms")
    ticket = f"{code} was refused to {email} ({customer}).\nOrder so-4411, request v-0ba518c52bc99858."
    yield Figure(group, "a ticket of five references", _ticket(reader, ticket), "ms")


def _lists(reader: Reader, cache: BigCache) -> Iterator[Figure]:
    """A list of codes narrowed by a text that hardly any has, beside SQLite's look at every code."""
    group = f"{cache.codes:,} codes narrowed by a rare text"
    look = "select json_group_array(rowid) from vouchers where campaign_id = ? and (code like ? or id like ?)"
    like = (cache.campaign_id, f"%{RARE}%", f"%{RARE}%")
    bare = median(lambda: milliseconds(lambda: reader.connection.execute(look, like).fetchone()), TIMES)
    base = Figure(group, "SQLite's look at every code", bare, "ms")
    yield base

    def first() -> object:
        rows = RowList(reader, CODES, Ref.campaign(cache.campaign_id), RARE, (PRESENT,))
        return rows.window(0, WINDOW), rows.count()

    indexed = median(lambda: milliseconds(first), TIMES)
    yield Figure(group, "first window and count by the search index", indexed, "ms").over(base)


def _search(reader: Reader, typed: str) -> float:
    query = parse_search(typed)
    return median(lambda: milliseconds(lambda: reader.ask(search, query, NOW, ZONE)), TIMES)


def _ticket(reader: Reader, text: str) -> float:
    return median(lambda: milliseconds(lambda: reader.ask(read_ticket, text, NOW, ZONE)), TIMES)


def _slowdown(folder: Path) -> Iterator[Figure]:
    """A sync in which every row has changed: no other marks more rows for the index."""
    group = "what the index costs a whole sync by pages"
    project = Project(folder / "recorded.db", sizes=BIG)
    recorder = Recorder(project)
    request = SyncRequest(everything=True, full=True, via=PAGES_ONLY, only=ONLY)
    rows = project.sync(request, responder=recorder.respond).resources["vouchers"].seen
    turn = 0

    def respond(asked: Request) -> Response:
        answer = recorder.respond(asked)
        return replace(answer, body=answer.body.replace(b'"object":"voucher"', b'"object":"voucher","turn":%d' % turn))

    with closing(connect_writer(folder / "plain.db")) as plain, closing(connect_writer(folder / "kept.db")) as kept:
        # One after the other, so that what else the machine does weighs on both.
        taken: list[tuple[float, float]] = []
        for _ in range(TIMES + 1):
            turn += 1
            build_index(folder / "kept.db", lambda: True)
            taken.append((
                processor_milliseconds(lambda: run_sync(plain, request, respond, project.clock)),
                processor_milliseconds(lambda: run_sync(kept, request, respond, project.clock)),
            ))  # fmt: skip
    without = Figure(group, f"{rows:,} codes, all changed", statistics.median(one for one, _ in taken[1:]), "ms of CPU")
    yield without
    ratio = statistics.median(other / one for one, other in taken[1:])
    indexed = statistics.median(other for _, other in taken[1:])
    yield Figure(group, "the same, all of them indexed before", indexed, "ms of CPU", ratio, without.name)
