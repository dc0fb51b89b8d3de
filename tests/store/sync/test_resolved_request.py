"""What a plain sync keeps up: what was opened, the project's lists after a whole reading, and not much more."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from store.cache.ledger import Ledger
from store.queries.freshness import UNASKED_NOTE, last_run, resource_statuses
from store.queries.series import daily_series
from store.queries.totals import summary_totals
from store.sandbox.world import Sizes
from store.sync.report import Report
from store.sync.request import SyncRequest, UnknownCampaign
from store.sync.resolved_request import BEGUN
from store.sync.summary_wants import CALLS_PER_RUN, TOTALS_PER_RUN
from store.wire import Request, Response
from store.words import DateSpan
from tests.support.syncing import Project

PLAIN, EVERYTHING = SyncRequest(), SyncRequest(everything=True)
MANY = Sizes(campaigns=95, customers=80, vouchers=900, redemptions=900, publications=200, accruals=100)
VALIDATED = "validations_succeeded"
SHARED = {"redemptions", "vouchers", "publications", "customers"}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "c.db", MANY)


def campaigns(project: Project, count: int) -> tuple[str, ...]:
    """Those with most redemptions."""
    owners = Counter(one for one in project.world.tables["redemptions"].column("campaign_id") if one)
    return tuple(identity for identity, _ in owners.most_common(count))


def read(report: Report) -> set[str]:
    return {name for name, one in report.resources.items() if one.calls}


def stopping(project: Project, path: str, error: BaseException) -> Callable[[Request], Response]:
    """The project, where the second page of a list never comes because the run is stopped."""
    calls: Counter[str] = Counter()

    def respond(request: Request) -> Response:
        calls[request.path] += 1
        if request.path == path and calls[path] == 2:
            raise error
        return project.sandbox.respond(request)

    return respond


def test_a_first_plain_sync_of_150_campaigns_takes_some_twenty_calls(project: Project) -> None:
    report = project.sync(PLAIN)
    assert report.calls <= 25
    assert report.resources["campaign_summaries"].calls == TOTALS_PER_RUN
    assert "`promoscope sync --all` asks for all" in (report.resources["campaign_summaries"].reason or "")
    assert project.sync(PLAIN).calls <= 25


def test_it_follows_opened_campaigns_alone(project: Project) -> None:
    opened = campaigns(project, 2)
    project.sync(SyncRequest(campaigns=opened))
    report = project.sync(PLAIN)
    assert read(report) >= {"redemptions", "vouchers"}
    scopes = {one.scope for one in Ledger(project.connect()).states() if one.resource == "redemptions"}
    assert scopes == {f"campaign:{identity}" for identity in opened}
    assert report.resources["redemptions"].calls == 2


def test_an_unfinished_reading_of_everything_is_not_followed_but_said(project: Project) -> None:
    for request in (SyncRequest(everything=True, max_calls=40), PLAIN):
        report = project.sync(request)
    assert (report.state, report.reason) == ("complete", BEGUN)
    assert not read(report) & SHARED
    assert report.calls <= 25


def test_a_finished_one_keeps_the_projects_lists_up(project: Project) -> None:
    project.sync(SyncRequest(everything=True, max_calls=40))
    whole = project.sync(EVERYTHING)
    assert whole.state == "complete"
    report = project.sync(PLAIN)
    assert report.reason is None
    assert read(report) >= SHARED
    assert not read(report) & {"transactions", "loyalty_tiers", "holders", "points_expiration", "api_log"}
    assert report.calls <= 30


def test_days_of_many_opened_campaigns_take_turns(project: Project) -> None:
    a_run = CALLS_PER_RUN // 2
    opened = campaigns(project, a_run + 5)
    asked: list[str] = []

    def respond(request: Request) -> Response:
        if request.path.endswith("/summary"):
            asked.append(request.path.split("/")[-2])
        return project.sandbox.respond(request)

    project.sync(SyncRequest(campaigns=opened), responder=respond)
    every = set(asked)
    assert len(every) > a_run
    turns = []
    for _ in range(2):
        asked.clear()
        project.clock.advance(60)
        report = project.sync(PLAIN, responder=respond)
        assert "the next runs read the others" in (report.resources["campaign_summaries"].reason or "")
        turns.append(asked[:CALLS_PER_RUN:2])
    assert set(turns[0]) | set(turns[1]) == every
    assert set(turns[1][: len(every) - a_run]) == every - set(turns[0])


def test_everything_brings_lifetime_totals_of_all_and_days_of_opened_ones(project: Project) -> None:
    [opened] = campaigns(project, 1)
    project.sync(SyncRequest(campaigns=(opened,)))
    report = project.sync(EVERYTHING)
    summaries = report.resources["campaign_summaries"]
    connection = project.connect()
    since = "created_at >= '2025-06-17' and created_at < '2026-11-24'"
    old = [row[0] for row in connection.execute(f"select id from campaigns where {since}")]
    told = [one for one in old if summary_totals(connection, one)]
    assert told == old, "drafts, too"
    assert summaries.calls <= len(old) + 2
    assert "validations_succeeded" in summary_totals(connection, opened).values
    assert {row[0] for row in connection.execute("select distinct campaign_id from campaign_summaries")} == {opened}
    assert "`promoscope sync --campaign ID` reads the days of another" in (summaries.reason or "")
    month = DateSpan(date(2026, 10, 25), date(2026, 11, 23))
    other = next(one for one in told if one != opened)
    notes = [daily_series(connection, one, [VALIDATED], month)[VALIDATED].note for one in (opened, other)]
    assert notes == ["", UNASKED_NOTE]
    assert project.sync(EVERYTHING).resources["campaign_summaries"].calls <= 2


@pytest.mark.parametrize("error", [asyncio.CancelledError(), KeyboardInterrupt(), RuntimeError("a fault of ours")])
def test_a_run_that_is_stopped_is_not_complete(project: Project, error: BaseException) -> None:
    with pytest.raises(type(error)):
        project.sync(EVERYTHING, responder=stopping(project, "/v1/redemptions", error))
    connection = project.connect()
    run = last_run(connection)
    assert run is not None
    assert (run.state, run.cut_off) == ("partial", True)
    assert "stopped before its end" in json.loads(run.report or "{}")["reason"]
    status = next(one for one in resource_statuses(connection) if one.name == "redemptions")
    assert status.rows > 0
    assert (status.state.state, status.state.completed_at) == ("partial", None)
    assert "cut off" in (status.state.reason or "")
    assert project.sync(EVERYTHING).state == "complete"
    run = last_run(connection)
    assert run is not None
    assert (run.state, run.cut_off) == ("complete", False)


def test_a_run_that_names_no_campaign_there_is_says_so_in_its_record(project: Project) -> None:
    with pytest.raises(UnknownCampaign):
        project.sync(SyncRequest(campaigns=("nope",)))
    run = last_run(project.connect())
    assert run is not None
    assert (run.state, run.cut_off) == ("partial", False)
    assert "no campaign “nope”" in json.loads(run.report or "{}")["reason"]


def test_what_a_killed_run_left_stands_as_partial(project: Project) -> None:
    project.sync(PLAIN)
    connection = project.connect()
    Ledger(connection).open_window("redemptions", "project", "sweep", "2026-11-23T11:00:00.000Z")
    status = next(one for one in resource_statuses(connection) if one.name == "redemptions")
    assert (status.state.state, status.state.reason) == ("partial", "its first reading is not done")
