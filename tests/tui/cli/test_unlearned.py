"""What a failed refresh and records not understood do to what commands say: facts stay, and each is told once."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from store.cache.database import connect_writer
from store.sync.request import SyncRequest
from store.wire import Request, Response
from tests.support.syncing import Project
from tests.tui.cli.harness import CommandLine

EVERYTHING = SyncRequest(everything=True, via="pages")


def test_a_bad_key_changes_no_list(writing: CommandLine) -> None:
    before = writing("list", "campaigns", "--json")
    assert before.err == ""
    known = writing("status", "--json").json["resources"]["campaigns"]
    writing.patch.setenv("VOUCHERIFY_APP_TOKEN", "wrong")
    assert writing("sync").code == 5
    after = writing("list", "campaigns", "--json")
    assert after.json == before.json
    assert "Not all rows" not in after.err
    same_words = "refused with this key at 23 Nov 2026 12:00 UTC; figures are of 23 Nov 2026 12:00 UTC"
    assert f"campaigns: {same_words}. Voucherify did not accept the keys (401)" in after.err
    now = writing("status", "--json").json["resources"]["campaigns"]
    assert (now["state"], now["as_of"], now["reason"]) == ("complete", known["as_of"], None)
    assert (known["attempt_state"], now["attempt_state"]) == (None, "failed")
    assert "did not accept the keys" in now["attempt_reason"]
    said = writing("status").out.splitlines()
    assert "complete" in next(one for one in said if one.startswith("campaigns "))
    remark = next(one for one in said if one.startswith("campaigns: "))
    assert f"{same_words}; Voucherify did not accept the keys (401)" in remark


def test_a_later_good_run_ends_the_failed_attempt(writing: CommandLine) -> None:
    writing.patch.setenv("VOUCHERIFY_APP_TOKEN", "wrong")
    writing("sync")
    writing.patch.setenv("VOUCHERIFY_APP_TOKEN", "demo-token")
    assert writing("sync").code == 0
    assert writing("list", "campaigns", "--json").err == ""
    assert writing("status", "--json").json["resources"]["campaigns"]["attempt_state"] is None


def test_figures_keep_their_completeness_and_say_what_the_attempt_came_to(writing: CommandLine) -> None:
    [campaign] = writing("list", "redemptions", "--json", "--limit", "1").json
    ask = ("summary", campaign["campaign_id"], "--json")
    before = writing(*ask).json["figures"]["redemptions_succeeded"]
    with connect_writer(writing.database) as connection:
        connection.execute(
            "update sync_states set attempt_state = 'failed', attempted_at = '2026-11-24T00:00:00.000Z',"
            " attempt_reason = 'The connection to Voucherify failed. Try again.' where resource = 'redemptions'"
        )
    done = writing(*ask)
    after = done.json["figures"]["redemptions_succeeded"]
    assert (after["value"], after["complete"], after["as_of"]) == (before["value"], True, before["as_of"])
    when = "at 24 Nov 2026 00:00 UTC (The connection to Voucherify failed); figures are of 23 Nov 2026 12:00 UTC"
    assert after["note"] == f"not read again {when}"
    assert f"redemptions: not read again {when}. The connection to Voucherify failed. Try again." in done.err


def odd(project: Project) -> Callable[[Request], Response]:
    """The project, where one campaign, one code and one redemption hold what is no JSON."""

    def respond(request: Request) -> Response:
        found = project.sandbox.respond(request)
        body = found.body
        for path, value in (("campaigns", b"NaN"), ("vouchers", b"Infinity"), ("redemptions", b"NaN")):
            if request.path == f"/v1/{path}":
                identity = min(project.ids(path)).encode()
                body = body.replace(b'{"id":"' + identity + b'"', b'{"id":"' + identity + b'","x":' + value, 1)
        headers = {name: text for name, text in found.headers.items() if name.lower() != "content-length"}
        return Response(found.status, headers, body)

    return respond


@pytest.fixture(scope="module")
def read_twice(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project of which three records could not be understood, read twice; to be copied."""
    project = Project(tmp_path_factory.mktemp("odd") / "odd.db")
    for _ in range(2):
        report = project.sync(EVERYTHING, responder=odd(project))
        assert report.state == "partial"
        assert all(
            (report.resources[name].state, report.resources[name].reason)
            == ("partial", "1 record could not be understood; `promoscope list unreadable` shows what came")
            for name in ("campaigns", "vouchers", "redemptions")
        )
    return project


