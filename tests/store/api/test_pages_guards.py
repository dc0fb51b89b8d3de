"""Lists that do not let themselves be read to their end: always an end, always a reason, few useless calls."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.api.errors import BadRequest, NotUnderstood, ServerError
from store.api.pages import Listing, PagingStyle, read_pages
from store.wire import Request, Response
from tests.store.api.test_pages import KEYSET, PAGE, ids, read
from tests.support.list_server import ListServer, answer, client_of, record

IDS = Listing("/v1/rows", ("rows", "data"), PagingStyle.ID_CURSOR, order="id")
DATES = Listing("/v1/rows", ("rows",), PagingStyle.END_DATE)
ONCE = Listing("/v1/rows", ("rows",), PagingStyle.NONE)
FULL = [record(n, n) for n in range(100)]


@pytest.mark.parametrize("listing", [PAGE, KEYSET, IDS, DATES, ONCE], ids=lambda listing: str(listing.style))
@pytest.mark.parametrize("count", [1, 99, 100])
@pytest.mark.parametrize("total", [None, 1, 100, 101, 10**9, "12", "many", -1, 1.5, True])
@pytest.mark.parametrize("more", [None, True, False, "true"])
async def test_a_server_that_returns_the_same_rows_for_ever(
    listing: Listing, count: int, total: object, more: object
) -> None:
    calls = 0

    def server(request: Request) -> Response:
        nonlocal calls
        calls += 1
        body = {"rows": FULL[:count], "total": total, "has_more": more, "more_starting_after": FULL[count - 1]["id"]}
        return answer(200, {name: value for name, value in body.items() if value is not None})

    pages, _ = await read(server, listing)
    assert set(ids(pages)) == {row["id"] for row in FULL[:count]}
    assert calls <= 4


ROWS = st.one_of(st.none(), st.integers(), st.builds(record, st.integers(0, 9), st.integers(0, 9)))
BODIES = st.fixed_dictionaries(
    {"rows": st.lists(ROWS, max_size=6)},
    optional={
        "total": st.one_of(st.none(), st.integers(-2, 50), st.text(max_size=3)),
        "has_more": st.one_of(st.none(), st.booleans(), st.text(max_size=4)),
        "more_starting_after": st.one_of(st.none(), st.integers(), st.text(max_size=2)),
    },
)


@settings(max_examples=60)
@given(
    style=st.sampled_from(PagingStyle),
    bodies=st.lists(BODIES, min_size=1, max_size=6),
)
async def test_no_sequence_of_answers_is_read_for_ever(style: PagingStyle, bodies: list[dict[str, Any]]) -> None:
    calls = 0

    def server(request: Request) -> Response:
        nonlocal calls
        calls += 1
        assert calls < 400
        return answer(200, bodies[calls % len(bodies)])

    await read(server, Listing("/v1/rows", ("rows",), style, limit=5, page_cap=30, order="created_at"))


@pytest.mark.parametrize(
    ("listing", "honours", "reason"),
    [
        (KEYSET, {"honours_filter": False}, "does not honour the date filter"),
        (KEYSET, {"honours_order": False}, "does not sort"),
        (PAGE, {}, "serves 3 pages"),
    ],
)
async def test_beyond_the_cap_without_help_of_the_server(
    listing: Listing, honours: dict[str, Any], reason: str
) -> None:
    records = [record(n, (n * 7_919) % 450 * 5_000) for n in range(450)]
    server = ListServer(records, cap=3, **honours)
    capped = Listing(listing.path, listing.keys, listing.style, page_cap=3, order="created_at")
    pages, why = await read(server, capped)
    assert why is not None
    assert reason in why
    assert "450" in why
    assert len(set(ids(pages))) >= 300
    assert server.calls <= 5


@pytest.mark.parametrize("honours", [{"honours_filter": False}, {"honours_order": False}])
async def test_below_the_cap_plain_pages_complete_the_list(honours: dict[str, Any]) -> None:
    server = ListServer([record(n, (n * 7_919) % 450 * 5_000) for n in range(450)], **honours)
    pages, why = await read(server)
    assert why is None
    assert set(ids(pages)) == {f"v_{n:06d}" for n in range(450)}


@pytest.mark.parametrize("key", ["page_over_limit", "invalid_query", None])
async def test_a_page_refused_beyond_the_first_ends_the_list(key: str | None) -> None:
    server = ListServer([record(n, n) for n in range(500)])

    def capped(request: Request) -> Response:
        if int(dict(request.query)["page"]) > 2:
            return answer(400, {"code": 400, "key": key, "message": "no such page"})
        return server(request)

    pages, why = await read(capped, PAGE)
    assert len(ids(pages)) == 200
    assert why == "the API refused page 3 (no such page)"


async def test_a_first_page_refused_is_an_error_of_its_own() -> None:
    with pytest.raises(BadRequest):
        await read(lambda _: answer(400, {"message": "bad filter"}), PAGE)


async def test_pages_before_an_error_count() -> None:
    server = ListServer([record(n, n) for n in range(500)])

    def breaks(request: Request) -> Response:
        return server(request) if server.calls < 2 else Response(500)

    got: list[str] = []

    async def walk() -> None:
        with client_of(breaks, retries=2) as client:
            async for page in read_pages(client, KEYSET):
                got.extend(ids([page]))

    with pytest.raises(ServerError):
        await walk()
    assert len(got) == 199


@pytest.mark.parametrize("explicit", [True, False])
async def test_an_id_cursor_walks_to_the_end_whatever_its_page_local_total(explicit: bool) -> None:
    rows = [{"id": f"tbe_{n:04d}"} for n in range(250)]
    asked: list[str | None] = []

    def server(request: Request) -> Response:
        after = dict(request.query).get("starting_after_id")
        asked.append(after)
        start = 0 if after is None else [row["id"] for row in rows].index(after) + 1
        part = rows[start : start + 100]
        body: dict[str, Any] = {"data": part, "total": len(part), "has_more": start + 100 < len(rows)}
        if explicit and body["has_more"]:
            body["more_starting_after"] = part[-1]["id"]
        return answer(200, body)

    pages, why = await read(server, IDS)
    assert (why, asked) == (None, [None, "tbe_0099", "tbe_0199"])
    assert ids(pages) == [row["id"] for row in rows]
    assert {page.total for page in pages} == {None}
    rows += [{"id": "tbe_9000"}]
    later, why = await read(server, IDS, pages[-1].place)
    assert (why, ids(later)) == (None, ["tbe_9000"])


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"rows": [], "has_more": True}, "not where to continue"),
        ({"rows": [{"id": "a"}], "has_more": True, "more_starting_after": "a"}, "repeats"),
    ],
)
async def test_an_id_cursor_with_nowhere_to_go(body: dict[str, Any], reason: str) -> None:
    _, why = await read(lambda _: answer(200, body), IDS)
    assert why is not None
    assert reason in why


@pytest.mark.parametrize("inclusive", [True, False])
async def test_end_dates_lead_back_to_the_first_record(inclusive: bool) -> None:
    rows = [record(n, n // 3 * 10) for n in range(400)][::-1]

    def server(request: Request) -> Response:
        end = dict(request.query).get("end_date", "9")
        found = [row for row in rows if row["created_at"] < end or (inclusive and row["created_at"] == end)]
        return answer(200, {"rows": found[:100], "has_more": len(found) > 100})

    pages, why = await read(server, DATES)
    assert why is None
    assert sorted(ids(pages)) == sorted(row["id"] for row in rows)


async def test_more_records_of_one_instant_than_an_end_date_can_pass() -> None:
    _, why = await read(lambda _: answer(200, {"rows": [record(n, 5) for n in range(100)], "has_more": True}), DATES)
    assert why is not None
    assert "further back" in why


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"rows": [{}], "has_more": True}, "no next page"),
        ({"rows": [{}], "total": 9}, "counts 9 records, returned 1"),
        ({"rows": [{}], "total": 1, "has_more": False}, None),
    ],
)
async def test_a_list_without_paging_that_is_not_whole(body: dict[str, Any], reason: str | None) -> None:
    pages, why = await read(lambda _: answer(200, body), ONCE)
    assert len(pages) == 1
    assert why is None if reason is None else reason in (why or "")


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        ({"data_ref": "items", "items": [1]}, 1),
        ({"data_ref": "data", "rows": [1, 2]}, 2),
        ({"rows": None, "data_ref": "data", "data": [1]}, 1),
        ({"rows": None, "total": 0}, 0),
        ({"rows": {"a": 1}, "data_ref": "data", "data": [1, 2, 3]}, 3),
    ],
)
async def test_the_array_is_found_under_any_of_its_names(body: dict[str, Any], rows: int) -> None:
    pages, _ = await read(lambda _: answer(200, body), ONCE)
    assert len(pages[0].rows) == rows


@pytest.mark.parametrize(
    "body", [{}, {"rows": 5}, {"data_ref": 7}, {"data_ref": "x"}, {"rows": None}, {"rows": None, "total": 3}]
)
async def test_an_answer_without_a_list(body: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood):
        await read(lambda _: answer(200, body), ONCE)


async def test_rows_keep_their_bytes() -> None:
    content = b'{ "rows" : [ {"id":"a",  "n":1.50e3, "big":123456789012345678901234567890, "u":"\\u00e9\xc3\xa9"} ]}'
    pages, _ = await read(lambda _: Response(200, {}, content), ONCE)
    assert pages[0].rows == [content[13:-3]]
    assert json.loads(pages[0].rows[0])["big"] == 123456789012345678901234567890
