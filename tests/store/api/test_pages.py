import json
import random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.api.errors import ConnectionLost, IncompleteListing
from store.api.pages import Listing, Page, PagingStyle, read_pages
from store.api.places import Place
from store.wire import Request, Response
from tests.support.list_server import ListServer, client_of, record

KEYSET = Listing("/v1/rows", ("rows",), PagingStyle.KEYSET, page_cap=99, order="created_at")
PAGE = Listing("/v1/rows", ("rows",), PagingStyle.PAGE, page_cap=99, order="created_at")


def ids(pages: list[Page]) -> list[str]:
    return [json.loads(row)["id"] for page in pages for row in page.rows]


async def read(server: Any, listing: Listing = KEYSET, place: Place | None = None) -> tuple[list[Page], str | None]:
    """All pages, and the reason if the list ended early."""
    pages: list[Page] = []
    with client_of(server, retries=0) as client:
        try:
            async for page in read_pages(client, listing, place=place):
                pages.append(page)  # noqa: PERF401  the pages before an error count
        except IncompleteListing as stopped:
            return pages, stopped.reason
    return pages, None


@pytest.mark.parametrize(
    ("inclusive", "total"),
    [(False, lambda n: n), (True, str), (False, lambda n: None)],
    ids=["number", "text and inclusive", "absent"],
)
async def test_a_list_beyond_the_cap_is_read_whole(inclusive: bool, total: Any) -> None:
    server = ListServer([record(n, n * 7) for n in range(12_000)], inclusive=inclusive, totals=total)
    pages, reason = await read(server)
    assert reason is None
    assert ids(pages) == [row["id"] for row in server.records]
    assert server.calls <= 124
    assert all("created_at[before]" not in query for query in server.queries)


@pytest.mark.parametrize("inclusive", [False, True])
@pytest.mark.parametrize("ties", [49, 50, 51, 99, 100, 101, 200, 500, 4_000])
async def test_many_records_of_one_instant_on_a_page_border(ties: int, inclusive: bool) -> None:
    times = [*range(0, 160, 2), *([1_000] * ties), 1_001, 1_002, *range(1_003, 1_400)]
    server = ListServer([record(n, time) for n, time in enumerate(times)], inclusive=inclusive)
    pages, reason = await read(server)
    assert reason is None
    assert sorted(ids(pages)) == [row["id"] for row in server.records]
    assert server.calls <= 2 * len(times) // 100 + 8


async def test_an_unstable_order_within_one_instant_is_noticed_and_read_again() -> None:
    rng = random.Random(4)
    shuffles = iter([True, True, False])

    def shuffle(found: list[dict[str, Any]]) -> None:
        if next(shuffles, False):
            rng.shuffle(found)

    server = ListServer([record(n, 5) for n in range(500)], shuffle_ties=shuffle)
    pages, reason = await read(server)
    assert reason is None
    assert sorted(ids(pages)) == [row["id"] for row in server.records]
    assert server.calls > 7


async def test_an_instant_beyond_the_cap_is_said_to_be_incomplete() -> None:
    server = ListServer([record(n, 5) for n in range(1_200)], cap=10)
    pages, reason = await read(server, Listing("/v1/rows", ("rows",), PagingStyle.KEYSET, page_cap=10, order="x"))
    assert reason is not None
    assert "share the instant" in reason
    assert len(set(ids(pages))) == 1_000


@pytest.mark.parametrize("style", [PagingStyle.KEYSET, PagingStyle.PAGE])
@settings(max_examples=50)
@given(data=st.data())
async def test_what_existed_throughout_is_delivered(style: PagingStyle, data: st.DataObject) -> None:
    """Inserts at the end and deletions anywhere, between any two calls; for plain pages only the deletions."""
    gaps = data.draw(st.lists(st.sampled_from([0, 0, 0, 0, 1, 3]), min_size=1, max_size=120))
    time, records = 0, []
    for number, gap in enumerate(gaps):
        time += gap
        records.append(record(number, time))
    rng = random.Random(data.draw(st.integers(0, 999)))
    removals, inserts = data.draw(st.integers(0, 12)), data.draw(st.integers(0, 12))
    server = ListServer(records, inclusive=data.draw(st.booleans()))
    removed: set[str] = set()

    def change(call: int) -> None:
        nonlocal time
        if call <= removals and server.records:
            removed.add(server.records.pop(rng.randrange(len(server.records)))["id"])
        elif call <= removals + inserts and style is PagingStyle.KEYSET:
            time += 1
            server.records.append(record(1_000 + call, time))

    server.after_call = change
    listing = Listing("/v1/rows", ("rows",), style, limit=5, page_cap=99, order="created_at")
    throughout = {row["id"] for row in records}
    pages, reason = await read(server, listing)
    if reason is None:
        assert throughout - removed <= set(ids(pages))
    else:
        assert "kept changing" in reason
    assert server.calls <= 6 * (len(gaps) + 12)


