"""`promoscope doctor`: what it finds right, what it finds wrong, and what it advises."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from store.sandbox import Limits
from store.sandbox.serve import serve
from store.sandbox.world import World
from store.wire import Response
from tests.support.faults import Fault, FaultRule, Faults
from tests.tui.cli.harness import CommandLine, Outcome, serving


def found(done: Outcome, check: str) -> dict[str, Any]:
    """One finding of a doctor's JSON."""
    checks: list[dict[str, Any]] = done.json["checks"]
    return next(one for one in checks if one["check"] == check)


def test_a_healthy_set_up(writing: CommandLine) -> None:
    writing.patch.setenv("COLUMNS", "80")
    writing.patch.setenv("LINES", "24")
    done = writing("doctor", "--json")
    assert (done.code, done.err) == (0, "")
    assert set(done.json) == {"state", "checks"}
    for check in done.json["checks"]:
        assert set(check) == {"check", "state", "seen", "advice"}
    names = {check["check"] for check in done.json["checks"]}
    assert names >= {"versions", "settings", "profile", "directory", "file mode", "file system", "integrity",
                     "terminal", "credentials", "clock", "limits"}  # fmt: skip
    assert found(done, "integrity")["seen"] == "ok"
    assert "600" in found(done, "file mode")["seen"]
    assert "80x24" in found(done, "terminal")["seen"]
    assert found(done, "credentials")["state"] == "ok"
    assert found(done, "clock")["seen"].startswith("0 s")
    assert not [check for check in done.json["checks"] if check["state"] == "problem"]


def test_offline_asks_nobody(reading: CommandLine, world: World) -> None:
    with serving(world, reading.clock) as (url, asked):
        reading.point_at(url)
        done = reading("doctor", "--offline", "--json")
    assert asked == []
    assert "credentials" not in {check["check"] for check in done.json["checks"]}


def test_online_costs_one_call_and_tells_the_limits(cli: CommandLine, world: World) -> None:
    with serving(world, cli.clock, limits=Limits.of("business")) as (url, asked):
        cli.point_at(url)
        done = cli("doctor", "--json")
    assert done.code == 0
    assert len(asked) == 1
    assert found(done, "limits")["seen"].startswith("99 of 100 calls left")


def test_a_clock_that_is_wrong(cli: CommandLine, world: World) -> None:
    with serving(world, cli.clock) as (url, _):
        cli.point_at(url)
        # The server keeps the time it had when it started to answer.
        cli.patch.setattr("store.clock.SystemClock.now", lambda _: cli.clock.now().replace(hour=13))
        done = cli("doctor", "--json")
    assert found(done, "clock")["state"] == "warning"
    assert found(done, "clock")["seen"].startswith("3600 s")
    assert found(done, "clock")["advice"]


def test_no_server_is_to_be_retried_and_why_is_told(reading: CommandLine) -> None:
    reading.point_at("http://127.0.0.1:9")
    done = reading("doctor", "--json")
    assert done.code == 3
    assert found(done, "API")["state"] == "problem"
    assert "Connection refused" in found(done, "API")["seen"]


@pytest.mark.parametrize(
    ("limits", "said"), [(Limits(0), "limit of calls is used up"), (Limits(None, cycle=0), "billing cycle")]
)
def test_a_limit_that_is_used_up_is_told_at_once(cli: CommandLine, world: World, limits: Limits, said: str) -> None:
    with serving(world, cli.clock, limits=limits) as (url, asked):
        cli.point_at(url)
        done = cli("doctor", "--json")
    assert done.code == 3
    assert said in found(done, "API")["seen"]
    assert (len(asked), cli.clock.slept) == (1, [])


@pytest.mark.parametrize(("status", "code"), [(404, 2), (403, 5), (302, 2), (503, 3)])
def test_what_answers_in_the_apis_place(cli: CommandLine, status: int, code: int) -> None:
    with serve(lambda _: Response(status, {"location": "https://else.invalid/"}, b"<html>")) as server:
        cli.point_at(server.url)
        done = cli("doctor", "--json")
    assert done.code == code
    assert ("VOUCHERIFY_API_BASE_URL" in found(done, "API")["advice"]) == (code == 2)


def test_a_server_in_trouble_is_told_as_it_is(cli: CommandLine, world: World) -> None:
    with serving(world, cli.clock, faults=Faults(FaultRule(Fault.SERVER_ERROR))) as (url, _):
        cli.point_at(url)
        done = cli("doctor", "--json")
    assert done.code == 3
    assert "(500)" in found(done, "API")["seen"]
    assert cli.clock.slept == []


@pytest.mark.parametrize("missing", ["VOUCHERIFY_APP_ID", "VOUCHERIFY_APP_TOKEN"])
def test_no_keys_is_a_problem_as_it_is_for_a_sync(reading: CommandLine, missing: str) -> None:
    reading.patch.delenv(missing)
    done = reading("doctor", "--json")
    assert done.code == reading("sync").code == 5
    assert found(done, "credentials")["state"] == "problem"
    assert "promoscope demo" in found(done, "credentials")["seen"] + found(done, "credentials")["advice"]
    assert reading("doctor", "--offline").code == 0


