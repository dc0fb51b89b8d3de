"""The commands that change something: what they show, ask and send, and what they leave alone."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import click
import pytest

from store.actions.audit import Audit
from store.actions.catalogue import ACTIONS
from store.cache.lock import writer_lock
from store.sandbox.world import Sizes, World
from tests.tui.cli.harness import NOW, CommandLine, serving
from tests.tui.cli.test_json_shapes import SHAPES, difference
from tui.actions import renewing
from tui.cli.verbs import group

SIZES = Sizes(campaigns=12, customers=20, vouchers=80, redemptions=60, publications=30, accruals=20)


@pytest.fixture(scope="module")
def changeable() -> World:
    """A project that no other test reads."""
    return World(11, now=NOW, sizes=SIZES)


@pytest.fixture
def allowed(
    cli: CommandLine, changeable: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[str]]:
    """A profile that consents, at a server of its own; gives what was asked of it."""
    settings = tmp_path / "writes.toml"
    settings.write_text("[profiles.default]\nwrites = true\n")
    settings.chmod(0o600)
    monkeypatch.setenv("PROMOSCOPE_CONFIG", str(settings))
    with serving(changeable, cli.clock) as (url, asked):
        cli.point_at(url)
        yield asked


def methods(asked: list[str]) -> set[str]:
    return {one.partition(" ")[0] for one in asked}


def code(world: World) -> str:
    """A code that is enabled."""
    table = world.tables["vouchers"]
    pairs = zip(table.column("code"), table.column("active"), strict=True)
    return next(str(name) for name, active in pairs if active)


def test_actions_lists_what_each_asks_for(cli: CommandLine) -> None:
    shown = cli("actions", "voucher")
    assert shown.code == 0
    assert "add-credit" in shown.out
    assert "amount: amount in the project's currency. How much; a negative one removes." in shown.out
    assert "campaign" not in shown.out.split()
    kinds = {one["kind"] for one in cli("actions", "--json").json["actions"]}
    assert kinds == {one.kind for one in ACTIONS}
    assert cli("actions", "vouchr").code == 2


def test_a_dry_run_shows_the_request_and_sends_nothing(cli: CommandLine, changeable: World, allowed: list[str]) -> None:
    name = code(changeable)
    done = cli("action", "disable", f"voucher:{name}", "--dry-run")
    assert done.code == 0
    assert done.out.splitlines() == [
        f"Disable the code: {name}", f"  POST /v1/vouchers/{name}/disable", "  enabled: yes → no",
    ]  # fmt: skip
    assert methods(allowed) == {"GET"}
    answer = cli("action", "disable", f"voucher:{name}", "--dry-run", "--json")
    assert difference(SHAPES["action --dry-run"], json.loads(answer.out)) == ""
    (plan,) = answer.json["plans"]
    assert plan["request"] == {"method": "POST", "path": f"/v1/vouchers/{name}/disable", "body": None}


def removed_and_assigned_again(cli: CommandLine, world: World) -> None:
    """A rule is taken from a campaign and given back: the cache follows each time, and remembers what is gone."""
    known = world.documents["validation_rules_assignments"].documents
    held = next(dict(one) for one in known if one["related_object_type"] == "campaign")

    def cached() -> dict[str, bool]:
        with closing(sqlite3.connect(cli.database)) as connection:
            query = "select id, missing_since is null from validation_rules_assignments where related_object_id = ?"
            own = f"{query} and rule_id = ?"
            return dict(connection.execute(own, (held["related_object_id"], held["rule_id"])).fetchall())

    flags = ("--set", f"rule={held['rule_id']}", "--yes", "--allow-writes", "--kind", "campaign")
    assert cached() == {held["id"]: True}
    assert cli("action", "remove-rule", held["related_object_id"], *flags).code == 0
    assert cached() == {held["id"]: False}
    assert cli("action", "assign-rule", held["related_object_id"], *flags).code == 0
    assert sorted(cached().values()) == [False, True]


@pytest.mark.parametrize("flags", [(), ("--yes",), ("--allow-writes",)])
def test_nothing_is_sent_without_consent_and_a_yes(
    cli: CommandLine, changeable: World, allowed: list[str], flags: tuple[str, ...]
) -> None:
    done = cli("action", "disable", f"voucher:{code(changeable)}", *flags)
    assert (done.code, done.out) == (2, "")
    assert "Nothing was sent." in done.err
    assert methods(allowed) <= {"GET"}


def test_a_sync_under_way_is_told_once_it_is_done(
    cli: CommandLine, changeable: World, allowed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli("sync").code == 0
    monkeypatch.setattr(renewing, "_PATIENCE", 0.0)
    with writer_lock(cli.database, cli.clock):
        done = cli("action", "disable", f"voucher:{code(changeable)}", "--yes", "--allow-writes")
    assert (done.code, "done" in done.out) == (0, True)
    assert "A sync is under way, so lists show it as it was, until the next sync." in done.err


def test_no_command_sends_anything_but_readings_without_both_consents(
    cli: CommandLine, changeable: World, allowed: list[str]
) -> None:
    name = code(changeable)
    commands: dict[str, tuple[str, ...]] = {
        "sync": (), "status": (), "list": ("campaigns",), "search": (name, "--ask"), "show": (name,),
        "summary": (str(changeable.documents["campaigns"].documents[0]["id"]),), "activity": ("nobody",), "check": (),
        "ledger": (name,), "explain": (name, "--online"), "calendar": (), "actions": (),
        "action": ("disable", f"voucher:{name}", "--yes"), "audit": (), "doctor": (), "completion": ("bash",),
        "purge": ("--yes",),
    }  # fmt: skip
    # These open the app or wait: what the app sends is looked at where its keys are walked.
    waiting = {"open", "demo", "listen", "web"}
    assert set(commands) | waiting == set(group.list_commands(click.Context(group)))
    for verb, arguments in commands.items():
        assert "Traceback" not in cli(verb, *arguments).err
    assert methods(allowed) == {"GET"}
    assert len(allowed) > 20
    # A command that consents alone is refused before it asks for anything.
    cli.patch.setenv("PROMOSCOPE_CONFIG", "/nonexistent/settings.toml")
    asked = len(allowed)
    for arguments in (("action", "disable", f"voucher:{name}", "--yes"), ("action", "undo", "1", "--yes")):
        assert cli(*arguments, "--allow-writes").code == 2
    assert len(allowed) == asked


def test_a_profile_that_does_not_consent_only_reads(cli: CommandLine, changeable: World) -> None:
    with serving(changeable, cli.clock) as (url, asked):
        cli.point_at(url)
        done = cli("action", "disable", f"voucher:{code(changeable)}", "--yes", "--allow-writes")
        assert (done.code, methods(asked)) == (2, set())
        assert "writes = true" in done.err


def test_a_batch_is_done_once_and_the_audit_outlives_the_cache(
    cli: CommandLine, changeable: World, allowed: list[str]
) -> None:
    name = code(changeable)
    assert cli("sync", "--json").code == 0
    flags = ("--kind", "voucher", "--yes", "--allow-writes", "--batch", "b1", "--json")
    first = cli("action", "disable", name, name, *flags)
    assert first.code == 0
    assert difference(SHAPES["action"], json.loads(first.out)) == ""
    (result,) = first.json["results"]
    assert (result["fate"], result["changes"]) == ("done", [{"name": "enabled", "before": True, "after": False}])
    assert [one for one in allowed if one.startswith("POST")] == [f"POST /v1/vouchers/{name}/disable?"]
    again = cli("action", "disable", name, *flags)
    assert (again.code, again.json["results"]) == (0, [])
    assert "not tried again" in again.err
    assert len([one for one in allowed if one.startswith("POST")]) == 1
    (cached,) = cli("list", "vouchers", "--where", f"code={name}", "--json").json
    assert cached["active"] is False
    removed_and_assigned_again(cli, changeable)
    assert cli("purge", "--yes").code == 0
    kept = cli("audit", "--json")
    assert difference(SHAPES["audit"], json.loads(kept.out)) == ""
    row = kept.json["audit"][-1]
    assert (row["record"], row["fate"], row["undo"]) == (name, "done", {"action": "enable", "values": {}})
    assert cli("purge", "--yes", "--audit").code == 0
    assert cli("audit").err.strip() == "Nothing was changed from here."


def test_a_file_has_records_and_fields_and_its_results_are_a_file(
    cli: CommandLine, changeable: World, allowed: list[str], tmp_path: Path
) -> None:
    table = changeable.tables["vouchers"]
    kinds = zip(table.column("code"), table.column("type"), strict=True)
    cards = [str(name) for name, kind in kinds if kind == "GIFT_VOUCHER"][:2]
    listed, results = tmp_path / "cards.csv", tmp_path / "results.csv"
    listed.write_text(f"code;amount;note\n{cards[0]};1.50;x\nNO-SUCH;1;\n{cards[1]};-0.5;\n", "utf-8")
    flags = ("--set", "amount=9", "--allow-writes", "--file", str(listed))
    done = cli("action", "add-credit", "--yes", *flags, "--output", str(results))
    assert done.code == 4
    assert "Not used of the file: note." in done.err
    assert "3 records: about 9 calls." in done.err
    named = re.search(r"2 done, 1 not done\. `--batch (add-credit-20261123-120000-[0-9a-f]{4})` goes on", done.err)
    assert named is not None
    assert f"{cards[0]}: done. It was done.\nNO-SUCH: not done." in done.out
    assert [one for one in allowed if one.startswith("POST")] == [
        f"POST /v1/vouchers/{card}/balance?" for card in cards
    ]
    rows = cli("audit", "--json").json["audit"]
    assert [(row["record"], row["given"]["amount"], row["batch"]) for row in rows] == [
        (cards[1], -50, named[1]), (cards[0], 150, named[1]),
    ]  # fmt: skip
    kept = [line.split(",")[:2] for line in results.read_text("utf-8").splitlines()]
    assert kept == [["record", "fate"], [cards[0], "done"], ["NO-SUCH", "not done"], [cards[1], "done"]]
    again = cli("action", "add-credit", "--yes", *flags, "--output", str(results))
    assert (again.code, "is there already. Nothing was sent." in again.err) == (2, True)
    name = ("--batch", named[1], "--allow-writes", "--yes")
    assert "2 records: done before" in cli("action", "add-credit", *name).err
    assert "is “add-credit”: name another" in cli("action", "add-points", *name).err
    assert len([one for one in allowed if one.startswith("POST")]) == 2


def test_undo_takes_an_attempt_back_and_the_audit_links_both(
    cli: CommandLine, changeable: World, allowed: list[str]
) -> None:
    name = code(changeable)
    flags = ("--yes", "--allow-writes")
    assert cli("action", "disable", f"voucher:{name}", *flags).code == 0
    (first,) = cli("audit", "--json").json["audit"]
    shown = cli("action", "undo", str(first["id"]), "--dry-run")
    assert (shown.code, shown.out.splitlines()) == (
        0, [f"Enable the code: {name}", f"  POST /v1/vouchers/{name}/enable", "  enabled: no → yes"],
    )  # fmt: skip
    done = cli("action", "undo", str(first["id"]), *flags)
    assert (done.code, done.out.splitlines()[-1]) == (0, f"{name}: done. It was done.")
    newest, oldest = cli("audit", "--json").json["audit"]
    assert (newest["action"], newest["undoes"], oldest["undone_by"]) == ("enable", first["id"], newest["id"])
    again = cli("action", "undo", str(first["id"]), *flags)
    assert (again.code, f"undone already, by attempt {newest['id']}" in again.err) == (2, True)
    assert cli("action", "disable", f"voucher:{name}", *flags).code == 0
    late = cli("action", "undo", str(newest["id"]), *flags)
    assert (late.code, "It was undone already" in late.err) == (2, True)
    audit = Audit(cli.database, "default")
    audit.keep_task(first["id"], "aa_gone", "")
    assert f"Attempt {first['id']}, disable of {name}: the API does not know its task aa_gone" in cli("sync").err
    audit.keep_task(first["id"], "aa_gone", "")
    assert "does not know its task" not in cli("audit", "--offline").err
    assert f"Attempt {first['id']}, disable of {name}: the API does not know its task aa_gone" in cli("audit").err
    assert cli("audit").err == ""
    noted = ("edit", f"voucher:{name}", "--set")
    assert [cli("action", *noted, f"additional_info={one}", *flags).code for one in ("A", "B")] == [0, 0]
    since = cli("action", "undo", str(audit.rows()[1]["id"]), *flags)
    assert (since.code, "additional_info is now B, not A. It was changed since" in since.err) == (2, True)
    table = changeable.tables["vouchers"]
    pairs = zip(table.column("code"), table.column("active"), strict=True)
    both = [str(one) for one, is_on in pairs if is_on and one != name][:2]
    assert cli("action", "disable", "--kind", "voucher", *both, *flags).code == 0
    numbers = [str(row["id"]) for row in audit.rows()[:2]]
    mixed = cli("action", "undo", *numbers, str(audit.rows()[2]["id"]), *flags)
    assert (mixed.code, "Different actions take them back" in mixed.err) == (2, True)
    assert cli("action", "undo", *numbers, *flags).code == 0
    assert [row["undone_by"] is None for row in audit.rows()[:4]] == [True, True, False, False]
    assert cli("action", "undo", "99", *flags).code == cli("action", "undo", "x", *flags).code == 2
    assert len([one for one in allowed if not one.startswith("GET")]) == 9


def test_amounts_and_days_are_exact(cli: CommandLine, changeable: World, allowed: list[str]) -> None:
    table = changeable.tables["vouchers"]
    gift = next(
        name for name, kind in zip(table.column("code"), table.column("type"), strict=True) if kind == "GIFT_VOUCHER"
    )
    shown = cli("action", "add-credit", str(gift), "--set", "amount=-1,250.5", "--dry-run", "--json")
    body = shown.json["plans"][0]["request"]["body"]
    assert (body["amount"], body["source_id"].startswith("promoscope-")) == (-125_050, True)
    edit = cli("action", "edit", f"voucher:{gift}", "--set", "expiration_date=2027-01-31", "--dry-run", "--json")
    assert edit.json["plans"][0]["request"]["body"] == {"expiration_date": "2027-02-01T00:00:00.000Z"}
    assert methods(allowed) == {"GET"}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("disabl", "X"), "did you mean “disable”"),
        (("disable", "X"), "--kind"),
        (("add-credit", "X"), "needs amount"),
        (("add-credit", "X", "--set", "amount=ten"), "“ten” is none"),
        (("add-credit", "X", "--set", "sum=1"), "has no field “sum”"),
        (("edit", "voucher:X"), "needs what to change"),
        (("edit", "voucher:X", "--set", "metadata=[1]"), "takes a JSON object"),
    ],
)
def test_what_cannot_be_meant_is_told(cli: CommandLine, arguments: tuple[str, ...], why: str) -> None:
    done = cli("action", *arguments, "--dry-run")
    assert (done.code, done.out) == (2, "")
    assert why.lower() in done.err.lower()
    assert json.dumps(done.err).count("\\n") == 1


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """An editor that is a line of shell; `$1` is the document. It notes name and mode of that in `seen`."""

    def use(line: str) -> None:
        script = tmp_path / "editor.sh"
        script.write_text(f'stat -c "%n %a" "$1" > "{tmp_path}/seen"\n{line}\n')
        monkeypatch.setenv("VISUAL", f"sh '{script}'")
        monkeypatch.setenv("EDITOR", "false")
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        monkeypatch.setattr("tempfile.tempdir", None)

    return use


def rule_of(world: World) -> dict[str, Any]:
    """A rule with several conditions."""
    rules = world.documents["validation_rules"].documents
    return next(one for one in rules if len(one["rules"]) > 2 and one["rules"].get("logic"))


def test_a_rule_is_edited_as_a_document(
    cli: CommandLine, changeable: World, allowed: list[str], editor: Callable[[str], None], tmp_path: Path
) -> None:
    rule = rule_of(changeable)
    editor(f"""sed -i 's/"name": "{rule["name"]}"/"name": "Ours"/' "$1\"""")
    shown = cli("action", "edit", f"validation_rule:{rule['id']}", "--edit", "--dry-run", "--json")
    assert shown.code == 0, shown.err
    (plan,) = shown.json["plans"]
    assert plan["request"] == {"method": "PUT", "path": f"/v1/validation-rules/{rule['id']}", "body": {"name": "Ours"}}
    assert plan["undo"] == {"action": "edit", "values": {"name": rule["name"]}}
    name, mode = (tmp_path / "seen").read_text().split()
    assert (mode, Path(name).exists()) == ("600", False)
    assert methods(allowed) == {"GET"}


