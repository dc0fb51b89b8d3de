import csv
import gzip
import io
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.api import exports
from store.api.csv_stream import CsvStream, CsvTrouble
from store.api.errors import ApiError, ExportUnusable, Forbidden, RateLimited
from store.api.exports import export_rows
from store.clock import ManualClock
from store.wire import Request, Response
from tests.support.list_server import NOON, answer, client_of

URL = "https://api.test/v1/exports/exp_1/file?token=t0ps3cret"
FIELDS = ["id", "code", "metadata"]
FILE = 'ID,Code,Metadata\nv_1,"A,""b""\nc",{}\nv_2,Ü,\n'.encode()


class ExportServer:
    """A job that walks through its statuses, one each look, and files that are given out in turn."""

    def __init__(self, *files: Response | Exception, statuses: tuple[Any, ...] = ("IN_PROGRESS", "DONE")) -> None:
        self.files, self.statuses = list(files), list(statuses)
        self.created: dict[str, Any] = {}
        self.downloads = 0

    def __call__(self, request: Request) -> Response:
        if request.method == "POST":
            self.created = json.loads(request.body)
            return answer(200, {"id": "exp_1", "status": "SCHEDULED", "result": None})
        if request.path.endswith("/file"):
            turn = self.files[min(self.downloads, len(self.files) - 1)]
            self.downloads += 1
            if isinstance(turn, Exception):
                raise turn
            return turn
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if isinstance(status, Response):
            return status
        return answer(200, {"id": "exp_1", "status": status, "result": {"url": URL} if status == "DONE" else None})


def file(content: bytes = FILE, **headers: str) -> Response:
    return Response(200, {"content-type": "text/csv", **headers}, content)


async def export(
    server: Callable[[Request], Response], *, clock: ManualClock | None = None, **options: Any
) -> list[Mapping[str, str]]:
    with client_of(server, clock=clock or ManualClock(NOON), retries=0) as client:
        return [row async for row in export_rows(client, "voucher", FIELDS, **options)]


async def test_rows_come_by_the_order_asked_for() -> None:
    server = ExportServer(file())
    states: list[str] = []
    rows = await export(
        server, order="created_at", parameters={"campaign_id": "camp_1"}, on_state=states.append,
    )  # fmt: skip
    assert rows == [
        {"id": "v_1", "code": 'A,"b"\nc', "metadata": "{}"},
        {"id": "v_2", "code": "Ü", "metadata": ""},
    ]
    assert server.created == {
        "exported_object": "voucher",
        "parameters": {
            "campaign_id": "camp_1",
            "fields": FIELDS,
            "order": "created_at",
        },
    }
    assert states == ["SCHEDULED", "IN_PROGRESS", "DONE", "DOWNLOADING"]


async def test_looks_grow_rarer() -> None:
    clock = ManualClock(NOON)
    await export(ExportServer(file(), statuses=(*["IN_PROGRESS"] * 7, "DONE")), clock=clock)
    assert clock.slept == [2.0, 5.0, 10.0, 20.0, 40.0, 60.0, 60.0, 60.0]


@pytest.mark.parametrize(
    ("statuses", "reason"),
    [
        (("IN_PROGRESS", "ERROR"), "the job failed on the server"),
        ((answer(404, {"message": "gone"}),), "the job has vanished"),
        (("IN_PROGRESS",), "still in_progress after"),
        (("NEW_WORD_OF_2027",), "does not state the job's status"),
        (("SCHEDULED",), "still scheduled after"),
        ((answer(200, {"status": 7}),), "does not state the job's status"),
        ((answer(200, {"status": "DONE", "result": {"url": None}}),), "names no file"),
        ((answer(200, {"status": "DONE", "result": "here"}),), "names no file"),
    ],
)
async def test_a_job_that_brings_no_file(statuses: tuple[Any, ...], reason: str) -> None:
    clock = ManualClock(NOON)
    with pytest.raises(ExportUnusable) as caught:
        await export(ExportServer(file(), statuses=statuses), clock=clock)
    assert reason in caught.value.reason
    assert "page by page" in caught.value.sentence
    assert clock.monotonic() <= exports.LONGEST_JOB + 61


@pytest.mark.parametrize("body", [{}, {"id": None}, {"id": ""}, {"id": 5}])
async def test_a_job_without_a_name(body: dict[str, Any]) -> None:
    with pytest.raises(ExportUnusable, match="no job"):
        await export(lambda _: answer(200, body))


