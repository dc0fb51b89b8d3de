"""`check` by running it: exit codes, what goes where, JSON, and a baseline from the first day to the next."""

import json
from pathlib import Path

import pytest

from store.cache.database import connect_writer
from store.cache.ledger import Ledger, SyncCheckpoint
from store.checks.registry import BY_NAME
from tests.support.app_host import assert_harmless
from tests.support.checked_world import CARD, FAULTS, READ_AT, TOKEN, build_sound, voucher
from tests.support.records import campaign, put
from tests.tui.cli.harness import CommandLine


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("made") / "c.db"
    build_sound(path)
    return path.read_bytes()


@pytest.fixture
def sound(cli: CommandLine, made_once: bytes, tmp_path: Path) -> CommandLine:
    """Commands on a copy of the sound project."""
    path = tmp_path / "sound.db"
    path.write_bytes(made_once)
    path.chmod(0o600)
    cli.use(path)
    return cli


def plant(cli: CommandLine, *names: str) -> None:
    connection = connect_writer(cli.database)
    for name in names:
        FAULTS[name].plant(connection)
    connection.close()


def test_a_sound_project(sound: CommandLine) -> None:
    done = sound("check")
    assert done.code == 0
    assert done.out.splitlines() == [f"✓ {check.title}: sound" for check in BY_NAME.values()]
    assert done.err == "11 checks: all is sound. As of 20 Nov 2026 12:00 UTC.\n"


def test_faults_are_told_with_evidence_and_without_secrets(sound: CommandLine) -> None:
    plant(sound, "metadata")
    done = sound("check", "overused-codes", "metadata")
    assert done.code == 1
    assert done.out.splitlines() == [
        "✓ Uses beyond the limit: sound",
        "✕ Secrets and personal data in metadata: 1 place",
        "    Autumn · 1 place in metadata with a secret or personal data · since 2 Nov 2026",
        "      code-2: metadata “note.pay” holds a payment card's number",
        f"    → {BY_NAME['metadata'].advice}",
    ]
    assert "4111" not in done.out


def test_the_json(sound: CommandLine) -> None:
    plant(sound, "balances")
    done = sound("check", "--json", "balances", "limits")
    assert done.code == 1
    found = done.json
    assert found["as_of"] == READ_AT
    assert found["counts"] == {"sound": 1, "findings": 1, "partial": 0, "not_checked": 0, "cases": 1, "known": 0}
    cards, limits = found["checks"]
    assert (limits["name"], limits["state"], limits["findings"], limits["lacks"]) == ("limits", "sound", [], None)
    assert (cards["title"], cards["state"], cards["severity"], cards["cases"]) == (
        "Card balances",
        "findings",
        "error",
        1,
    )
    since = "2026-11-06T10:00:00.000Z"
    assert cards["findings"] == [{
        "kind": "campaign", "id": "camp_2", "name": "Cards", "what": "1 card whose movements do not add up",
        "since": since, "count": 1, "evidence": [{
            "kind": "voucher", "id": "v_g", "name": "CARD-1", "since": since,
            "words": "vtx_2 says €31.00, its movements come to €30.00"}],
    }]  # fmt: skip


def test_what_is_not_complete_is_partial_unless_something_is_found(sound: CommandLine) -> None:
    connection = connect_writer(sound.database)
    Ledger(connection).write_state(SyncCheckpoint("customers", "project", "partial", READ_AT, None))
    connection.close()
    done = sound("check", "deleted-customers", "limits")
    assert done.code == 4
    assert done.out.splitlines() == ["? Publications to deleted customers: partial", "✓ Limits passed: sound"]
    assert "deleted-customers: Not checked wholly: customers are not complete: not all rows are synced." in done.err
    assert "2 checks: nothing was found." in done.err
    plant(sound, "limits")
    assert sound("check", "deleted-customers", "limits").code == 1


def test_questions_that_make_no_sense(sound: CommandLine, tmp_path: Path) -> None:
    assert "There is no check “unicorns”. There are: balances, " in sound("check", "unicorns").err
    for arguments in (["unicorns"], ["--write-baseline"], ["--baseline", str(tmp_path / "none")], ["--baseline", "."]):
        done = sound("check", *arguments)
        assert (done.code, done.out) == (2, "")
        assert done.err.strip()


def test_before_the_first_sync(cli: CommandLine) -> None:
    done = cli("check")
    assert (done.code, done.out) == (2, "")
    assert "promoscope sync" in done.err


def test_a_baseline_from_one_day_to_the_next(sound: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    plant(sound, "code-dates", "limits")
    first = sound("check", "--baseline", str(path), "--write-baseline")
    assert first.code == 0
    assert f"2 cases kept in {path}." in first.err
    quiet = sound("check", "--baseline", str(path))
    assert quiet.code == 0
    assert "✓ Limits passed: sound, 1 known" in quiet.out
    assert "nothing new was found, 2 cases known." in quiet.err
    plant(sound, "zero-discount")
    loud = sound("check", "--baseline", str(path), "--json")
    assert loud.code == 1
    assert loud.json["counts"]["cases"] == 1
    assert loud.json["counts"]["known"] == 2
    # Written for one check, it keeps what it knows of the others.
    assert sound("check", "zero-discount", "--baseline", str(path), "--write-baseline").code == 0
    assert sound("check", "--baseline", str(path)).code == 0
    assert {name: len(some) for name, some in json.loads(path.read_bytes())["known"].items()} == {
        "code-dates": 1, "limits": 1, "zero-discount": 1,
    }  # fmt: skip


def test_what_is_sound_again_is_forgotten_but_not_by_an_incomplete_list(sound: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    plant(sound, "code-dates")
    keep = ("check", "code-dates", "--baseline", str(path), "--write-baseline")
    assert sound(*keep).code == 0
    connection = connect_writer(sound.database)
    put(connection, "vouchers", voucher("v_2", "code-2"))
    ledger = Ledger(connection)
    ledger.write_state(SyncCheckpoint("vouchers", "project", "partial", READ_AT, None))
    assert sound(*keep).code == 4
    assert json.loads(path.read_bytes())["known"]["code-dates"]
    ledger.write_state(SyncCheckpoint("vouchers", "project", "complete", READ_AT, READ_AT))
    connection.close()
    assert sound(*keep).code == 0
    assert json.loads(path.read_bytes())["known"] == {}


def test_a_damaged_baseline_is_named_and_left_as_it_is(sound: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    path.write_text("{")
    for more in ([], ["--write-baseline"]):
        done = sound("check", "--baseline", str(path), *more)
        assert (done.code, done.out) == (2, "")
        assert "is damaged" in done.err
    assert path.read_text() == "{"


def test_hostile_text_cannot_act_and_no_secret_is_printed(sound: CommandLine) -> None:
    name = "\x1b[2J\u202e anna@example.com"
    connection = connect_writer(sound.database)
    put(connection, "campaigns", campaign("camp_9", name, metadata={"key": TOKEN, name: CARD}))
    connection.close()
    done = sound("check", "metadata")
    assert done.code == 1
    assert_harmless(done.out)
    for secret in (TOKEN, CARD, "anna@example.com"):
        assert secret not in done.out
    assert "a•••@e•••" in done.out
    assert "metadata “(a name)” holds an e-mail address" in done.out


def test_the_shop_an_attacker_writes_to_is_sound(reading: CommandLine) -> None:
    done = reading("check", "--json")
    assert {one["name"]: one["cases"] for one in done.json["checks"] if one["findings"]} == {}
    assert done.code == 0