def test_a_directory_in_place_of_the_cache(cli: CommandLine) -> None:
    cli.database.mkdir(parents=True, mode=0o700)
    done = cli("doctor", "--offline", "--json")
    assert done.code == 4
    assert "directory" in found(done, "integrity")["seen"]
    assert "file mode" not in {check["check"] for check in done.json["checks"]}


def test_no_cache_yet(cli: CommandLine) -> None:
    done = cli("doctor", "--offline", "--json")
    assert done.code == 0
    assert "promoscope sync" in found(done, "cache")["advice"]


def test_a_file_others_can_read(writing: CommandLine) -> None:
    writing.database.chmod(0o644)
    done = writing("doctor", "--offline", "--json")
    assert (done.code, done.json["state"]) == (4, "problem")
    assert "chmod 600" in found(done, "file mode")["advice"]
    assert "chmod 600" in writing("doctor", "--offline").out


@pytest.mark.parametrize("content", [b"not a database at all, just some text" * 40, None])
def test_a_file_that_is_no_cache(cli: CommandLine, content: bytes | None) -> None:
    cli.database.parent.mkdir(mode=0o700)
    if content is None:
        with sqlite3.connect(cli.database) as connection:
            connection.execute("create table notes (text)")
        connection.close()
    else:
        cli.database.write_bytes(content)
    cli.database.chmod(0o600)
    before = cli.database.read_bytes()
    done = cli("doctor", "--offline", "--json")
    assert done.code == 4
    assert found(done, "integrity")["state"] == "problem"
    for arguments in (["status"], ["list", "campaigns"], ["sync"]):
        refused = cli(*arguments)
        assert (refused.code, refused.out) == (2, "")
        assert str(cli.database) in refused.err
    assert cli.database.read_bytes() == before


def test_a_cache_of_another_project(reading: CommandLine) -> None:
    reading.patch.setenv("VOUCHERIFY_APP_ID", "another")
    done = reading("doctor", "--offline", "--json")
    assert found(done, "binding")["state"] == "problem"
    assert "PROMOSCOPE_DB" in found(done, "binding")["advice"]


def test_a_damaged_document_is_named(writing: CommandLine) -> None:
    assert found(writing("doctor", "--offline", "--json"), "documents")["state"] == "ok"
    with sqlite3.connect(writing.database) as connection:
        named = connection.execute("select min(id) from campaigns").fetchone()[0]
        connection.execute("update campaigns_raw set json = ? where id = ?", ('{"id": "ca', named))
    connection.close()
    done = writing("doctor", "--offline", "--json")
    assert done.code == 4
    assert found(done, "documents")["seen"] == f"1 damaged: campaigns {named}"
    assert "sync --all --full" in found(done, "documents")["advice"]


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("http://api.example.com", True),
        ("http://10.0.0.5:8080", True),
        ("http://0.0.0.0:8080", True),
        ("http://localhost.example.com", True),
        ("http://[fd00::1]:80", True),
        ("https://api.example.com", False),
        ("http://127.0.0.1:9", False),
        ("http://127.8.8.8", False),
        ("http://LOCALHOST:9", False),
        ("http://api.localhost", False),
        ("http://[::1]:9", False),
        ("http://[::ffff:127.0.0.1]:9", False),
    ],
)
def test_keys_over_plain_http_are_warned_of_but_on_this_machine(cli: CommandLine, url: str, warned: bool) -> None:
    cli.point_at(url)
    done = cli("doctor", "--offline", "--json")
    told = [check for check in done.json["checks"] if check["check"] == "encryption"]
    assert [check["state"] for check in told] == ["warning"] * warned
    assert all("https" in check["advice"] for check in told)
    assert done.code == 0


@pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True)])
@pytest.mark.parametrize("what", ["settings file", "token file", "webhook secret file"])
def test_secrets_that_others_can_read_are_warned_of(
    cli: CommandLine, tmp_path: Path, what: str, mode: int, warned: bool
) -> None:
    files = {name: tmp_path / name for name in ("config.toml", "token", "hooks")}
    files["config.toml"].write_text(
        f"[profiles.default]\napp_token_file = '{files['token']}'\nwebhook_secret_file = '{files['hooks']}'\n"
    )
    files["token"].write_text("the-token-itself")
    files["hooks"].write_text("the-secret-itself")
    chosen = dict(zip(("settings file", "token file", "webhook secret file"), files.values(), strict=True))
    for path in files.values():
        path.chmod(0o600)
    chosen[what].chmod(mode)
    done = cli("doctor", "--offline", "--json")
    told = [check for check in done.json["checks"] if check["check"] == "secrets"]
    assert [(what in check["seen"], f"mode {mode:o}" in check["seen"], check["state"]) for check in told] == (
        [(True, True, "warning")] * warned
    )
    assert all(f"chmod 600 {chosen[what]}" in check["advice"] for check in told)
    assert "itself" not in done.out + done.err


def test_a_secret_s_file_that_is_not_there_is_said(cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[profiles.default]\napp_token_file = '/nowhere/token'\n")
    (tmp_path / "config.toml").chmod(0o600)
    told = found(cli("doctor", "--offline", "--json"), "secrets")
    assert (told["state"], told["seen"]) == ("warning", "the token file /nowhere/token is not there")