async def test_a_job_that_may_not_be_started() -> None:
    with pytest.raises(Forbidden):
        await export(lambda _: answer(403, {"message": "gift and loyalty only"}))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"ID,Code\nv_1,A\n", "2 columns where 3"),
        (b"ID,Code,Metadata\nv_1,A\n", "2 columns where 3"),
        (b"ID,Code,Metadata\nv_1,A,{},\n", "4 columns where 3"),
        (b'ID,Code,Metadata\nv_1,A,"{\n', "inside a quoted cell"),
        (b'ID,Code,Metadata\nv_1,"A"x,y\n', "malformed"),
        (b"ID,Code,Metadata\nv_1,\xff,\n", "not UTF-8"),
        (b"<html>no</html>", "1 columns where 3"),
    ],
)
async def test_a_file_that_is_not_what_was_asked_for(content: bytes, reason: str) -> None:
    with pytest.raises(ExportUnusable) as caught:
        await export(ExportServer(file(content)))
    assert reason in caught.value.reason


@pytest.mark.parametrize("cut", [0, 1, 17, 30, len(FILE) - 1])
async def test_a_broken_download_is_joined_to_the_next(cut: int) -> None:
    server = ExportServer(file(FILE[:cut], **{"content-length": "999"}), ConnectionResetError(), file())
    assert [row["id"] for row in await export(server)] == ["v_1", "v_2"]
    assert server.downloads == 3


async def test_a_file_that_changed_between_two_downloads_is_read_anew() -> None:
    changed = FILE.replace(b"ID,", b"Id,").replace(b"v_1", b"v_9")
    server = ExportServer(file(FILE[:40], **{"content-length": "999"}), file(changed))
    assert [row["id"] for row in await export(server)][-2:] == ["v_9", "v_2"]
    assert server.downloads == 3


async def test_a_file_that_became_empty_brings_nothing() -> None:
    server = ExportServer(file(FILE[:30], **{"content-length": "999"}), file(b""))
    with pytest.raises(ExportUnusable) as caught:
        await export(server)
    assert caught.value.passing, "another job may do better"
    assert server.downloads == exports.DOWNLOADS


async def test_a_file_cut_at_a_cell_is_looked_at_again() -> None:
    server = ExportServer(file(FILE[:-2]), file(FILE), statuses=("DONE",))
    assert [row["id"] for row in await export(server)] == ["v_1", "v_2"]
    assert server.downloads == 2


async def test_a_download_that_keeps_breaking_is_given_up() -> None:
    server = ExportServer(ConnectionResetError())
    with pytest.raises(ExportUnusable, match="could not be downloaded"):
        await export(server)
    assert server.downloads == exports.DOWNLOADS


@pytest.mark.parametrize("status", [401, 403, 404, 302])
async def test_a_file_that_is_not_given_out(status: int) -> None:
    with pytest.raises(ExportUnusable, match="not given out") as caught:
        await export(ExportServer(Response(status, {"location": URL})))
    assert isinstance(caught.value.__cause__, ApiError)
    assert "t0ps3cret" not in caught.value.sentence


async def test_a_reader_who_stops_closes_the_file() -> None:
    with client_of(ExportServer(file(FILE * 1))) as client:
        rows = export_rows(client, "voucher", FIELDS)
        assert (await anext(rows))["id"] == "v_1"
        await rows.aclose()
        assert client.calls == 4


cells = st.text(st.sampled_from('ab",;\t\n\r é\u2028\x00\x1e😀'), max_size=8)