@settings(max_examples=40)
@given(data=st.data())
async def test_a_reading_cut_anywhere_goes_on_from_its_last_page(data: st.DataObject) -> None:
    gaps = data.draw(st.lists(st.sampled_from([0, 0, 1, 2]), min_size=1, max_size=80))
    times = [sum(gaps[: n + 1]) for n in range(len(gaps))]
    server = ListServer([record(n, time) for n, time in enumerate(times)])
    style = data.draw(st.sampled_from([PagingStyle.KEYSET, PagingStyle.PAGE]))
    listing = Listing("/v1/rows", ("rows",), style, limit=5, order="created_at")
    got: set[str] = set()
    place: Place | None = None
    complete = False
    for _ in range(200):
        budget = server.calls + data.draw(st.integers(1, 2))

        def cut(request: Request, budget: int = budget) -> Response:
            if server.calls >= budget:
                raise ConnectionResetError("cut")
            return server(request)

        with client_of(cut, retries=0) as client:
            try:
                async for page in read_pages(client, listing, place=place):
                    got |= set(ids([page]))
                    place = msgspec.json.decode(msgspec.json.encode(page.place), type=Place | None)
                complete = True
                break
            except ConnectionLost:
                continue
    assert complete
    assert got == {row["id"] for row in server.records}


async def test_bounds_are_kept_on_every_call() -> None:
    server = ListServer([record(n, n // 150 * 1_000) for n in range(3_000)])
    listing = Listing(
        "/v1/rows", ("rows",), PagingStyle.KEYSET, order="created_at",
        after="2026-01-01T00:00:02+00:00", before="2026-01-01T00:00:08.000Z",
    )  # fmt: skip
    pages, reason = await read(server, listing)
    assert reason is None
    assert sorted(ids(pages)) == [f"v_{n:06d}" for n in range(450, 1_200)]
    assert all(query["created_at[before]"] <= "2026-01-01T00:00:08.000Z" for query in server.queries)
    assert {page.total for page in pages} == {750}


async def test_a_bound_that_is_no_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="not an instant"):
        await read(ListServer([]), Listing("/v1/rows", ("rows",), PagingStyle.KEYSET, after="yesterday"))


async def test_records_of_any_shape_are_delivered() -> None:
    odd: list[Any] = [record(1, 1), {"id": 7, "created_at": []}, {}, None, 5, "text", [1], record(2, 2)]

    def server(request: Request) -> Response:
        return Response(200, {}, json.dumps({"rows": odd, "total": len(odd)}).encode())

    pages, reason = await read(server)
    assert reason is None
    assert [json.loads(row) for page in pages for row in page.rows] == odd


async def test_half_a_surrogate_pair_in_a_name_stops_nothing() -> None:
    server = ListServer([{**record(n, n), "name": f"cut {n}"} for n in range(10_500)])

    def cutting(request: Request) -> Response:
        whole = server(request)
        return Response(whole.status, whole.headers, whole.body.replace(b'"cut', b'"\\ud83d cut'))

    pages, reason = await read(cutting)
    assert reason is None
    assert ids(pages) == [row["id"] for row in server.records]
    assert b"\\ud83d" in pages[-1].rows[-1]


async def test_newest_first_until_the_reader_stops() -> None:
    server = ListServer([record(n, n) for n in range(2_000)])
    listing = Listing("/v1/rows", ("rows",), PagingStyle.PAGE, order="-created_at")
    seen: list[str] = []
    with client_of(server) as client:
        async for page in read_pages(client, listing):
            seen += ids([page])
            if "v_001850" in seen:
                break
    assert seen[0] == "v_001999"
    assert server.calls == 2


async def test_plain_pages_go_back_for_what_deletions_moved() -> None:
    server = ListServer([record(n, n) for n in range(500)])

    def change(call: int) -> None:
        if call == 2:
            del server.records[:150]

    server.after_call = change
    pages, reason = await read(server, PAGE)
    assert reason is None
    assert set(ids(pages)) == {f"v_{n:06d}" for n in range(500)}


async def test_an_empty_list_is_one_empty_page() -> None:
    for style in (PagingStyle.PAGE, PagingStyle.KEYSET, PagingStyle.NONE):
        server = ListServer([])
        pages, reason = await read(server, Listing("/v1/rows", ("rows",), style))
        assert (len(pages), pages[0].rows, pages[0].total, reason, server.calls) == (1, [], 0, None, 1)
