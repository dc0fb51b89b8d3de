"""Rows a second into an empty cache and into one that has them, and bytes a row: by pages and by export, no network.

The answers of a sandbox are recorded by a first run and played back, so that what is measured is ours alone.
"""

import asyncio
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from store.cache.batch import Batch
from store.cache.database import connect_writer, transaction
from store.cache.journal import ChangeOrigin
from store.cache.registry import TABLES
from store.cache.writer import Context, Writer
from store.sandbox import ExportHabits
from store.sync.request import EXPORTS_FIRST, PAGES_ONLY, SyncRequest
from store.wire import Request, Response
from tests.bench.figures import Figure, milliseconds
from tests.bench.million import ZONE
from tests.support.sizes import BIG
from tests.support.syncing import Project, run_sync

COMMIT = 5_000
ONLY = frozenset({"campaigns", "vouchers"})
MOMENT = ChangeOrigin("run_bench", "2026-11-23T12:00:00.000Z", None)


class Recorder:
    """Answers a request as it was answered before."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self.answers: dict[tuple[object, ...], Response] = {}

    def respond(self, request: Request) -> Response:
        """From the record, or from the sandbox and into the record."""
        key = (request.method, request.path, request.query, request.body)
        if key not in self.answers:
            self.answers[key] = self._project.sandbox.respond(request)
        return self.answers[key]


class _Page(msgspec.Struct):
    vouchers: list[msgspec.Raw] = []
    redemptions: list[msgspec.Raw] = []


def measure() -> Iterator[Figure]:
    """Whole syncs of 26,500 codes, then their parts."""
    with tempfile.TemporaryDirectory(prefix="promoscope-bench-") as folder:
        habits = ExportHabits(scheduled=0.0, running=0.0)
        project = Project(Path(folder) / "first.db", sizes=BIG, options={"exports": habits})
        recorder = Recorder(project)
        for via in (PAGES_ONLY, EXPORTS_FIRST):
            yield from _syncs(project, recorder, Path(folder) / f"{via}.db", via)
        project.path = Path(folder) / "redemptions.recording"
        only = frozenset({"campaigns", "redemptions"})
        project.sync(SyncRequest(everything=True, full=True, via=PAGES_ONLY, only=only), responder=recorder.respond)
        for name in ("vouchers", "redemptions"):
            yield from _parts(recorder, Path(folder) / f"{name}-parts.db", name)


def _syncs(project: Project, recorder: Recorder, path: Path, via: str) -> Iterator[Figure]:
    group = "rows a second, whole syncs"
    request = SyncRequest(everything=True, full=True, via=via, only=ONLY)
    project.path = path.with_suffix(".recording")
    first = project.sync(request, responder=recorder.respond)
    rows = first.resources["vouchers"].seen
    connection = connect_writer(path)
    try:
        for name in ("first", "again, nothing changed"):
            taken = milliseconds(lambda: run_sync(connection, request, recorder.respond, project.clock))
            yield Figure(group, f"{rows:,} codes by {via}, {name}", rows / taken * 1_000, "rows/s")
        yield Figure(group, f"{rows:,} codes by {via}, on disk", _bytes_of(connection) / rows, "bytes/row")
    finally:
        connection.close()


def _bytes_of(connection: sqlite3.Connection) -> float:
    """What codes take with their documents and indexes; the whole file where SQLite does not tell tables apart."""
    try:
        query = "select sum(pgsize) from dbstat where name like '%vouchers%'"
        return float(connection.execute(query).fetchone()[0])
    except sqlite3.OperationalError:
        return float(
            connection.execute("select page_count * page_size from pragma_page_count, pragma_page_size").fetchone()[0]
        )


def _parts(recorder: Recorder, path: Path, name: str) -> Iterator[Figure]:
    group = f"rows a second, parts of reading pages of {name}"
    bodies = [answer.body for key, answer in recorder.answers.items() if key[:2] == ("GET", f"/v1/{name}")]
    pages: list[list[bytes]] = []
    cut = milliseconds(lambda: pages.extend(_cut(body, name) for body in bodies))
    rows = sum(len(page) for page in pages)
    mean = sum(len(document) for page in pages for document in page) / rows
    yield Figure(group, "document, mean", mean, "bytes")
    yield Figure(group, "cut a page into its records", rows / cut * 1_000, "rows/s")
    connection = connect_writer(path)
    try:
        context = Context(zone=ZONE, moment=MOMENT)
        writer = Writer(connection, TABLES[name])

        async def write() -> None:
            batch = Batch(connection)
            for page in pages:
                with batch.page():
                    writer.apply(page, context)
            batch.commit()

        def apply() -> None:
            asyncio.run(write())

        raw = Figure(
            group, "the same by executemany alone, commits of 5,000", rows / _raw(writer, pages) * 1_000, "rows/s"
        )
        yield raw
        for what in ("new", "unchanged"):
            yield Figure(group, f"write them, {what}", rows / milliseconds(apply) * 1_000, "rows/s").over(raw)
        pages[:] = [[document[:-1] + b',"changed":1}' for document in page] for page in pages]
        yield Figure(group, "write them, all changed", rows / milliseconds(apply) * 1_000, "rows/s")
    finally:
        connection.close()


def _raw(writer: Writer, pages: list[list[bytes]]) -> float:
    """Milliseconds SQLite takes for the same rows and documents when they are at hand, in a cache of their own."""
    read = writer.spec.reader()
    documents = [raw for page in pages for raw in page]
    rows = [read(msgspec.json.decode(raw)) for raw in documents]
    texts = [(row[0], raw.decode(), "api") for row, raw in zip(rows, documents, strict=True)]
    columns = ", ".join(f'"{name}"' for name in writer.spec.column_names)
    marks = ", ".join("?" * len(writer.spec.column_names))
    with tempfile.TemporaryDirectory(prefix="promoscope-bench-") as folder:
        connection = connect_writer(Path(folder) / "raw.db")

        def write() -> None:
            for at in range(0, len(rows), COMMIT):
                with transaction(connection):
                    connection.executemany(
                        f'insert or replace into "{writer.spec.name}" ({columns}) values ({marks})',
                        rows[at : at + COMMIT],
                    )
                    connection.executemany(
                        f'insert or replace into "{writer.spec.raw}" (id, json, source) values (?, ?, ?)',
                        texts[at : at + COMMIT],
                    )

        try:
            return milliseconds(write)
        finally:
            connection.close()


def _cut(body: bytes, name: str) -> list[bytes]:
    return [bytes(raw) for raw in getattr(msgspec.json.decode(body, type=_Page), name)]
