"""The price of every list bounds what its run takes, whatever the world and whatever was read before."""

import asyncio
import random
from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from store.api.client import ApiClient, Credentials
from store.cache.ledger import COMPLETE, Ledger
from store.clock import ManualClock
from store.sandbox.world import Sizes
from store.sync.context import SyncContext
from store.sync.planner import PlanLine, Planner
from store.sync.pricing import Bound
from store.sync.report import Report, ResourceReport
from store.sync.request import SyncRequest, read_campaigns
from store.sync.strategies import full_refresh
from store.sync.summary_wants import SUMMARIES
from store.wire import Responder
from tests.support.list_server import ListServer
from tests.support.one_list import OneList, row
from tests.support.syncing import ZONE, Project


def planned(path: Project | OneList, request: SyncRequest, responder: Responder, clock: ManualClock) -> list[PlanLine]:
    async def plan() -> list[PlanLine]:
        connection = path.connect()
        credentials = Credentials("https://api.example.test", "demo", "demo-token")
        try:
            async with ApiClient(credentials, clock=clock, responder=responder) as client:
                context = SyncContext(client, connection, Ledger(connection), clock, lambda *_: None)
                return await Planner(context, ZONE, lambda: None).plan(request, read_campaigns(connection))
        finally:
            connection.close()

    return asyncio.run(plan())


def broken(lines: list[PlanLine], report: Report, *, as_documented: bool = True) -> list[str]:
    """The lists whose calls are outside of what their lines say; roughly right is a third and a few calls.

    A list that could not be read to its end may take fewer calls, and one whose server shortens its pages or serves
    fewer than is documented more.
    """
    by_list: dict[str, list[PlanLine]] = defaultdict(list)
    for line in lines:
        by_list[line.resource].append(line)
    found = [f"{name} has no line" for name, one in report.resources.items() if one.calls and name not in by_list]
    for name, own in by_list.items():
        part = report.resources.get(name, ResourceReport())
        calls = {bound: sum(line.calls for line in own if line.bound is bound) for bound in Bound}
        rough = calls[Bound.ABOUT] // 3 + 3 * sum(line.bound is Bound.ABOUT for line in own)
        least = 0 if part.state != COMPLETE else sum(calls.values()) - calls[Bound.AT_MOST] - rough
        open_ended = any(line.bound is Bound.AT_LEAST for line in own) or not as_documented
        most = sum(calls.values()) + rough
        if part.calls < least or (part.calls > most and not open_ended):
            said = ", ".join(f"{line.scope} {line.bound} {line.calls} ({line.why})" for line in own)
            found.append(f"{name}: {part.calls} done, said: {said}")
    return found


def world_of(chance: random.Random, path: Path) -> Project:
    sizes = Sizes(
        campaigns=chance.choice([12, 20, 40]),
        customers=chance.choice([40, 100, 180]),
        vouchers=chance.choice([120, 300, 500]),
        redemptions=chance.choice([60, 199, 350]),
        publications=chance.choice([40, 100, 250]),
        accruals=chance.choice([20, 120]),
    )
    return Project(path, sizes, seed=chance.randrange(1_000), hostile=chance.random() < 0.5)


def request_of(chance: random.Random, project: Project) -> SyncRequest:
    named = chance.sample(sorted(project.ids("campaigns")), chance.choice([1, 1, 3]))
    request = chance.choice([SyncRequest(), SyncRequest(everything=True), SyncRequest(campaigns=tuple(named))])
    return replace(request, full=chance.random() < 0.25, via=chance.choice(["auto", "auto", "pages", "exports"]))


def change(chance: random.Random, project: Project) -> None:
    project.clock.advance(chance.choice([5, 400, 30_000, 100_000]))
    busy = [one for one in project.world.tables["redemptions"].column("campaign_id") if one]
    for _ in range(chance.choice([0, 0, 3, 120])):
        with suppress(ValueError, StopIteration):  # this campaign has nothing left to redeem
            project.world.add_redemption(chance.choice(busy), at=project.clock.now())
    for identity in chance.sample(sorted(project.ids("vouchers")), chance.choice([0, 0, 2])):
        project.world.delete_voucher(identity, at=project.clock.now())


