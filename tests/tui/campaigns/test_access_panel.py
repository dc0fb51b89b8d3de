"""Access settings name areas where the key may read them, and say where it may not."""

from pathlib import Path
from typing import Any

import pytest

from store.cache.database import connect_writer
from store.queries.campaigns import list_campaigns
from store.queries.reader import Reader
from store.sync.request import SyncRequest
from store.wire import Request, Response
from store.words import Bucket, DateSpan
from tests.support.records import campaign, put, read_whole
from tests.support.syncing import NOW, ZONE, Project
from tests.support.tab_host import TODAY
from tui.campaigns.context import CampaignContext
from tui.campaigns.panels.details import access_settings
from tui.kit.context import Period

UNNAMED = "Names of areas are not available: this key may not read them, or they are not synced yet."
NO_STORES = "Names of stores are not available from the API."
ASSIGNED = [
    {"area_id": "ar_1", "all_stores": True},
    {"area_id": "ar_2", "area_store_id": "ars_1"},
]


def panel(path: Path, assigned: Any, *areas: dict[str, Any]) -> list[Any]:
    connection = connect_writer(path)
    put(connection, "campaigns", campaign())
    put(connection, "access_settings", {"id": "camp_1", "access_settings_assignments": assigned})
    put(connection, "areas", *areas)
    read_whole(connection, "campaigns", "access_settings")
    connection.close()
    reader = Reader(path, ZONE)
    (row,) = list_campaigns(reader.connection, NOW, ZONE)
    period = Period(DateSpan(TODAY, TODAY), "Today", Bucket.DAY)
    found = access_settings(CampaignContext.of(reader, row, period, "EUR", ZONE, TODAY, "2 calls"))
    reader.close()
    return [field.value for field in found.fields]


@pytest.mark.parametrize(
    ("areas", "shown"),
    [
        ((), [("All stores of ar_1", "Store ars_1 of ar_2"), UNNAMED, NO_STORES]),
        (
            ({"id": "ar_1", "name": "North [/x]"}, {"id": "ar_2", "name": "South"}),
            [("All stores of North [/x]", "Store ars_1 of South"), NO_STORES],
        ),
        (
            ({"id": "ar_1", "name": "North"}, {"id": "ar_2", "name": " "}),
            [("All stores of North", "Store ars_1 of ar_2"), UNNAMED, NO_STORES],
        ),
    ],
)
def test_areas_are_named_as_far_as_they_are_known(
    tmp_path: Path, areas: tuple[dict[str, Any], ...], shown: list[Any]
) -> None:
    assert panel(tmp_path / "c.db", {"data": ASSIGNED}, *areas) == shown


def test_nothing_is_said_of_names_where_no_area_is_assigned(tmp_path: Path) -> None:
    assert panel(tmp_path / "c.db", {"data": []}) == [("Not assigned to any area or store.",)]


def test_a_refused_list_of_areas_does_not_make_a_run_partial(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    asked = []

    def respond(request: Request) -> Response:
        if request.path == "/v1/areas":
            asked.append(request)
            return Response(403, {}, b'{"code": 403, "key": "forbidden", "message": "areas.read"}')
        return project.sandbox.respond(request)

    report = project.sync(SyncRequest(only=frozenset({"campaigns", "areas"})), responder=respond)
    assert report.state == "complete"
    assert len(asked) == 1


def test_areas_are_read_under_either_key(tmp_path: Path) -> None:
    for key in ("data", "areas"):
        project = Project(tmp_path / f"{key}.db")

        def respond(request: Request, project: Project = project, key: str = key) -> Response:
            if request.path == "/v1/areas":
                body = f'{{"object": "list", "{key}": [{{"id": "ar_1", "name": "North"}}], "total": 1}}'
                return Response(200, {"Content-Type": "application/json"}, body.encode())
            return project.sandbox.respond(request)

        report = project.sync(SyncRequest(only=frozenset({"campaigns", "areas"})), responder=respond)
        assert report.state == "complete"
        assert project.connect().execute("select id, name from areas").fetchall() == [("ar_1", "North")]