@pytest.mark.parametrize(
    ("line", "why", "is_kept"),
    [
        ("true", "Nothing was changed.", False),
        ('touch "$1"; false', "The editor ended with code 1.", False),
        ('echo "{" > "$1"', "It is no JSON", True),
        ('echo "[1]" > "$1"', "It is no JSON object", True),
        ('echo "{}" > "$1"', "Leave every field in", True),
        ("""sed -i 's/"logic": ".*"/"logic": "1 and 77"/' "$1\"""", "names the condition 77, which is not there", True),
    ],
)
def test_what_cannot_be_sent_from_an_editor_is_kept_or_was_nothing(
    cli: CommandLine, changeable: World, allowed: list[str], editor: Callable[[str], None], tmp_path: Path,
    line: str, why: str, is_kept: bool,
) -> None:  # fmt: skip
    editor(line)
    done = cli("action", "edit", f"validation_rule:{rule_of(changeable)['id']}", "--edit", "--dry-run")
    assert (done.code, done.out) == (2, "")
    assert why in done.err
    assert "Nothing was sent." in done.err
    file = Path((tmp_path / "seen").read_text().split()[0])
    assert file.exists() is is_kept
    assert (f"What you typed is kept in {file}." in done.err) is is_kept
    assert methods(allowed) == {"GET"}


