"""A plan is of the very run that would be made: each list of the run has a line, and its calls are what was said."""

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from store.api.client import ApiClient, Credentials
from store.cache.ledger import Ledger
from store.sandbox.world import Sizes
from store.sync.context import SyncContext
from store.sync.planner import PlanLine, Planner, PlanTotal
from store.sync.pricing import Bound
from store.sync.rate_limiter import RateLimiter
from store.sync.report import Report
from store.sync.request import SyncRequest, read_campaigns
from tests.support.syncing import ZONE, Project

PLAIN, EVERYTHING = SyncRequest(), SyncRequest(everything=True)
WORLD = Sizes(campaigns=30, customers=150, vouchers=2_600, redemptions=1_500, publications=300, accruals=200)


def planned(project: Project, request: SyncRequest) -> list[PlanLine]:
    async def plan() -> list[PlanLine]:
        connection = project.connect()
        credentials = Credentials("https://api.example.test", "demo", "demo-token")
        limiter = RateLimiter(project.clock)
        async with ApiClient(
            credentials, clock=project.clock, gate=limiter, responder=project.sandbox.respond
        ) as client:
            context = SyncContext(client, connection, Ledger(connection), project.clock, lambda *_: None)
            planner = Planner(context, ZONE, lambda: limiter.meter().per_minute)
            return await planner.plan(request, read_campaigns(connection))

    return asyncio.run(plan())


def broken_promises(lines: list[PlanLine], report: Report) -> list[str]:
    """What the plan said of a list and the run did not keep."""
    said: Counter[str] = Counter()
    bounds: dict[str, set[Bound]] = {}
    for line in lines:
        said[line.resource] += line.calls
        bounds.setdefault(line.resource, set()).add(line.bound)
    broken = [f"{name} has no line" for name in report.resources.keys() - said.keys() if report.resources[name].calls]
    for name, calls in said.items():
        done = report.resources[name].calls if name in report.resources else 0
        most, least = Bound.AT_LEAST not in bounds[name], Bound.AT_MOST not in bounds[name]
        slack = 2 + calls // 5 if Bound.ABOUT in bounds[name] else 0
        if (least and done < calls - slack) or (most and done > calls + slack):
            broken.append(f"{name}: {calls} {'/'.join(sorted(bounds[name]))} planned, {done} done")
    return broken


def check(project: Project, request: SyncRequest) -> tuple[int, int]:
    """Plan and run; planned and real calls but for lists whose calls can only be bounded from above."""
    lines = planned(project, request)
    report = project.sync(request)
    assert report.reason is None or report.state == "complete", report.reason
    assert broken_promises(lines, report) == []
    bounded = {line.resource for line in lines if line.bound is Bound.AT_MOST}
    real = sum(one.calls for name, one in report.resources.items() if name not in bounded)
    assert real + sum(report.resources[name].calls for name in bounded if name in report.resources) == report.calls
    return sum(line.calls for line in lines if line.resource not in bounded), real


def campaign_of(project: Project, kind: str) -> str:
    campaigns = project.world.tables["campaigns"]
    owners = Counter(project.world.tables["redemptions"].column("campaign_id"))
    kinds: dict[str, str] = dict(zip(campaigns.column("id"), campaigns.column("campaign_type"), strict=True))
    return max((one for one in kinds if kinds[one] == kind), key=lambda one: owners[one])


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "c.db", WORLD)


def test_plain_runs(project: Project) -> None:
    plan, real = check(project, PLAIN)
    assert abs(plan - real) <= real // 5
    plan, real = check(project, PLAIN)
    assert abs(plan - real) <= real // 5


KINDS = ["DISCOUNT_COUPONS", "GIFT_VOUCHERS", "LOYALTY_PROGRAM", "PROMOTION", "REFERRAL_PROGRAM"]


@pytest.mark.parametrize("kind", KINDS)
def test_one_campaign_of_each_type(project: Project, kind: str) -> None:
    request = SyncRequest(campaigns=(campaign_of(project, kind),))
    for _ in range(2):
        plan, real = check(project, request)
        assert abs(plan - real) <= real // 3
    check(project, PLAIN)


@pytest.mark.parametrize("before", [[], [PLAIN], [EVERYTHING]], ids=["first", "after a plain one", "second"])
def test_the_whole_project(project: Project, before: list[SyncRequest]) -> None:
    for request in before:
        project.sync(request)
    plan, real = check(project, EVERYTHING)
    assert abs(plan - real) <= real // 3


def test_a_plain_run_after_everything(project: Project) -> None:
    project.copy_synced()
    check(project, PLAIN)


@pytest.mark.parametrize("via", ["pages", "exports"])
def test_a_way_that_is_asked_for(project: Project, via: str) -> None:
    check(project, SyncRequest(everything=True, via=via))


def test_an_interrupted_run_is_planned_from_where_it_stopped(project: Project) -> None:
    project.sync(SyncRequest(everything=True, via="pages", max_calls=60))
    check(project, EVERYTHING)


@pytest.mark.parametrize(
    ("lines", "least", "most", "words"),
    [
        ([], 0, 0, "0 calls in all"),
        ([(1, Bound.EXACT)], 1, 1, "1 call in all"),
        ([(1_000, Bound.EXACT), (7, Bound.ABOUT)], 1_007, 1_007, "about 1,007 calls in all"),
        ([(100, Bound.EXACT), (19, Bound.AT_LEAST)], 119, None, "at least 119 calls in all"),
        ([(900, Bound.ABOUT), (2_438, Bound.AT_MOST)], 900, 3_338, "between about 900 and 3,338 calls in all"),
        (
            [(1, Bound.AT_LEAST), (40, Bound.AT_MOST)], 1, None,
            "at least 1 call in all, 41 if all of these are made",
        ),
    ],
)  # fmt: skip
def test_a_total_is_as_sure_as_its_lines(
    lines: list[tuple[int, Bound]], least: int, most: int | None, words: str
) -> None:
    total = PlanTotal.of([PlanLine("x", "project", 0, None, "pages", calls, None, "", bound) for calls, bound in lines])
    assert (total.calls, total.least, total.most, total.words) == (sum(one[0] for one in lines), least, most, words)


def test_a_list_that_nothing_counts_says_so(project: Project) -> None:
    lines = planned(project, replace(EVERYTHING, via="pages"))
    uncounted = [line for line in lines if line.resource == "transactions"]
    assert uncounted
    assert {(line.total, line.bound) for line in uncounted} == {(None, Bound.AT_LEAST)}
    assert all(line.why.startswith("at least: the number is not known") for line in uncounted)