@pytest.mark.parametrize("seed", range(16))
def test_a_price_bounds_the_run(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """After any history of runs, some cut off, of a project that changes between them."""
    chance = random.Random(seed)
    monkeypatch.setattr(full_refresh, "WORTH_IT", chance.choice([2_000, 150]))
    project = world_of(chance, tmp_path / "c.db")
    for _ in range(chance.choice([0, 1, 2, 3])):
        cut = chance.choice([None, chance.randrange(5, 90)])
        project.sync(replace(request_of(chance, project), max_calls=cut))
        change(chance, project)
    request = request_of(chance, project)
    lines = planned(project, request, project.sandbox.respond, project.clock)
    report = project.sync(request)
    assert not report.ended, report.reason
    assert broken(lines, report) == []


LISTS = ["redemptions", "vouchers", "customers", "publications"]
HABITS: list[dict[str, Any]] = [
    {},
    {"honours_filter": False},
    {"honours_filter": False, "honours_order": False},
    {"clamp": lambda most: min(most, 60)},
]


@pytest.mark.parametrize("seed", range(24))
def test_a_price_bounds_the_run_whatever_the_servers_habits(tmp_path: Path, seed: int) -> None:
    """Also of lists that are left between both ends, or with a gap."""
    chance = random.Random(seed)
    habits, count = chance.choice(HABITS), chance.choice([0, 1, 99, 100, 101, 350, 480, 700, 1_300])
    apart, updated = chance.choice([0, 0.005, 60]), row(0, 80_000)["created_at"]
    records = [row(n, 90_000 + apart * (count - n), updated_at=updated) for n in range(count)]
    cap = chance.choice([5, 99])
    server = ListServer(records, cap=cap, **habits)
    one = OneList(chance.choice(LISTS), server, tmp_path / "c.db")
    for _ in range(chance.choice([0, 1, 2])):
        one.run(full=chance.random() < 0.2, max_calls=chance.choice([None, None, chance.randrange(2, 14)]))
        first = len(records)
        records += [row(n, 60_000 - 10 * n) for n in range(first, first + chance.choice([0, 0, 20, 130]))]
        one.clock.advance(chance.choice([10, 3_600]))
    full = chance.random() < 0.2
    wanted = SyncRequest(everything=True, via="pages", only=frozenset({"campaigns", one.resource}), full=full)
    lines = planned(one, wanted, one, one.clock)
    assert broken(lines, one.run(full=full), as_documented=cap > 5 and "clamp" not in habits) == []


def test_summaries_cost_what_they_are_said_to(tmp_path: Path) -> None:
    """Lifetime totals: from an empty cache of the demo's campaigns, half way, whole, young and old again."""
    project = Project(tmp_path / "c.db", Sizes(campaigns=90, customers=40, vouchers=120, redemptions=60))
    project.sync(SyncRequest())

    def compare(request: SyncRequest) -> tuple[int, int]:
        lines = planned(project, request, project.sandbox.respond, project.clock)
        own = [line for line in lines if line.resource == SUMMARIES]
        report = project.sync(request)
        assert broken(own, Report("run", resources={SUMMARIES: report.of(SUMMARIES)})) == []
        exact = sum(line.calls for line in own if line.bound is Bound.EXACT)
        return exact, report.of(SUMMARIES).calls

    everything = SyncRequest(everything=True)
    asked = project.sync(replace(everything, max_calls=40)).of(SUMMARIES).calls
    assert asked == 0, "the call limit ended the run before its summaries"
    whole = planned(project, everything, project.sandbox.respond, project.clock)
    before = sum(line.calls for line in whole if line.resource == SUMMARIES)
    rest = sum(line.calls for line in whole if line.resource != SUMMARIES)
    cut = project.sync(replace(everything, max_calls=rest + before // 2)).of(SUMMARIES)
    assert 0 < cut.calls < before
    said, made = compare(everything)
    assert said == made == before - cut.seen, "what the half way run brought is not asked again"
    assert compare(everything) == (0, 0)
    project.clock.advance(3_601)
    said, made = compare(everything)
    assert said == made > 0
    named = SyncRequest(campaigns=tuple(sorted(project.ids("campaigns"))[:3]))
    assert compare(named)[1] > 0