@given(
    rows=st.lists(st.lists(cells, min_size=3, max_size=3), max_size=12),
    piece=st.integers(1, 9),
    mark=st.booleans(),
    end=st.sampled_from(["\n", "\r\n"]),
    delimiter=st.sampled_from(",;\t"),
    last_end=st.booleans(),
)
def test_csv_cut_anywhere(
    rows: list[list[str]], piece: int, mark: bool, end: str, delimiter: str, last_end: bool
) -> None:
    text = io.StringIO(newline="")
    # All quoted: Python's writer leaves a lone \r bare when lines end in \n, which no reader can tell from a line end.
    writer = csv.writer(text, lineterminator=end, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([["A", "B", "C"], *rows])
    content = text.getvalue() if last_end else text.getvalue().removesuffix(end)
    data = content.encode("utf-8-sig" if mark else "utf-8")
    stream = CsvStream(3)
    found = [row for start in range(0, len(data), piece) for row in stream.feed(data[start : start + piece])]
    found += stream.finish()
    assert found == rows
    assert stream.heading == ["A", "B", "C"]


@given(st.lists(st.binary(max_size=20), max_size=10))
def test_csv_of_any_bytes_is_rows_or_trouble(pieces: list[bytes]) -> None:
    assert all(len(row) == 2 for row in parse(pieces, 2) or [])


def parse(pieces: list[bytes], columns: int) -> list[list[str]] | None:
    """The rows, or None when the stream says why there are none."""
    stream = CsvStream(columns)
    try:
        return [row for piece in pieces for row in stream.feed(piece)] + list(stream.finish())
    except CsvTrouble:
        return None


def test_a_record_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.api.csv_stream.LARGEST_RECORD", 1_000)
    assert parse([b'"' + b"x" * 101] * 11, 1) is None
    with pytest.raises(CsvTrouble, match="longer"):
        list(CsvStream(1).feed(b'"' + b"x" * 1_001))


def limited(seconds: int = 7, kind: str = "api_calls") -> Response:
    return answer(429, {"code": 429, "message": "Too many"}, Retry_After=str(seconds), X_Rate_Limit_Type=kind)


async def test_a_download_waits_for_the_call_limit_as_any_read_does() -> None:
    clock = ManualClock(NOON)
    server = ExportServer(limited(7), limited(90), Response(503), file(), statuses=("DONE",))
    with client_of(server, clock=clock, retries=2) as client:
        rows = [row async for row in export_rows(client, "voucher", FIELDS)]
    assert [row["id"] for row in rows] == ["v_1", "v_2"]
    assert (7 <= clock.slept[1] <= 8, 90 <= clock.slept[2] <= 91) == (True, True)


@pytest.mark.parametrize("kind", ["api_calls", "bulk_api_calls", "api_calls_cycle", "webhook_calls"])
async def test_a_call_limit_that_stays_ends_the_download_as_what_it_is(kind: str) -> None:
    server = ExportServer(limited(7, kind), statuses=("DONE",))
    with client_of(server, retries=2) as client, pytest.raises(RateLimited) as caught:
        _ = [row async for row in export_rows(client, "voucher", FIELDS)]
    assert caught.value.limit_type == kind
    assert server.downloads == (1 if kind == "api_calls_cycle" else 3)


async def test_a_look_at_the_job_waits_for_the_call_limit() -> None:
    clock = ManualClock(NOON)
    server = ExportServer(file(), statuses=("IN_PROGRESS", limited(7), limited(9), "DONE"))
    with client_of(server, clock=clock, retries=2) as client:
        assert len([row async for row in export_rows(client, "voucher", FIELDS)]) == 2
    assert clock.monotonic() >= 16


@pytest.mark.parametrize(
    "broken",
    [
        file(b""),
        file(FILE[:20]),
        file(FILE[:-4]),
        Response(200, {"content-type": "text/html"}, b"<html>one moment, please</html>"),
        Response(200, {"content-encoding": "gzip"}, b"no gzip"),
    ],
    ids=["empty", "inside a quote", "inside a row", "a page for people", "damaged"],
)
async def test_a_file_that_came_broken_is_asked_for_again(broken: Response) -> None:
    server = ExportServer(broken, file(), statuses=("DONE",))
    rows = await export(server)
    assert [row["id"] for row in rows] == ["v_1", "v_2"]
    assert server.downloads == 2


async def test_a_file_without_a_last_line_end_is_whole() -> None:
    server = ExportServer(file(FILE.rstrip(b"\n")), statuses=("DONE",))
    assert [row["id"] for row in await export(server)] == ["v_1", "v_2"]
    assert server.downloads == 2, "the second look is as long"


@pytest.mark.parametrize("cut", [0, 12])
async def test_a_packed_file_is_unpacked(cut: int) -> None:
    packed = gzip.compress(FILE)
    server = ExportServer(file(packed[: len(packed) - cut]), file(packed), statuses=("DONE",))
    assert [row["id"] for row in await export(server)] == ["v_1", "v_2"]
    assert server.downloads == 1 + bool(cut)
