"""A campaign's own reading trusts the project's only for what its own way of reading would have shown, too."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from store.models import Source
from store.queries.campaigns import get_campaign
from store.queries.distributions import distribution_overview
from store.queries.freshness import refused_state
from store.queries.reader import Reader
from store.queries.series import daily_series
from store.sync.request import SyncRequest
from store.wire import Request, Response
from store.words import DateSpan
from tests.support.sandbox_asking import KEYS
from tests.support.syncing import NOW, ZONE, Project
from tests.support.tab_host import reading

EVERYTHING = SyncRequest(everything=True)
TODAY = NOW.astimezone(ZONE).date()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "c.db")
    made.copy_synced()
    return made


@pytest.fixture
def reader(project: Project) -> Iterator[Reader]:
    with reading(project) as opened:
        yield opened


def own_summary(project: Project, identity: str) -> dict[str, int]:
    """What the API's summary says of a campaign's whole life."""
    query = (("start_date", "2024-01-01"), ("end_date", TODAY.isoformat()))
    reply = project.sandbox.respond(Request("GET", f"/v1/campaigns/{identity}/summary", query, KEYS, b""))
    return dict(json.loads(reply.body)) if reply.status == 200 else {}


def published(project: Project) -> dict[str, int]:
    """Refused publications by campaign, of the campaigns that have publications and a summary of them."""
    found = {one: own_summary(project, one) for one in sorted(project.ids("campaigns"))}
    return {one: told["publications_failed"] for one, told in found.items() if told.get("publications")}


def test_every_campaign_opened_after_everything_shows_the_refused_of_its_summary(
    project: Project, reader: Reader
) -> None:
    right = published(project)
    assert sum(right.values()) > 3
    for identity in right:
        assert refused_state(reader.connection, identity).completed_at is None
        failed = distribution_overview(reader.connection, identity).failed
        assert (failed.value, failed.source) == (right[identity], Source.SUMMARY)
    project.sync(SyncRequest(campaigns=tuple(right)))
    for identity, refused in right.items():
        span = DateSpan(date(2024, 1, 1), TODAY)
        series = daily_series(reader.connection, identity, ["publications_failed", "publications_succeeded"], span)
        assert (series["publications_failed"].total, series["publications_failed"].complete) == (refused, True)
        summary = own_summary(project, identity)
        assert series["publications_succeeded"].total == summary["publications_succeeded"]
        overview = distribution_overview(reader.connection, identity)
        assert (overview.publications, overview.failed.value) == (summary["publications_succeeded"], refused)
        row = get_campaign(reader.connection, identity, NOW, ZONE)
        assert row is not None
        assert row.publications == summary["publications_succeeded"]


def test_an_opened_campaign_is_read_alone_by_later_runs_over_everything(project: Project, reader: Reader) -> None:
    identity = max(published(project).items(), key=lambda one: one[1])[0]
    project.sync(SyncRequest(campaigns=(identity,)))
    for request in (SyncRequest(), EVERYTHING):
        project.clock.advance(60)
        project.sync(request)
        as_of = refused_state(reader.connection, identity).as_of
        assert as_of is not None
        assert as_of >= project.clock.now().strftime("%Y-%m-%dT%H:%M"), "no older than this run"


@pytest.mark.parametrize("name", ["vouchers", "redemptions"])
def test_a_list_whose_own_way_counts_more_is_read_whole(project: Project, name: str) -> None:
    column = project.world.tables[name].column("campaign_id")
    identity = max(set(column) - {None}, key=column.count)
    connection = project.connect()
    before = connection.execute(f"select count(*) from {name} where campaign_id = ?", (identity,)).fetchone()
    with connection:
        lost = connection.execute(
            f"select id from {name} where campaign_id = ? order by created_at limit 3", (identity,)
        ).fetchall()
        connection.executemany(f"delete from {name} where id = ?", lost)
        connection.executemany(f"delete from {name}_raw where id = ?", lost)
    connection.close()
    project.sync(SyncRequest(campaigns=(identity,), via="pages"))
    connection = project.connect()
    assert connection.execute(f"select count(*) from {name} where campaign_id = ?", (identity,)).fetchone() == before
    connection.close()


def test_a_list_whose_own_way_counts_the_same_is_not_read_again(project: Project) -> None:
    column = project.world.tables["vouchers"].column("campaign_id")
    identity = max(set(column), key=column.count)
    asked: list[dict[str, str]] = []

    def respond(request: Request) -> Response:
        if request.path == "/v1/vouchers":
            asked.append(dict(request.query))
        return project.sandbox.respond(request)

    project.sync(SyncRequest(campaigns=(identity,), via="pages"), responder=respond)
    assert [query["limit"] for query in asked] == ["1", "100", "100"], "counted, then what is new, then what changed"


def test_a_server_that_ignores_the_first_way_is_read_by_the_second(project: Project) -> None:
    """The project's reading says nothing of how a campaign's own list must be asked for."""
    identity = min(published(project))
    ways: list[str] = []

    def respond(request: Request) -> Response:
        kept = tuple(pair for pair in request.query if "related_object_parent_id" not in pair[0])
        if request.path == "/v1/redemptions":
            ways.append("name" if any(name == "campaign" for name, _ in kept) else "id")
        return project.sandbox.respond(Request(request.method, request.path, kept, request.headers, request.body))

    project.sync(SyncRequest(campaigns=(identity,)), responder=respond)
    assert ways[-1] == "name"
    connection = project.connect()
    way = connection.execute(
        "select way from sync_states where resource = 'redemptions' and scope = ?", (f"campaign:{identity}",)
    ).fetchone()
    assert way == (1,)
    span = DateSpan(TODAY, TODAY)
    assert daily_series(connection, identity, ["redemptions_succeeded"], span)
    connection.close()
