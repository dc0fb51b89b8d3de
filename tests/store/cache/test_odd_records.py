"""Records that are no proper JSON: each is kept as it came, and does not stop the page."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store.api.errors import NotUnderstood
from store.api.pages import Listing, PagingStyle
from store.api.replies import Reply
from store.cache.database import connect_reader
from store.sync.request import SyncRequest
from store.wire import Request, Response
from tests.store.api.test_pages import read
from tests.support.list_server import ListServer, answer, record
from tests.support.syncing import Project

ODD = {
    "not a number": b"NaN",
    "infinity": b"[1, -Infinity]",
    "not UTF-8": b'"caf\xe9"',
    "a control character": b'"a\x01b"',
    "a number of any length": b"9" * 5_000,
    "nesting of any depth": b'{"a":' * 5_000 + b'"]}"' + b"}" * 5_000,
    "half a pair beside it": b'["\\ud83d", NaN]',
}
EVERYTHING = SyncRequest(everything=True, via="pages")


def odd(value: bytes) -> Callable[[bytes], bytes]:
    """Puts a value into the record that carries a mark."""
    return lambda body: body.replace(b'"here"', value)


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
@pytest.mark.parametrize("style", [PagingStyle.KEYSET, PagingStyle.PAGE])
async def test_the_others_of_the_page_arrive_as_they_came(style: PagingStyle, value: bytes) -> None:
    records: list[dict[str, Any]] = [record(n, n) for n in range(90)]
    records[40]["odd"] = records[-1]["odd"] = "here"
    server = ListServer(records)

    def serve(request: Request) -> Response:
        response = server(request)
        return Response(response.status, response.headers, odd(value)(response.body))

    pages, reason = await read(serve, Listing("/v1/rows", ("rows",), style, order="created_at"))
    assert reason is None
    rows = [row for page in pages for row in page.rows]
    assert len(rows) == 90
    assert rows[40] == odd(value)(json.dumps(records[40]).encode())
    assert [json.loads(row)["id"] for row in rows[:40]] == [one["id"] for one in records[:40]]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"NaN",
        b"<html>",
        b'{"rows": [{"id": "1"}, {"id": "2"',
        b'{"rows": [{"id": "1"}, {"id": "2", NaN',
        b'{"rows": [{"id": "1",}], "a": NaN}',
        b'{"rows": [{"id" 1}], "a": NaN}',
        b'{"rows": [{"id": NaN} {"id": 2}]}',
        b'{"rows": [{"id": nan}]}',
        b'{"rows": [NaN,]}',
        b'{"rows": ' + b"[" * 5_000 + b"}" * 5_000 + b"}",
        b'{"rows": ' + b"[" * 5_000 + b'"' + b"]" * 5_000 + b"}",
        '{"rows": []}'.encode("utf-16"),
    ],
    ids=range(13),
)
def test_a_body_that_is_no_json_is_refused_whole(body: bytes) -> None:
    with pytest.raises(NotUnderstood):
        Reply(200, None, body).rows("rows")


async def test_a_total_that_is_no_number_is_no_total() -> None:
    pages, reason = await read(
        lambda _: Response(200, answer(200, {}).headers, b'{"rows": [{"id": "1"}], "total": NaN, "has_more": false}'),
        Listing("/v1/rows", ("rows",), PagingStyle.PAGE),
    )
    assert (len(pages[0].rows), pages[0].total, reason) == (1, None, None)


def test_a_held_record_that_cannot_be_understood_any_more_is_not_missing(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.copy_synced(EVERYTHING)
    victim = min(project.ids("campaigns"))

    def serve(request: Request) -> Response:
        response = project.sandbox.respond(request)
        mark = b'"id":"' + victim.encode() + b'"'
        body = response.body.replace(mark, mark + b',"odd":"\xff\xfe"')
        return Response(response.status, {k: v for k, v in response.headers.items() if k != "Content-Length"}, body)

    report = project.sync(responder=serve)
    assert report.state == "partial", report.as_json()
    assert report.resources["campaigns"].missing == 0
    assert report.resources["campaigns"].not_understood == 1
    reader = connect_reader(project.path)
    kept = [row[0] for row in reader.execute("select json from unreadable where resource = 'campaigns'")]
    assert len(kept) == 1
    assert f'"id":"{victim}","odd":"\\xff\\xfe"' in kept[0]
    assert reader.execute("select missing_since from campaigns where id = ?", (victim,)).fetchone() == (None,)
    reader.close()
