import asyncio
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.api.client import ApiClient, Credentials
from store.api.errors import BudgetSpent, RateLimited
from store.cache import batch
from store.clock import ManualClock
from store.sandbox.limits import Limits
from store.sync.rate_limiter import RateLimiter
from store.sync.request import PAGES_ONLY, SyncRequest
from store.wire import Request, Response
from tests.support.list_server import NOON, answer, client_of
from tests.support.syncing import Project, run_sync


class LimitedServer:
    """Counts calls in fixed periods of its own clock, which may be off, and tells so in its headers.

    `told_low` collects what it had last told whenever a call came although no more than the reserve was left.
    """

    def __init__(
        self, clock: ManualClock, limit: int, period: int, *, skew: float = 0, reserve: float = 0.3,
        retry_header: bool = True, shop: int = 0, date: bool = True,
    ) -> None:  # fmt: skip
        self.clock, self.limit, self.period, self.reserve = clock, limit, period, reserve
        self.skew, self.shop, self.retry_header, self.date = timedelta(seconds=skew), shop, retry_header, date
        self.window, self.used, self.told = -1, 0, limit
        self.most_used, self.told_low, self.refused = 0, 0, 0

    def now(self) -> datetime:
        return self.clock.now() + self.skew

    def __call__(self, request: Request) -> Response:
        window = int(self.now().timestamp()) // self.period
        if window != self.window:
            self.window, self.used, self.told = window, self.shop, self.limit
        self.told_low += self.told <= self.reserve * self.limit
        headers = {"X_Rate_Limit_Limit": str(self.limit)}
        if self.date:
            headers["Date"] = format_datetime(self.now(), usegmt=True)
        if self.retry_header:
            headers["X_Rate_Limit_Retry"] = str((window + 1) * self.period)
        if self.used >= self.limit:
            self.refused += 1
            return answer(429, {"code": 429, "message": "Too many"}, X_Rate_Limit_Remaining="0", **headers)
        self.used += 1
        self.most_used = max(self.most_used, self.used)
        self.told = self.limit - self.used
        return answer(200, {"data": []}, X_Rate_Limit_Remaining=str(self.told), **headers)


def governed(server: LimitedServer, limiter: RateLimiter) -> ApiClient:
    keys = Credentials("https://api.test", "app", "token")
    return ApiClient(keys, clock=server.clock, gate=limiter, responder=server)


