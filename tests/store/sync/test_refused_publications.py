"""Refused publications are in a campaign's own list alone: until it was read, how many there are is unknown, not 0."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from store.models import Source
from store.queries.campaigns import get_campaign
from store.queries.distributions import distribution_overview
from store.queries.freshness import REFUSED_NOTE
from store.queries.reader import Reader
from store.queries.rows import RowList
from store.queries.series import daily_series
from store.queries.summary import campaign_figures
from store.queries.views import DISTRIBUTIONS
from store.ref import Ref
from store.sync.request import SyncRequest
from store.words import DateSpan
from tests.support.records import AT, put
from tests.support.syncing import NOW, ZONE, Project
from tests.support.tab_host import context_of, reading
from tui.campaign_kit.lists.traffic import DISTRIBUTION_ROWS, PUBLICATION_ROWS
from tui.campaigns.panels.money import distribution_panel
from tui.kit.lists.head import read_standing

TODAY = NOW.astimezone(ZONE).date()
LIFE = DateSpan(date(2024, 1, 1), TODAY)
METRIC = "publications_failed"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "refused.db")
    made.copy_synced()
    return made


@pytest.fixture
def refused(project: Project) -> tuple[str, int]:
    """The campaign with most refused publications, and how many."""
    found = max(project.ids("campaigns"), key=lambda one: project.world.truth.total(one, METRIC))
    count = project.world.truth.total(found, METRIC)
    assert count > 0
    return found, count


@pytest.fixture
def reader(project: Project) -> Iterator[Reader]:
    with reading(project) as opened:
        yield opened


def told(reader: Reader, identity: str) -> tuple[int | None, int | None, str, set[int | None], list[str]]:
    """The count of the summary, of the overview, of the panel, of each distribution, and the reasons of the heads."""
    row = get_campaign(reader.connection, identity, NOW, ZONE)
    assert row is not None
    figure = campaign_figures(reader.connection, row, LIFE, ZONE)[METRIC]
    overview = distribution_overview(reader.connection, identity)
    context = context_of(reader, row)
    [field] = [one for one in distribution_panel("Distribution")(context).fields if one.label == "Failed"]
    rows = RowList(reader, DISTRIBUTIONS, Ref.campaign(identity))
    place = list(DISTRIBUTIONS.columns).index("failed")
    states = [read_standing(spec, context).state for spec in (PUBLICATION_ROWS, DISTRIBUTION_ROWS)]
    reasons = [state.reason or state.state for state in states]
    return figure.value, overview.failed.value, str(field.value), {one[place] for one in rows.window(0, 500)}, reasons


def test_after_a_reading_of_the_project_only_the_summary_tells_them(reader: Reader, refused: tuple[str, int]) -> None:
    """It tells how many there were in all, but neither when nor by which distribution."""
    identity, count = refused
    value, overview, panel, distributions, reasons = told(reader, identity)
    assert (value, overview, panel) == (None, count, f"{count:,}")
    assert distributions <= {None}
    assert reasons == [REFUSED_NOTE, REFUSED_NOTE]
    series = daily_series(reader.connection, identity, [METRIC], LIFE)[METRIC]
    assert (series.total, series.complete, series.note) == (None, False, REFUSED_NOTE)


def test_without_a_summary_they_are_at_least_those_that_were_seen(
    project: Project, reader: Reader, refused: tuple[str, int]
) -> None:
    identity, _ = refused
    document = {"id": "pub_x", "result": "FAILURE", "created_at": AT, "voucher": {"id": "v_x", "campaign_id": identity}}
    with project.connect() as connection:
        connection.execute("delete from campaign_totals where source = 'summary'")
    assert told(reader, identity)[1:3] == (None, "–")
    with project.connect() as connection:
        put(connection, "publications", document)
    assert told(reader, identity)[1:3] == (None, "≥ 1")


def test_after_a_reading_of_the_campaign_they_are_the_truth(
    project: Project, reader: Reader, refused: tuple[str, int]
) -> None:
    identity, count = refused
    project.sync(SyncRequest(campaigns=(identity,)))
    value, overview, panel, distributions, reasons = told(reader, identity)
    assert (value, overview, panel) == (count, count, f"{count:,}")
    assert None not in distributions
    assert reasons == ["complete", "complete"]


def test_where_the_summary_tells_them_it_is_asked(project: Project, reader: Reader, refused: tuple[str, int]) -> None:
    identity, _ = refused
    day = TODAY.isoformat()
    with project.connect() as connection:
        connection.execute("delete from campaign_summaries")
        connection.execute("delete from daily where source = 'summary'")
        connection.execute(
            "insert into campaign_summaries (campaign_id, start_date, end_date, json, closed)"
            " values (?, ?, ?, '{\"publications_failed\": 7}', 1)",
            (identity, day, day),
        )
        connection.execute(
            "insert into daily (campaign_id, metric, source, day, value) values (?, ?, 'summary', ?, 7)",
            (identity, METRIC, day),
        )
    series = daily_series(reader.connection, identity, [METRIC], DateSpan(TODAY, TODAY))[METRIC]
    assert (series.total, series.source, series.complete) == (7, Source.SUMMARY, True)
