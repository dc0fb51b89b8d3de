"""What opening or refreshing a campaign is said to cost holds when it is done."""

from pathlib import Path

import pytest

from store.days import instant_text
from store.queries.campaigns import get_campaign
from store.sync.catalogue import CATALOGUE
from store.sync.forecast import Forecast, forecast
from store.sync.request import SyncRequest
from tests.support.syncing import ZONE, Project

ROWS = frozenset(one.name for one in CATALOGUE if not one.schedule.routine) | {"campaign_summaries"}
NAMES = ("Bring a Friend", "Last Call", "Autumn Warm-Up", "Cart Ladder", "Broken Batch", "Gift Cards", "Coffee Club")


def foretell(project: Project, name: str, only: frozenset[str] | None) -> tuple[SyncRequest, Forecast]:
    """A request for a campaign and what is said of it."""
    connection = project.connect()
    try:
        row = get_campaign(connection, name, project.clock.now(), ZONE)
        assert row is not None
        request = SyncRequest(campaigns=(row.id,), only=only)
        return request, forecast(connection, request, row, ZONE, instant_text(project.clock.now()))
    finally:
        connection.close()


@pytest.mark.parametrize("only", [ROWS, None], ids=["rows", "all"])
@pytest.mark.parametrize("name", NAMES)
def test_a_campaign_costs_no_more_than_was_said(tmp_path: Path, name: str, only: frozenset[str] | None) -> None:
    project = Project(tmp_path / "c.db")
    project.sync(SyncRequest())
    request, said = foretell(project, name, only)
    report = project.sync(request)
    assert 0 < report.calls <= said.calls
    # A bound that is far off warns of nothing: days and used codes are what may turn out fewer.
    codes = project.world.tables["vouchers"].column("campaign_id").count(request.campaigns[0])
    uncertain = report.resources.get("campaign_summaries"), report.resources.get("holders")
    fewer = sum(limit - part.calls for limit, part in zip((31, codes), uncertain, strict=True) if part is not None)
    assert said.calls - report.calls <= fewer + 10


def test_days_and_codes_are_counted(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.sync(SyncRequest())
    codes = project.world.tables["vouchers"].column("campaign").count("Bring a Friend")
    assert foretell(project, "Bring a Friend", ROWS)[1].calls > 31 + codes > 31 + 40
    assert foretell(project, "Last Call", ROWS)[1].calls > 31
    assert foretell(project, "Last Call", None)[1].calls > foretell(project, "Last Call", ROWS)[1].calls + 10


def test_what_is_held_is_not_paid_again(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.sync(SyncRequest())
    request, first = foretell(project, "Last Call", ROWS)
    project.sync(request)
    _, again = foretell(project, "Last Call", ROWS)
    assert project.sync(request).calls <= again.calls < first.calls / 2
    assert not again.open_ended


def test_a_list_nothing_tells_the_length_of_may_take_more(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.sync(SyncRequest())
    assert foretell(project, "Coffee Club", ROWS)[1].open_ended
    assert not foretell(project, "Broken Batch", ROWS)[1].open_ended