@settings(max_examples=60)
@given(
    limit=st.integers(1, 120),
    period=st.sampled_from([60, 3_600]),
    reserve=st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.99]),
    skew=st.floats(-5_000, 5_000),
    start=st.floats(0, 4_000),
    shop=st.integers(0, 5),
    at_once=st.integers(1, 6),
    pauses=st.sampled_from([0.0, 0.4, 7.0]),
)
async def test_the_reserve_is_left_alone_and_the_end_comes(
    limit: int, period: int, reserve: float, skew: float, start: float, shop: int, at_once: int, pauses: float
) -> None:
    clock = ManualClock(NOON + timedelta(seconds=start))
    server = LimitedServer(clock, limit, period, skew=skew, reserve=reserve, shop=min(shop, limit // 2))
    limiter = RateLimiter(clock, reserve=reserve)
    calls = max(10, min(150, 3 * limit))
    left = iter(range(calls))

    async def worker(client: ApiClient) -> None:
        for _ in left:
            await client.get("/v1/x")
            if pauses:
                await clock.sleep(pauses)

    async with governed(server, limiter) as client:
        await asyncio.gather(*(worker(client) for _ in range(at_once)))
        assert client.calls == calls
    assert server.refused == 0
    assert server.told_low == 0
    assert server.most_used <= limit


async def test_plenty_is_not_spaced() -> None:
    clock = ManualClock(NOON)
    server = LimitedServer(clock, 100, 60)
    async with governed(server, RateLimiter(clock)) as client:
        for _ in range(70):
            await client.get("/v1/x")
    assert clock.slept == []


async def test_a_server_that_tells_no_limits_is_not_held_back() -> None:
    clock = ManualClock(NOON)
    with client_of(lambda _: answer(200, {}), clock=clock, gate=RateLimiter(clock)) as client:
        await asyncio.gather(*(client.get("/v1/x") for _ in range(500)))
    assert clock.slept == []


@pytest.mark.parametrize("date", [True, False])
async def test_without_a_word_on_the_next_period_guesses_grow(date: bool) -> None:
    clock = ManualClock(NOON)
    server = LimitedServer(clock, 100, 3_600, retry_header=False, date=date)
    async with governed(server, RateLimiter(clock)) as client:
        for _ in range(100):
            await client.get("/v1/x")
    assert clock.slept[:5] == [60.0, 120.0, 240.0, 480.0, 960.0]
    assert server.told_low <= 6
    assert server.refused == 0


async def test_waits_are_told() -> None:
    clock = ManualClock(NOON)
    told: list[tuple[float, str]] = []
    limiter = RateLimiter(clock, on_wait=lambda seconds, reason: told.append((seconds, reason)))
    server = LimitedServer(clock, 10, 60)

    async with governed(server, limiter) as client:
        for _ in range(7):
            await client.get("/v1/x")
        meter = limiter.meter()
        assert (meter.limit, meter.remaining, meter.reserve, limiter.calls) == (10, 3, 3, 7)
        await client.get("/v1/x")
    assert told == [(61.0, "the remaining 3 of 10 calls are left to the shop; calls resume in 61 s")]


async def test_a_429_holds_everybody_for_as_long_as_it_says() -> None:
    clock = ManualClock(NOON)
    answers = iter([answer(429, {"message": "slow down"}, Retry_After="30")])
    times: list[float] = []

    def server(request: Request) -> Response:
        times.append(clock.monotonic())
        return next(answers, None) or answer(200, {})

    with client_of(server, clock=clock, gate=RateLimiter(clock)) as client:
        await asyncio.gather(*(client.get("/v1/x") for _ in range(4)))
    assert times[0] == 0
    assert min(times[1:]) >= 30


async def test_429s_that_say_nothing_bring_growing_pauses_and_an_end() -> None:
    clock = ManualClock(NOON)
    with client_of(lambda _: answer(429, {}), clock=clock, gate=RateLimiter(clock)) as client:
        with pytest.raises(RateLimited):
            await client.get("/v1/x")
        assert client.calls == 5
    assert clock.monotonic() > 75


async def test_the_cycle_limit_is_final() -> None:
    clock = ManualClock(NOON)
    limiter = RateLimiter(clock)
    refusal = answer(429, {"message": "No more"}, X_Rate_Limit_Type="api_calls_cycle", Retry_After="9")
    with client_of(lambda _: refusal, clock=clock, gate=limiter) as client:
        for _ in range(3):
            with pytest.raises(RateLimited) as caught:
                await client.get("/v1/x")
            assert caught.value.final
            assert "billing cycle" in caught.value.sentence
        assert client.calls == 1
    assert clock.slept == []


async def test_the_reserve_holds_for_the_cycle_too() -> None:
    clock = ManualClock(NOON)
    limits = {"X_Rate_Limit_Type": "api_calls_cycle", "X_Rate_Limit_Limit": "1000", "X_Rate_Limit_Remaining": "300"}
    with client_of(lambda _: answer(200, {}, **limits), clock=clock, gate=RateLimiter(clock)) as client:
        await client.get("/v1/x")
        with pytest.raises(RateLimited) as caught:
            await client.get("/v1/x")
    assert "300 are left to the shop" in caught.value.sentence


async def test_a_wait_of_days_is_an_end() -> None:
    clock = ManualClock(NOON)
    with client_of(lambda _: answer(429, {}, Retry_After="200000"), clock=clock, gate=RateLimiter(clock)) as client:
        for _ in range(2):
            with pytest.raises(RateLimited) as caught:
                await client.get("/v1/x")
            assert "in 56 h" in caught.value.sentence
        assert client.calls == 1


async def test_bulk_calls_have_an_allowance_of_their_own() -> None:
    clock = ManualClock(NOON)
    bulk = {"X_Rate_Limit_Type": "bulk_api_calls", "X_Rate_Limit_Limit": "10", "X_Rate_Limit_Remaining": "1"}
    with client_of(lambda _: answer(200, {}, **bulk), clock=clock, gate=RateLimiter(clock)) as client:
        await client.create_export({})
        await client.get("/v1/x")
        assert clock.slept == []
        await client.create_export({})
    assert clock.slept == [60.0]


async def test_the_budget_is_kept_with_many_at_once() -> None:
    clock = ManualClock(NOON)
    limiter = RateLimiter(clock, max_calls=5)
    with client_of(lambda _: answer(200, {}), clock=clock, gate=limiter) as client:
        results = await asyncio.gather(*(client.get("/v1/x") for _ in range(9)), return_exceptions=True)
        assert client.calls == limiter.calls == 5
    spent = [result for result in results if isinstance(result, BudgetSpent)]
    assert len(spent) == 4
    assert "5 calls" in spent[0].sentence


async def test_a_cancelled_call_does_not_hold_the_others() -> None:
    clock = ManualClock(NOON)
    limiter = RateLimiter(clock)
    await limiter.before("read")
    second = asyncio.create_task(limiter.before("read"))
    await asyncio.sleep(0)
    assert not second.done()
    limiter.after(0, {})
    await second
    limiter.after(200, {})
    assert limiter.calls == 2


@pytest.mark.parametrize("reserve", [-0.1, 1.0, 2.0])
def test_a_reserve_that_leaves_nothing_is_refused(reserve: float) -> None:
    with pytest.raises(ValueError, match="reserve"):
        RateLimiter(ManualClock(NOON), reserve=reserve)


@pytest.mark.parametrize(
    ("limit", "period", "retry_header", "pace"),
    [(100, 60, True, 70.0), (100, 3_600, True, 70 / 60), (2_000, 60, True, 1_400.0), (100, 60, False, 70.0)],
)
async def test_the_pace_is_that_of_the_limits_period(limit: int, period: int, retry_header: bool, pace: float) -> None:
    """An hourly limit of 100 is no limit of 100 a minute: a plan would be 60 times too short."""
    clock = ManualClock(NOON)
    server = LimitedServer(clock, limit, period, retry_header=retry_header)
    limiter = RateLimiter(clock)
    assert limiter.meter().per_minute is None
    async with governed(server, limiter) as client:
        for _ in range(3):
            await client.get("/v1/x")
            clock.advance(1)
    assert limiter.meter().per_minute == pytest.approx(pace)


def test_what_was_read_is_on_the_disk_before_the_sync_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the limit, and before it asks again for what was not answered."""
    monkeypatch.setattr(batch, "LONGEST", 3_600.0)
    project, sleep = Project(tmp_path / "c.db", options={"limits": Limits(6)}), ManualClock.sleep
    failing, waits = [503, 503], list[tuple[int, int]]()

    def respond(request: Request) -> Response:
        if request.path == "/v1/vouchers" and project.clock.slept and failing:
            return answer(failing.pop(), {})
        return project.sandbox.respond(request)

    with closing(project.connect()) as connection, closing(sqlite3.connect(project.path)) as other:

        async def seen(self: ManualClock, seconds: float) -> None:
            written, kept = (
                each.execute("select count(*) from vouchers").fetchone()[0] for each in (connection, other)
            )
            waits.append((written, kept))
            await sleep(self, seconds)

        monkeypatch.setattr(ManualClock, "sleep", seen)
        only = SyncRequest(everything=True, via=PAGES_ONLY, only=frozenset({"campaigns", "vouchers"}))
        assert run_sync(connection, only, respond, project.clock).state == "complete"
    assert len(waits) >= 3, "the limit's, and two before asking again"
    assert max(kept for _, kept in waits) > 100
    assert [written - kept for written, kept in waits] == [0] * len(waits)


@pytest.mark.parametrize("status", [200, 502, 0])
async def test_an_answer_that_tells_no_limits_has_used_one_of_them(status: int) -> None:
    clock = ManualClock(NOON)
    limiter = RateLimiter(clock, reserve=0.0)
    headers = {"X-Rate-Limit-Limit": "20", "X-Rate-Limit-Remaining": "3"}
    for number, left in enumerate((3, 2, 1, 0)):
        await limiter.before("read")
        limiter.after(200 if number == 0 else status, headers if number == 0 else {})
        assert limiter.meter().remaining == left


async def test_an_answer_that_takes_longer_than_the_period_holds_up_no_other_call() -> None:
    """In the last third of the allowance calls go one by one: each waits for the one before, but for no longer."""
    clock = ManualClock(NOON)
    limiter = RateLimiter(clock, reserve=0.3)
    ends = str(int(clock.now().timestamp()) + 1)
    await limiter.before("read")
    limiter.after(200, {"X-Rate-Limit-Limit": "10", "X-Rate-Limit-Remaining": "4", "X-Rate-Limit-Retry": ends})
    await limiter.before("read")
    other = asyncio.create_task(limiter.before("read"))
    await asyncio.sleep(0)
    assert not other.done()
    clock.advance(30)
    await other
    assert (limiter.calls, clock.slept) == (3, [])
    third = asyncio.create_task(limiter.before("read"))
    await asyncio.sleep(0)
    assert not third.done(), "of the new period nothing is known until the first call in it has been answered"
    limiter.after(200, {"X-Rate-Limit-Limit": "10", "X-Rate-Limit-Remaining": "9"})
    await third


async def test_after_a_429_one_call_goes_first() -> None:
    """Eight at once would be refused eight times."""
    clock = ManualClock(NOON)
    limiter = RateLimiter(clock, reserve=0.0)
    await limiter.before("read")
    limiter.after(429, {"Retry-After": "5"})
    waiting = [asyncio.create_task(limiter.before("read")) for _ in range(8)]
    for _ in range(20):
        await asyncio.sleep(0)
    assert sum(task.done() for task in waiting) == 1
    limiter.after(200, {})
    await asyncio.gather(*waiting)


async def test_answers_that_come_after_a_429_let_nobody_else_go_first() -> None:
    clock = ManualClock(NOON)
    limiter = RateLimiter(clock, reserve=0.0)
    await limiter.before("read")
    limiter.after(200, {})
    for _ in range(8):
        await limiter.before("read")
    limiter.after(429, {"Retry-After": "5"})
    for _ in range(7):
        limiter.after(200, {})
    waiting = [asyncio.create_task(limiter.before("read")) for _ in range(8)]
    for _ in range(20):
        await asyncio.sleep(0)
    assert sum(task.done() for task in waiting) == 1
    for task in waiting:
        task.cancel()


async def test_calls_of_an_earlier_period_that_end_leave_no_room_for_more_than_are_left() -> None:
    """Eight go out, the period ends, and of the new one 37 are left, of which 30 are the shop's."""
    clock = ManualClock(NOON)
    limiter = RateLimiter(clock, reserve=0.3)
    headers = {"X-Rate-Limit-Limit": "100", "X-Rate-Limit-Remaining": "90"}
    headers["X-Rate-Limit-Retry"] = str(int(clock.now().timestamp()) + 1)
    await limiter.before("read")
    limiter.after(200, headers)
    for _ in range(8):
        await limiter.before("read")
    clock.advance(30)
    await limiter.before("read")
    limiter.after(200, {"X-Rate-Limit-Limit": "100", "X-Rate-Limit-Remaining": "37"})
    waiting = [asyncio.create_task(limiter.before("read")) for _ in range(20)]
    await asyncio.sleep(0)
    for _ in range(8):
        limiter.after(200, {})
    for _ in range(20):
        await asyncio.sleep(0)
    assert sum(task.done() for task in waiting) <= 7
    for task in waiting:
        task.cancel()
