"""What a sync of the whole project does not ask again, and what it asks once for all campaigns."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from store.sandbox import ExportHabits
from store.sandbox.world import Sizes
from store.sync.request import PAGES_ONLY, SyncRequest
from store.sync.summary_wants import SUMMARIES
from store.wire import Request, Response
from tests.store.sync.test_prices import broken, planned
from tests.support.syncing import Project

EVERYTHING = SyncRequest(everything=True)
PER_CAMPAIGN = frozenset({"campaigns", "loyalty_tiers", "earning_rules", "reward_assignments", "pending_points"})
MOVEMENTS = replace(EVERYTHING, only=frozenset({"campaigns", "transactions"}))
MANY = Sizes(campaigns=145, customers=40, vouchers=400, redemptions=300, publications=150, accruals=60)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "c.db", replace(MANY, campaigns=60), options={"exports": ExportHabits()})


def movements(project: Project) -> dict[str, tuple[object, ...]]:
    columns = "id, created_at, campaign_id, voucher_id, type, amount, balance, total, redemption_id, order_id"
    return {row[0]: row for row in project.connect().execute(f"select {columns} from transactions")}


def test_a_large_project_takes_250_calls_at_first_and_30_where_nothing_changed(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db", MANY)
    priced = planned(project, EVERYTHING, project.sandbox.respond, project.clock)
    first = project.sync(EVERYTHING)
    assert first.state == "complete", first.reason
    assert (first.calls <= 250, broken(priced, first)) == (True, [])
    summaries = first.resources[SUMMARIES]
    assert (summaries.calls, "the summaries of 142 campaigns were not read" in (summaries.reason or "")) == (0, True)
    lines = planned(project, EVERYTHING, project.sandbox.respond, project.clock)
    second = project.sync(EVERYTHING)
    assert second.state == "complete", second.reason
    assert second.calls <= 30
    assert broken(lines, second) == []
    assert all(
        second.resources.get(name) is None or not second.resources[name].calls for name in PER_CAMPAIGN - {"campaigns"}
    )


def test_one_export_brings_what_all_campaigns_lists_have(project: Project, tmp_path: Path) -> None:
    paged = Project(tmp_path / "paged.db", project.sizes)
    whole = project.sync(MOVEMENTS)
    by_pages = paged.sync(replace(MOVEMENTS, via=PAGES_ONLY))
    assert (whole.resources["transactions"].via, by_pages.resources["transactions"].via) == ("exports", "pages")
    assert whole.resources["transactions"].calls <= 6 < by_pages.resources["transactions"].calls
    assert movements(project) == movements(paged) != {}
    assert set(movements(project)) == project.ids("transactions")


def test_a_refused_export_leaves_it_to_the_campaigns(project: Project) -> None:
    asked = Counter[str]()

    def respond(request: Request) -> Response:
        asked[request.method] += 1
        if request.method == "POST":
            return Response(403, {"Content-Type": "application/json"}, b'{"code": 403, "key": "forbidden"}')
        return project.sandbox.respond(request)

    report = project.sync(MOVEMENTS, responder=respond)
    part = report.resources["transactions"]
    assert (report.state, part.state, asked["POST"]) == ("complete", "complete", 1)
    assert "read campaign by campaign" in (part.reason or "")
    assert set(movements(project)) == project.ids("transactions")


def test_a_campaign_opened_later_reads_on_from_the_export(project: Project) -> None:
    project.sync(MOVEMENTS)
    rows = project.connect().execute("select campaign_id, count(*) from transactions group by 1 order by 2 desc")
    campaign, count = rows.fetchone()
    asked: list[Request] = []

    def respond(request: Request) -> Response:
        asked.append(request)
        return project.sandbox.respond(request)

    named = SyncRequest(campaigns=(campaign,), only=MOVEMENTS.only)
    report = project.sync(named, responder=respond)
    lists = [request for request in asked if request.path.endswith("/transactions")]
    assert report.resources["transactions"].seen < count
    assert len(lists) == 1
    assert any(name == "starting_after_id" for name, _ in lists[0].query)
    assert set(movements(project)) == project.ids("transactions")


def test_settings_are_read_again_when_something_says_so(project: Project) -> None:
    request = replace(EVERYTHING, only=PER_CAMPAIGN)
    project.sync(request)
    connection = project.connect()
    (campaign,) = connection.execute(
        "select id from campaigns where campaign_type = 'LOYALTY_PROGRAM' order by id limit 1"
    ).fetchone()
    programs = connection.execute("select count(*) from campaigns where campaign_type = 'LOYALTY_PROGRAM'").fetchone()[
        0
    ]

    def tiers(wanted: SyncRequest = request) -> int:
        report = project.sync(wanted)
        return report.resources["loyalty_tiers"].calls if "loyalty_tiers" in report.resources else 0

    assert tiers() == 0
    assert tiers(SyncRequest(campaigns=(campaign,), only=PER_CAMPAIGN)) == 1, "a named one is always read"
    project.clock.advance(3_600)
    connection.execute(
        "insert into webhook_deliveries (id, type, campaign_id, received_at) values ('d', 'campaign.updated', ?, ?)",
        (campaign, "2026-11-23T13:00:00.000Z"),
    )
    assert tiers() == 1, "a delivery about it came after it was read"
    project.clock.advance(600)
    assert tiers() == 1, "and five minutes count as while it was read"
    project.clock.advance(600)
    assert tiers() == 0
    project.clock.advance(86_400)
    assert tiers() == programs, "after a day all are"
    assert tiers(replace(request, full=True)) == programs
