"""A sync against the sandbox: exact beyond the caps, quiet when nothing changed, honest when it is cut off."""

import sqlite3
from pathlib import Path

import pytest

from store.cache.database import connect_reader, connect_writer
from store.sync.request import SyncRequest, UnknownCampaign
from store.wire import Request, Response
from tests.support.faults import Fault, FaultRule, Faults
from tests.support.sizes import BIG
from tests.support.syncing import Project, dump

EVERYTHING = SyncRequest(everything=True)


def held(path: Path, table: str, column: str = "id") -> list[str]:
    connection = connect_reader(path)
    try:
        return [row[0] for row in connection.execute(f"select {column} from {table}")]
    finally:
        connection.close()


def test_a_plain_sync_reads_campaigns_and_configuration_but_no_rows(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    report = project.sync()
    assert report.state == "complete"
    assert set(held(project.path, "campaigns")) == project.ids("campaigns")
    assert set(held(project.path, "promotion_tiers")) == project.ids("promotion_tiers")
    assert held(project.path, "vouchers") == []
    assert report.resources["campaigns"].added == len(project.ids("campaigns"))


def test_everything_arrives_once(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    report = project.sync(EVERYTHING)
    assert report.state == "complete", report.as_json()
    for table in ("vouchers", "redemptions", "publications", "customers", "transactions", "trash_bin"):
        assert sorted(held(project.path, table)) == sorted(project.ids(table)), table


def test_a_second_run_changes_nothing_and_costs_few_calls(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    first = project.sync(EVERYTHING)
    connection = project.connect()
    before = dump(connection)
    connection.close()
    second = project.sync(EVERYTHING)
    connection = project.connect()
    assert dump(connection) == before
    connection.close()
    assert second.state == "complete"
    lists = len(second.resources)
    assert second.calls <= min(first.calls, 2 * lists)
    assert all(not (one.added or one.changed or one.missing) for one in second.resources.values())


@pytest.mark.parametrize("via", ["pages", "exports"])
def test_a_campaign_beyond_both_caps_is_exact(tmp_path: Path, via: str) -> None:
    project = Project(tmp_path / "c.db", BIG)
    vouchers = project.world.tables["vouchers"]
    owners = list(vouchers.column("campaign_id"))
    big = max(set(owners), key=owners.count)
    wanted = {identity for identity, owner in zip(vouchers.column("id"), owners, strict=True) if owner == big}
    assert len(wanted) == 20_000
    only = None if via == "pages" else frozenset({"campaigns", "vouchers"})
    report = project.sync(SyncRequest(campaigns=(big,), via=via, only=only))
    assert report.state == "complete", report.as_json()
    assert sorted(held(project.path, "vouchers")) == sorted(wanted)
    assert report.resources["vouchers"].via == via
    if via == "exports":
        assert report.resources["vouchers"].calls < 30
        return
    redemptions = project.world.tables["redemptions"]
    mine = {
        identity
        for identity, owner in zip(redemptions.column("id"), redemptions.column("campaign_id"), strict=True)
        if owner == big
    }
    assert len(mine) >= 10_000
    assert sorted(held(project.path, "redemptions")) == sorted(mine)
    assert report.resources["redemptions"].via == "pages"


def test_an_export_leaves_the_same_columns_as_pages(tmp_path: Path) -> None:
    paged, exported = Project(tmp_path / "p.db"), Project(tmp_path / "e.db")
    paged.sync(SyncRequest(everything=True, via="pages"))
    report = exported.sync(SyncRequest(everything=True, via="exports"))
    assert report.resources["redemptions"].via == "pages"
    assert "lacks" in (report.resources["redemptions"].reason or "")
    columns = (
        "id, code, type, campaign_id, active, holder_id, redemption_quantity, redeemed_quantity, balance, created_at"
    )
    query = f"select {columns} from vouchers order by id"
    answers = [connect_reader(one.path).execute(query).fetchall() for one in (paged, exported)]
    assert len(answers[0]) == 400
    assert answers[0] == answers[1]


@pytest.mark.parametrize("inclusive", [False, True])
def test_five_hundred_rows_of_one_instant_cross_a_page_border(tmp_path: Path, inclusive: bool) -> None:
    project = Project(tmp_path / "c.db", options={"inclusive_dates": inclusive})
    campaign = project.world.tables["vouchers"].column("campaign_id")[0]
    project.world.add_vouchers(campaign, 530, at=project.clock.now())
    report = project.sync(SyncRequest(everything=True, via="pages"))
    assert report.state == "complete"
    assert sorted(held(project.path, "vouchers")) == sorted(project.ids("vouchers"))


def test_rows_created_while_paging_push_no_others_out(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    before = project.ids("redemptions")
    campaigns = list(dict.fromkeys(c for c in project.world.tables["redemptions"].column("campaign_id") if c))

    def busy(request: Request) -> Response:
        if request.path == "/v1/redemptions":
            project.clock.advance(1)
            project.world.add_redemption(campaigns[0], at=project.clock.now())
        return project.sandbox.respond(request)

    report = project.sync(SyncRequest(everything=True, via="pages"), responder=busy)
    assert report.resources["redemptions"].state == "complete"
    assert before <= set(held(project.path, "redemptions"))
    project.sync(EVERYTHING)
    assert sorted(held(project.path, "redemptions")) == sorted(project.ids("redemptions"))


def test_what_was_updated_since_arrives_with_the_next_run(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.copy_synced()
    project.clock.advance(3600)
    campaign = project.world.tables["campaigns"].column("id")[0]
    project.world.edit_campaign(campaign, at=project.clock.now(), name="Renamed while nobody looked")
    report = project.sync()
    assert report.resources["campaigns"].changed == 1
    connection = connect_reader(project.path)
    changes = connection.execute("select field, after from changes where record_id = ?", (campaign,)).fetchall()
    assert ("/name", '"Renamed while nobody looked"') in changes


def test_a_rollback_marks_the_redemption_it_undoes(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.copy_synced()
    connection = connect_reader(project.path)
    redemption = connection.execute(
        "select id from redemptions where result = 'SUCCESS' and object = 'redemption' and rolled_back_by is null"
        " and voucher_id is not null and parent_redemption_id is null and is_parent = 0"
    ).fetchone()[0]
    project.clock.advance(60)
    project.world.rollback(redemption, at=project.clock.now())
    project.sync(EVERYTHING)
    marked = connection.execute("select rolled_back_by from redemptions where id = ?", (redemption,)).fetchone()[0]
    assert marked is not None
    assert marked.startswith("rr_")


def test_what_a_full_refresh_no_longer_returns_is_missing_but_kept(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.sync()
    campaign = project.world.tables["campaigns"].column("id")[0]
    project.world.delete_campaign(campaign, at=project.clock.now())
    report = project.sync()
    assert report.resources["campaigns"].missing == 1
    connection = connect_reader(project.path)
    assert connection.execute("select missing_since from campaigns where id = ?", (campaign,)).fetchone()[0]
    assert connection.execute("select count(*) from campaigns_raw where id = ?", (campaign,)).fetchone()[0] == 1


def test_a_budget_ends_a_run_as_partial_and_the_next_goes_on(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    whole = Project(tmp_path / "whole.db")
    whole.sync(SyncRequest(everything=True, via="pages"))
    report = project.sync(SyncRequest(everything=True, via="pages", max_calls=18))
    assert (report.state, report.calls) == ("partial", 18)
    for _ in range(20):
        report = project.sync(SyncRequest(everything=True, via="pages", max_calls=18))
        if report.state == "complete":
            break
    else:
        # The routine lists alone take more than half of the budget: the rest needs a last run without one.
        report = project.sync(SyncRequest(everything=True, via="pages"))
    assert report.state == "complete"
    for table in ("vouchers", "redemptions", "customers"):
        assert sorted(held(project.path, table)) == sorted(project.ids(table))


def test_refused_keys_end_the_run_at_once(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db", options={"app_token": "another"})
    report = project.sync()
    assert (report.state, report.error, report.calls) == ("failed", "credentials", 1)


def test_a_lost_connection_keeps_what_was_read(tmp_path: Path) -> None:
    calls = 0
    project = Project(tmp_path / "c.db")

    def breaking(request: Request) -> Response:
        nonlocal calls
        calls += request.path == "/v1/redemptions"
        if calls > 3:
            raise ConnectionError("reset by peer")
        return project.sandbox.respond(request)

    report = project.sync(SyncRequest(everything=True, via="pages"), responder=breaking)
    assert (report.state, report.error) == ("partial", "retry")
    kept = held(project.path, "redemptions")
    assert 100 < len(kept) < 600
    report = project.sync(SyncRequest(everything=True, via="pages"))
    assert report.state == "complete"
    assert sorted(held(project.path, "redemptions")) == sorted(project.ids("redemptions"))


def test_passing_faults_are_survived(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    faults = Faults(FaultRule(Fault.SERVER_ERROR, rate=0.15), seed=3)
    report = project.sync(SyncRequest(everything=True, via="pages"), responder=faults.wrap(project.sandbox.respond))
    assert report.state == "complete"
    assert sorted(held(project.path, "vouchers")) == sorted(project.ids("vouchers"))


def test_an_unknown_campaign_is_said_with_a_hint(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    with pytest.raises(UnknownCampaign, match="There is no campaign"):
        project.sync(SyncRequest(campaigns=("camp_nowhere",)))


def test_a_campaign_is_found_by_its_name_however_odd(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    names = project.world.tables["campaigns"].column("name")
    for name in (names[0], next(name for name in names if "%" in name or "/" in name)):
        report = project.sync(SyncRequest(campaigns=(name,)))
        assert report.state == "complete", report.as_json()


def test_records_nobody_understands_are_kept_and_counted(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    odd = (
        b'{"object":"list","data_ref":"vouchers","total":7,"vouchers":[{"id":"v_ok","code":"A","new_field":{"x":1}},'
        b'{"code":"no id"},null,"text",{"id":"v_types","code":7,"campaign_id":["x"],"active":"maybe",'
        b'"redemption":"none","created_at":5,"gift":[]},{"id":"v_nulls","code":null,"redemption":null},'
        b'{"id":"v_enum","type":"HOLOGRAM","discount":{"type":"WISH"}}]}'
    )

    def answer(request: Request) -> Response:
        if request.path == "/v1/vouchers":
            return Response(200, {"content-type": "application/json"}, odd)
        return project.sandbox.respond(request)

    report = project.sync(SyncRequest(everything=True, via="pages"), responder=answer)
    assert set(held(project.path, "vouchers")) == {"v_ok", "v_types", "v_nulls", "v_enum"}
    assert report.resources["vouchers"].not_understood == 3
    connection = connect_reader(project.path)
    kept = {row[0] for row in connection.execute("select json from unreadable where resource = 'vouchers'")}
    assert kept == {'{"code":"no id"}', "null", '"text"'}
    raw = connection.execute("select json from vouchers_raw where id = 'v_ok'").fetchone()[0]
    assert raw == '{"id":"v_ok","code":"A","new_field":{"x":1}}'
    assert connection.execute("select code, active from vouchers where id = 'v_types'").fetchone() == ("7", None)


def test_readers_see_whole_pages_while_a_sync_writes(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.sync()
    reader = connect_reader(project.path)
    seen: set[int] = set()

    def watching(request: Request) -> Response:
        counts = reader.execute(
            "select (select count(*) from vouchers), (select count(*) from vouchers_raw)"
        ).fetchone()
        assert counts[0] == counts[1]
        seen.add(counts[0])
        return project.sandbox.respond(request)

    project.sync(SyncRequest(everything=True, via="pages"), responder=watching)
    assert len(seen) > 3


def test_the_cache_is_an_open_format(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.sync(EVERYTHING)
    plain = sqlite3.connect(project.path)
    total, raw = plain.execute(
        "select count(*), sum(json_extract(r.json, '$.id') = v.id) from vouchers v join vouchers_raw r on r.id = v.id"
    ).fetchone()
    assert total == raw == 400
    mode = project.path.stat().st_mode & 0o777
    assert mode == 0o600
    writer = connect_writer(project.path)
    assert writer.execute("pragma integrity_check").fetchone()[0] == "ok"
