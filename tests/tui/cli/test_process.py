"""The commands as processes of their own: what they import, what they do to pipes, how they tell about themselves."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.tui.cli.harness import CommandLine
from tui.cli.verbs import group

VERBS = ("demo", "open", "sync", "status", "list", "summary", "listen", "doctor", "purge")
WITHOUT_A_SCREEN = [
    ["--help"],
    ["--version"],
    *([verb, "--help"] for verb in VERBS),
    ["sync", "--json"],
    ["sync", "--plan"],
    ["status"],
    ["status", "--json"],
    ["list", "campaigns"],
    ["list", "vouchers", "--format", "csv"],
    ["summary", "Gift Cards"],
    ["calendar"],
    ["calendar", "--format", "text"],
    ["calendar", "--format", "ics"],
    ["doctor"],
]
RUN = ("-c", "from tui.cli import main; main()")
REPORT_IMPORTS = """
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout
from tui.cli import run

said = {}
for words in json.loads(sys.argv[1]):
    with redirect_stdout(io.TextIOWrapper(io.BytesIO())), redirect_stderr(io.StringIO()):
        code = run(words)
    names = [name for name in sys.modules if name.split(".")[0] in {"textual", "plotext"} or name == "tui.shell.app"]
    said[" ".join(words)] = [code, sorted(names)]
print(json.dumps(said))
"""


def process(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)


def test_commands_never_import_the_screen(writing: CommandLine) -> None:
    done = process("-c", REPORT_IMPORTS, json.dumps(WITHOUT_A_SCREEN))
    assert json.loads(done.stdout) == {" ".join(words): [0, []] for words in WITHOUT_A_SCREEN}


@pytest.mark.parametrize(
    ("modules", "unknown"),
    [
        # sqlite-utils brings click, which is not ours to avoid.
        ("store.sync.engine, store.sync.planner, store.sandbox", {"textual", "plotext", "tui", "widgets", "rich"}),
        ("store.queries.campaigns, store.queries.series", {"textual", "plotext", "tui", "widgets", "rich", "httpx2"}),
    ],
)
def test_the_store_knows_no_screen(modules: str, unknown: set[str]) -> None:
    done = process("-c", f"import sys, {modules}; print(*{{name.split('.')[0] for name in sys.modules}})")
    assert done.stderr == ""
    assert set(done.stdout.split()) & unknown == set()


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(cli: CommandLine, verb: str) -> None:
    done = cli(verb, "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"Usage: promoscope {verb}")
    assert verb in cli("--help").out
    command = group.get_command(click.Context(group), verb)
    assert command is not None
    assert command.help
    options = [one for one in command.params if isinstance(one, click.Option)]
    assert [one.name for one in options if not one.help] == []


def test_the_help_names_the_exit_codes(cli: CommandLine) -> None:
    help_text = cli("--help").out
    for meaning in ("0 ok", "2 usage", "3 retry later", "4 partial", "5 credentials refused"):
        assert meaning in " ".join(help_text.split())


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_a_reader_that_leaves_early(reading: CommandLine, form: str) -> None:
    command = [sys.executable, *RUN, "list", "redemptions", "--format", form]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stderr is not None
        assert writer.stdout.read(64)
        writer.stdout.close()
        said = writer.stderr.read()
        assert writer.wait(timeout=60) == 0
    assert said == b""


def test_output_in_a_terminal_without_utf8(reading: CommandLine) -> None:
    reading.patch.setenv("PYTHONIOENCODING", "ascii")
    for arguments in (["list", "campaigns"], ["status"], ["doctor", "--offline"], ["summary", "Gift Cards"]):
        done = process(*RUN, *arguments)
        assert (done.returncode, done.stderr) == (0, "")


def test_the_token_is_nowhere(cli: CommandLine, tmp_path: Path) -> None:
    secret = "s3cr3t-0f-the-shop-42"
    cli.patch.setenv("VOUCHERIFY_APP_TOKEN", secret)
    seen = ""
    for arguments in (["sync"], ["sync", "--json"], ["sync", "--plan"], ["doctor"], ["doctor", "--json"], ["status"],
                      ["list", "campaigns"]):  # fmt: skip
        done = cli(*arguments)
        seen += done.out + done.err
    assert secret not in seen
    crash = "import sys; from unittest.mock import patch; from tui.cli import run\n"
    crash += "with patch('store.api.client.ApiClient.get', side_effect=RuntimeError('a bug')): run(['doctor'])"
    crashed = process("-c", crash)
    assert "RuntimeError: a bug" in crashed.stderr
    assert secret not in crashed.stdout + crashed.stderr
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert secret.encode() not in path.read_bytes(), path


def test_the_accepted_token_is_not_in_the_cache(writing: CommandLine) -> None:
    token = os.environ["VOUCHERIFY_APP_TOKEN"].encode()
    assert writing("sync", "--json").code == 0
    for path in writing.database.parent.iterdir():
        assert token not in path.read_bytes(), path