@pytest.fixture
def broken(cli: CommandLine, read_twice: Project, tmp_path: Path) -> tuple[CommandLine, Project]:
    """Commands over a copy of it."""
    project = Project(tmp_path / "odd.db")
    shutil.copy(read_twice.path, project.path)
    project.clock.advance(read_twice.clock.monotonic())
    cli.use(project.path)
    return cli, project


def test_records_not_understood_are_told_by_every_command(broken: tuple[CommandLine, Project]) -> None:
    cli, project = broken
    shown = cli("list", "unreadable", "--json")
    assert (shown.code, shown.err) == (0, "")
    assert {(row["resource"], row["id"]) for row in shown.json} == {
        (name, min(project.ids(name))) for name in ("campaigns", "vouchers", "redemptions")
    }
    for name in ("campaigns", "vouchers", "redemptions"):
        done = cli("list", name, "--json")
        assert len(done.json) == len(project.ids(name)) - 1
        assert "1 record could not be understood; `promoscope list unreadable`" in done.err.replace(". `", "; `")
    status = cli("status", "--json").json["resources"]
    assert [status[name]["not_understood"] for name in ("campaigns", "vouchers", "publications")] == [1, 1, 0]


def test_a_campaign_not_understood_is_not_called_absent(broken: tuple[CommandLine, Project]) -> None:
    cli, project = broken
    odd_one = min(project.ids("campaigns"))
    for command in (("summary", odd_one), ("list", "vouchers", "--campaign", odd_one)):
        done = cli(*command)
        assert done.code == 4
        assert (
            f"What came of the campaign “{odd_one}” could not be understood: `promoscope list unreadable`" in done.err
        )
    done = cli("summary", "Its name")
    assert done.code == 2
    assert "There is no campaign “Its name” in the cache." in done.err
    assert "1 record could not be understood and may be it: `promoscope list unreadable` shows what came." in done.err


def test_figures_of_the_campaign_and_no_other_are_lower_bounds(broken: tuple[CommandLine, Project]) -> None:
    cli, project = broken
    connection = sqlite3.connect(project.path)
    [owner] = connection.execute("select campaign_id from unreadable where resource = 'redemptions'").fetchone()
    others = "select distinct campaign_id from redemptions where campaign_id is not null and campaign_id != ?"
    healthy = [row[0] for row in connection.execute(others, (owner,)) if row[0] != min(project.ids("campaigns"))]
    connection.close()
    assert owner is not None
    done = cli("summary", owner, "--json") if owner != min(project.ids("campaigns")) else None
    if done is not None:
        assert not done.json["figures"]["redemptions_succeeded"]["complete"]
        assert "redemptions: 1 record could not be understood" in done.err
    other = cli("summary", healthy[0], "--json")
    assert other.json["figures"]["redemptions_succeeded"]["complete"]
    assert "could not be understood" not in other.err


def test_a_record_understood_later_is_no_longer_odd(broken: tuple[CommandLine, Project]) -> None:
    cli, project = broken
    assert project.sync(SyncRequest(everything=True, full=True, via="pages")).state == "complete"
    assert cli("list", "unreadable", "--json").json == []
    assert cli("list", "vouchers", "--json").err == ""


def test_an_odd_record_that_a_sweep_does_not_return_any_more_counts_no_longer(
    broken: tuple[CommandLine, Project],
) -> None:
    cli, project = broken
    victim = min(project.ids("campaigns"))

    def without(request: Request) -> Response:
        found = project.sandbox.respond(request)
        if request.path != "/v1/campaigns":
            return found
        text = found.body.decode()
        import json

        body = json.loads(text)
        body["campaigns"] = [one for one in body["campaigns"] if one["id"] != victim]
        body["total"] -= 1
        return Response(200, {"content-type": "application/json"}, json.dumps(body).encode())

    report = project.sync(responder=without)
    assert report.resources["campaigns"].state == "complete"
    [row] = [one for one in cli("list", "unreadable", "--json").json if one["resource"] == "campaigns"]
    assert row["missing_since"] is not None
    assert cli("list", "campaigns", "--json").err == ""


def test_the_exit_code_of_a_sync_says_partial(cli: CommandLine, tmp_path: Path) -> None:
    from store.sandbox.serve import serve

    project = Project(tmp_path / "odd.db")
    with serve(odd(project)) as server:
        cli.point_at(server.url)
        done = cli("sync")
    assert done.code == 4
    assert "campaigns: 1 record could not be understood" in done.err
