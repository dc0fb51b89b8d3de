"""A second run over a project that did not change makes no change in the cache, whichever way the first one took."""

import json
from pathlib import Path
from typing import Any

import pytest

from store.sandbox import ExportHabits
from store.sync.request import SyncRequest
from tests.support.syncing import Project, dump

EVERYTHING = SyncRequest(everything=True)


def exported(tmp_path: Path, **options: Any) -> Project:
    project = Project(tmp_path / "c.db", options=options)
    report = project.sync(SyncRequest(everything=True, via="exports"))
    assert (report.state, report.resources["vouchers"].via) == ("complete", "exports")
    return project


@pytest.mark.parametrize("via", ["auto", "exports", "pages"])
def test_after_an_export_nothing_changes(tmp_path: Path, via: str) -> None:
    project = exported(tmp_path)
    before = dump(project.connect())
    for _ in range(2):
        report = project.sync(SyncRequest(everything=True, via=via))
        assert report.state == "complete"
        assert {name for name, one in report.resources.items() if one.added or one.changed or one.missing} == set()
    after = dump(project.connect())
    assert {table for table in before if after[table] != before[table]} == set()


def test_after_an_export_a_whole_reading_by_pages_brings_the_fuller_documents_once(tmp_path: Path) -> None:
    project = exported(tmp_path)
    whole = SyncRequest(everything=True, full=True, via="pages")
    assert project.sync(whole).resources["vouchers"].changed == len(project.ids("vouchers"))
    paged = Project(tmp_path / "p.db")
    paged.sync(SyncRequest(everything=True, via="pages"))
    for table in ("vouchers", "vouchers_raw", "daily"):
        assert dump(project.connect())[table] == dump(paged.connect())[table]
    before = dump(project.connect())
    for request in (whole, SyncRequest(everything=True, full=True, via="exports")):
        project.sync(request)
        after = dump(project.connect())
        after["sync_states"] = before["sync_states"]
        assert {table for table in before if after[table] != before[table]} == set()


def test_what_changed_after_an_export_replaces_its_row(tmp_path: Path) -> None:
    project = exported(tmp_path)
    project.clock.advance(3_600)
    connection = project.connect()
    code = connection.execute("select id from vouchers order by created_at desc").fetchone()[0]
    connection.execute("update vouchers set redeemed_quantity = 77 where id = ?", (code,))
    project.world.add_vouchers(project.world.tables["vouchers"].column("campaign_id")[0], 1, at=project.clock.now())
    report = project.sync(EVERYTHING)
    assert (report.resources["vouchers"].added, report.resources["vouchers"].changed) == (1, 1)
    row = "select v.redeemed_quantity, r.source from vouchers v join vouchers_raw r on r.id = v.id where v.id = ?"
    assert connection.execute(row, (code,)).fetchone()[1] == "api"
    assert connection.execute(row, (code,)).fetchone()[0] != 77


@pytest.mark.parametrize("major", [False, True])
def test_an_export_brings_metadata_and_discount_with_sure_units(tmp_path: Path, major: bool) -> None:
    project = exported(tmp_path, exports=ExportHabits(major=major))
    vouchers = project.world.tables["vouchers"]
    told = {vouchers.column("id")[row]: vouchers.document(row) for row in range(len(vouchers))}
    held = {row[0]: json.loads(row[1]) for row in project.connect().execute("select id, json from vouchers_raw")}
    discounts = 0
    for identity, document in told.items():
        assert held[identity].get("metadata") == document.get("metadata")
        kept, discount = held[identity].get("discount"), document.get("discount")
        assert (kept is None) == (not discount)
        if discount:
            discounts += 1
            assert kept == {name: value for name, value in discount.items() if name in kept}
            assert set(kept) >= {"type"} | {name for name in discount if "off" in name or name == "fixed_amount"}
    assert discounts > 50
