"""Pages asked for ahead: the same list in fewer turns, and nothing lost whatever the server does meanwhile."""

import asyncio
import random
from collections.abc import Callable
from typing import Any

import pytest

from store.api.ahead import Ahead
from store.api.errors import IncompleteListing
from store.api.pages import Listing, Page, PagingStyle, read_pages
from store.sync.abreast import Slots
from tests.support.list_server import FIRST, ListServer, client_of, record

LISTING = Listing("/v1/rows", ("rows",), PagingStyle.KEYSET, order="created_at")
HOUR = 3_600_000
NEVER = "9999-01-01T00:00:00.000Z"


class Turns:
    """A client whose answers come after some others; it counts in how many turns they were asked for."""

    def __init__(self, client: Any, chance: random.Random | None = None) -> None:
        self._client, self._chance = client, chance
        self.under_way = self.most = self.turns = 0

    async def read(self, *asked: Any) -> Any:
        self.turns += self.under_way == 0
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        for _ in range(5 if self._chance is None else self._chance.randrange(5)):
            await asyncio.sleep(0)
        try:
            return await self._client.read(*asked)
        finally:
            self.under_way -= 1


async def read(
    server: ListServer, *, limit: int | None = None, settled: str = NEVER, chance: random.Random | None = None
) -> tuple[list[str], Turns, str | None]:
    """The ids that came, how they were asked for, and why the list ended early."""
    slots, pages, reason = Slots(lambda: limit, lists=1), list[Page](), None
    with client_of(server, retries=0) as client:
        turns: Any = Turns(client, chance)
        try:
            async for page in read_pages(turns, LISTING, ahead=Ahead(slots, settled)):
                pages.append(page)
        except IncompleteListing as stopped:
            reason = stopped.reason
    assert slots.beside == 0
    return [row.split(b'"')[3].decode() for page in pages for row in page.rows], turns, reason


async def test_four_pages_come_in_one_turn_and_each_record_once() -> None:
    """100 first; then 376 of 4 pages that overlap, and again; the last 150 follow one another: no page is in vain."""
    server = ListServer([record(n, n * HOUR) for n in range(1_000)])
    found, turns, reason = await read(server)
    assert (found, reason) == ([row["id"] for row in server.records], None)
    assert (turns.most, turns.turns) == (4, 5)
    assert server.calls <= 12, "one after the other they are 11"


@pytest.mark.parametrize(("limit", "most"), [(100, 1), (199, 1), (200, 2), (300, 3), (None, 4)])
async def test_no_more_at_a_time_than_the_limit_allows(limit: int | None, most: int) -> None:
    found, turns, _ = await read(ListServer([record(n, n * HOUR) for n in range(600)]), limit=limit)
    assert (len(found), turns.most) == (600, most)


@pytest.mark.parametrize(
    ("server", "in_vain"),
    [
        (lambda rows: ListServer(rows, clamp=lambda limit: 100), 3),
        (lambda rows: ListServer(rows, totals=lambda count: count + 900), 6),
        (lambda rows: ListServer(rows, totals=lambda count: None), 0),
        (lambda rows: ListServer(rows, totals=lambda count: min(count, 100)), 0),
        (lambda rows: ListServer(rows, clamp=lambda limit: min(limit, 50)), 0),
        (lambda rows: ListServer([{**row, "created_at": FIRST} for row in rows]), 0),
        (lambda rows: ListServer([record(n, n * 2) for n in range(600)]), 3),
        (lambda rows: ListServer(rows, cap=1), 3),
    ],
    ids=["its own page size", "counts too many", "counts nothing", "counts the page", "short pages", "one instant",
         "too close to each other", "no second page"],
)  # fmt: skip
async def test_where_pages_do_not_lead_on_few_are_asked_for_in_vain(
    server: Callable[[list[dict[str, Any]]], ListServer], in_vain: int
) -> None:
    rows = [record(n, n * HOUR) for n in range(600)]
    alone, beside = server(rows), server(rows)
    one_by_one, _, reason = await read(alone, limit=0)
    found, _, also = await read(beside)
    assert (found, also) == (one_by_one, reason)
    assert beside.calls <= alone.calls + in_vain


async def test_what_may_still_be_listed_late_is_asked_for_in_its_turn() -> None:
    server = ListServer([record(n, n * HOUR) for n in range(1_000)])
    found, turns, _ = await read(server, settled=str(server.records[300]["created_at"]))
    assert len(found) == 1_000
    assert turns.turns > 7


@pytest.mark.parametrize("seed", range(20))
async def test_what_was_there_throughout_comes_whatever_changes_meanwhile(seed: int) -> None:
    chance = random.Random(seed)
    gaps = chance.choice([[HOUR], [0, 1, HOUR], [1, 700, 2_000], [0] * 30 + [HOUR], [5_000]])
    rows, at = [], 0
    for number in range(chance.choice([150, 400, 900])):
        at += chance.choice(gaps)
        rows.append(record(number, at))
    gone, last = set[str](), [at]

    def change(calls: int) -> None:
        if chance.random() < 0.7:
            for _ in range(chance.choice([1, 3, 40])):
                victim = server.records.pop(chance.randrange(len(server.records)))
                gone.add(str(victim["id"]))
        if chance.random() < 0.5 and calls < 60:
            last[0] += 2_000
            server.records.append(record(10_000 + calls, last[0]))

    server = ListServer(
        rows,
        inclusive=chance.random() < 0.5,
        shuffle_ties=chance.choice([None, chance.shuffle]),
        totals=chance.choice([lambda count: count, lambda count: count, lambda count: count + 150]),
        clamp=chance.choice([lambda limit: limit, lambda limit: limit, lambda limit: min(limit, 96)]),
        after_call=change,
    )
    before = {str(row["id"]) for row in rows}
    found, _, reason = await read(server, chance=chance)
    assert reason is not None or before - gone <= set(found)
