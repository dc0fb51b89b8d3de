"""Servers that give shorter pages than asked for, always or now and then."""

import json
import random
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.api.errors import ConnectionLost
from store.api.pages import Listing, PagingStyle, read_pages
from store.api.places import Place
from store.wire import Request, Response
from tests.store.api.test_pages import ids, read
from tests.support.list_server import ListServer, answer, client_of, record

KEYSET = Listing("/v1/rows", ("rows",), PagingStyle.KEYSET, page_cap=99, order="created_at")
PAGE = Listing("/v1/rows", ("rows",), PagingStyle.PAGE, page_cap=1000, order="created_at")
CHAINS = (PagingStyle.ID_CURSOR, PagingStyle.END_DATE)


def capped(most: int) -> Callable[[int], int]:
    return lambda limit: min(limit, most)


def by_chance(seed: int, *most: int) -> Callable[[int], int]:
    """Another bound in every call."""
    rng = random.Random(seed)
    return lambda limit: min(limit, rng.choice(most))


def chain_server(
    records: list[dict[str, Any]], clamp: Callable[[int], int], *, says: Callable[[bool], object]
) -> Callable[[Request], Response]:
    """Serves by `starting_after_id` in order, or by `end_date` from the newest back; `says` spells `has_more`."""

    def serve(request: Request) -> Response:
        query = dict(request.query)
        found = records
        if "starting_after_id" in query:
            found = [row for row in records if row["id"] > query["starting_after_id"]]
        if "order" not in query:
            until = query.get("end_date", "9")
            found = [row for row in reversed(records) if row["created_at"] <= until]
        part = found[: clamp(int(query["limit"]))]
        body: dict[str, object] = {"rows": part, "has_more": says(len(part) < len(found)), "total": len(part)}
        return answer(200, {name: value for name, value in body.items() if value is not None})

    return serve


def chain(style: PagingStyle) -> Listing:
    return Listing("/v1/rows", ("rows",), style, order="id" if style is PagingStyle.ID_CURSOR else None)


@pytest.mark.parametrize("totals", [lambda n: n, lambda n: None], ids=["counted", "uncounted"])
@pytest.mark.parametrize("most", [1, 7, 10, 50, 99])
@pytest.mark.parametrize("listing", [KEYSET, PAGE], ids=["keyset", "page"])
async def test_a_list_on_short_pages_is_read_whole(listing: Listing, most: int, totals: Any) -> None:
    server = ListServer([record(n, n * 7) for n in range(401)], cap=1000, clamp=capped(most), totals=totals)
    pages, reason = await read(server, listing)
    assert reason is None
    assert ids(pages) == [row["id"] for row in server.records]


@pytest.mark.parametrize("listing", [KEYSET, PAGE], ids=["keyset", "page"])
async def test_short_pages_cost_no_more_calls_than_their_number(listing: Listing) -> None:
    server = ListServer([record(n, n * 7) for n in range(2_000)], cap=1000, clamp=capped(50))
    _, reason = await read(server, listing)
    assert reason is None
    assert server.calls <= 2_000 // 50 + 3


@pytest.mark.parametrize("inclusive", [False, True])
@pytest.mark.parametrize("most", [2, 7, 50])
async def test_many_records_of_one_instant_on_short_pages(most: int, inclusive: bool) -> None:
    times = [*range(60), *([1_000] * 90), 1_001, 1_002, *range(1_003, 1_060)]
    records = [record(n, time) for n, time in enumerate(times)]
    pages, reason = await read(ListServer(records, clamp=capped(most), inclusive=inclusive))
    assert reason is None
    assert sorted(ids(pages)) == [row["id"] for row in records]


@pytest.mark.parametrize("listing", [KEYSET, PAGE], ids=["keyset", "page"])
@settings(max_examples=60)
@given(seed=st.integers(0, 10_000), count=st.integers(0, 160), tied=st.integers(1, 12))
async def test_pages_of_another_length_in_every_call(listing: Listing, seed: int, count: int, tied: int) -> None:
    server = ListServer(
        [record(n, n // tied * 5) for n in range(count)], cap=1000, clamp=by_chance(seed, 4, 7, 10, 30, 50, 100)
    )
    pages, reason = await read(server, listing)
    assert reason is None
    assert sorted(ids(pages)) == [row["id"] for row in server.records]


@settings(max_examples=60)
@given(data=st.data())
async def test_a_reading_of_short_pages_cut_anywhere_goes_on(data: st.DataObject) -> None:
    """Also when records are deleted before the reading goes on."""
    most = data.draw(st.integers(1, 9))
    server = ListServer([record(n, n) for n in range(data.draw(st.integers(1, 70)))], cap=1000, clamp=capped(most))
    listing = data.draw(st.sampled_from([KEYSET, PAGE]))
    got: set[str] = set()
    place: Place | None = None
    complete = False
    for _ in range(200):
        budget = server.calls + data.draw(st.integers(1, 6))

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
                if server.records and data.draw(st.integers(0, 3)) == 0:
                    server.records.pop(data.draw(st.integers(0, len(server.records) - 1)))
    assert complete
    assert got >= {row["id"] for row in server.records}


@pytest.mark.parametrize("says", [lambda more: more, lambda more: None], ids=["has_more", "silent"])
@pytest.mark.parametrize("most", [2, 7, 50])
@pytest.mark.parametrize("style", CHAINS)
async def test_a_list_with_a_cursor_on_short_pages_is_read_whole(style: PagingStyle, most: int, says: Any) -> None:
    records = [record(n, n * 7) for n in range(203)]
    pages, reason = await read(chain_server(records, capped(most), says=says), chain(style))
    assert reason is None
    assert sorted(ids(pages)) == [row["id"] for row in records]


async def test_a_count_beyond_a_last_page_is_followed() -> None:
    """A server that shortens the page and compares its length to the limit asked for, not to its own."""
    records = [record(n, n) for n in range(40)]
    serve = chain_server(records, capped(7), says=lambda more: False)

    def counting(request: Request) -> Response:
        body = json.loads(serve(request).body)
        return answer(200, {**body, "total": len(records)})

    pages, reason = await read(counting, chain(PagingStyle.ID_CURSOR))
    assert reason is None
    assert ids(pages) == [row["id"] for row in records]


async def test_a_page_with_holes_is_no_short_page() -> None:
    """A server that hides some records after cutting the page: what it shows comes, and the lack is said."""
    server = ListServer([record(n, n) for n in range(450)])

    def hiding(request: Request) -> Response:
        body = json.loads(server(request).body)
        return answer(200, {**body, "rows": [row for row in body["rows"] if int(row["id"][2:]) % 37 != 36]})

    pages, reason = await read(hiding, PAGE)
    assert reason == "the API says there is more but its page 6 is empty: 450 are counted, 438 came"
    assert set(ids(pages)) == {f"v_{n:06d}" for n in range(450) if n % 37 != 36}
    assert server.calls <= 8