def test_without_an_editor_it_says_so(cli: CommandLine, allowed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    done = cli("action", "edit", "validation_rule:val_1", "--edit", "--dry-run")
    assert (done.code, methods(allowed)) == (2, set())
    assert "set VISUAL or EDITOR" in done.err


def test_a_value_is_read_from_a_file_and_shown_as_a_tree(
    cli: CommandLine, changeable: World, allowed: list[str], tmp_path: Path
) -> None:
    rule, file = rule_of(changeable), tmp_path / "rules.json"
    file.write_text('{"1": {"name": "order.amount", "conditions": {"$more_than": [5000]}}, "logic": "not 1"}')
    done = cli("action", "edit", f"validation_rule:{rule['id']}", "--set", f"rules=@{file}", "--dry-run")
    assert done.code == 0
    assert "  rules after:\n    not: order amount before discounts > " in done.out
    assert done.err.startswith("Used by ")
    missing = cli("action", "edit", "validation_rule:x", "--set", f"rules=@{file}x", "--dry-run")
    assert (missing.code, "cannot be read" in missing.err) == (2, True)
    assert methods(allowed) == {"GET"}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--allow-writes",), "Profile “default” only reads."),
        (("open", "--allow-writes"), "Profile “default” only reads."),
        (("--allow-writes", "open"), "goes behind the command: open --allow-writes."),
        (("demo", "--allow-writes"), "needs a terminal"),
    ],
)
def test_the_app_changes_things_only_where_its_profile_consents(
    cli: CommandLine, arguments: tuple[str, ...], why: str
) -> None:
    done = cli(*arguments)
    assert done.code == 2
    assert why in done.err
