"""Lists read side by side: the same cache as one after the other, as many as the limit allows, and none held up."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from store.api.client import ApiClient
from store.sandbox import ExportHabits
from store.sandbox.limits import Limits
from store.sync import abreast
from store.sync.abreast import side_by_side, width_within
from store.sync.rate_limiter import RateLimiter
from store.sync.request import SyncRequest
from tests.support.syncing import Project, dump

EVERYTHING = SyncRequest(everything=True)


@pytest.mark.parametrize(
    ("limit", "width"), [(None, 8), (60, 1), (100, 1), (199, 1), (200, 2), (500, 5), (2_000, 8), (0, 1)]
)
def test_as_many_at_a_time_as_the_limit_allows(limit: int | None, width: int) -> None:
    assert width_within(limit) == width


def test_side_by_side_leaves_the_same_cache_and_hardly_takes_more_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Jobs that are done at once: how often one is looked at depends on the clock, which other readings move, too.
    options = {"exports": ExportHabits(scheduled=0.0, running=0.0)}
    wide, narrow = (Project(tmp_path / f"{name}.db", options=dict(options)) for name in ("wide", "narrow"))
    abreast_report = wide.sync(EVERYTHING)
    monkeypatch.setattr(abreast, "WIDEST", 1)
    report = narrow.sync(EVERYTHING)
    assert (abreast_report.state, report.state) == ("complete", "complete")
    per_list = [{name: one.as_json() for name, one in each.resources.items()} for each in (abreast_report, report)]
    # Pages that are asked for ahead overlap.
    more = {name: one.pop("calls") - per_list[1][name].pop("calls") for name, one in per_list[0].items()}
    assert per_list[0] == per_list[1]
    assert {name: calls for name, calls in more.items() if calls} == {"vouchers": 1}
    for each in (abreast_report, report):
        assert each.calls == sum(one.calls for one in each.resources.values())
    assert dump(wide.connect()) == dump(narrow.connect())


@contextmanager
def most_at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many calls were under way when each was let through."""
    limiters, seen = dict[int, int](), list[int]()
    before, after = RateLimiter.before, RateLimiter.after

    async def entered(self: RateLimiter, kind: str) -> None:
        await before(self, kind)
        limiters[id(self)] = limiters.get(id(self), 0) + 1
        seen.append(limiters[id(self)])

    def left(self: RateLimiter, status: int, headers: dict[str, str]) -> None:
        limiters[id(self)] -= 1
        after(self, status, headers)

    with monkeypatch.context() as patch:
        patch.setattr(RateLimiter, "before", entered)
        patch.setattr(RateLimiter, "after", left)
        yield seen


@pytest.mark.parametrize(("limits", "most"), [("unlimited", 8), ("business", 1)])
def test_calls_under_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limits: str, most: int) -> None:
    project = Project(tmp_path / "c.db", options={"limits": Limits.of(limits)})
    with most_at_once(monkeypatch) as seen:
        assert project.sync(EVERYTHING).state == "complete"
    assert max(seen) == most


def test_a_stalled_list_holds_up_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It gives no answer until what is read last has been read; were that to wait for it, both would wait for ever."""
    project, others = Project(tmp_path / "c.db"), asyncio.Event()
    original = ApiClient.read

    async def read_or_stall(self: ApiClient, path: str, params: Any, understand: Any) -> Any:
        if path == "/v1/categories":
            async with asyncio.timeout(60):
                await others.wait()
        answer = await original(self, path, params, understand)
        if path == "/v1/customers":
            others.set()
        return answer

    monkeypatch.setattr(ApiClient, "read", read_or_stall)
    assert project.sync(EVERYTHING).state == "complete"
    assert others.is_set()


async def test_the_first_error_ends_the_others_and_is_told() -> None:
    ended: list[int] = []

    async def act(number: int) -> None:
        try:
            if number == 2:
                raise ValueError(number)
            await asyncio.sleep(3_600)
        finally:
            ended.append(number)

    with pytest.raises(ValueError, match="2"):
        await side_by_side(range(5), act, lambda: 3)
    assert sorted(ended) == [0, 1, 2]
