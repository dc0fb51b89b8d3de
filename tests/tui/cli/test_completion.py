"""`promoscope completion`: what is offered, in real shells, and that other people's names do nothing there."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.tui.cli.harness import CommandLine
from tui.cli.completion_command import SHELLS
from tui.cli.completions import is_harmless

ROOT = Path(__file__).parents[3]
EVIL = (
    "$(touch PWNED)",
    "`touch PWNED`",
    "a;touch PWNED",
    "*",
    "x\ntouch PWNED",
    "-rf",
    "~",
    "a'b",
    'a"b',
    "!!",
    "a\\b",
)


@pytest.fixture
def shop(writing: CommandLine, tmp_path: Path) -> CommandLine:
    """The full cache with evil names, and the command on the path."""
    with closing(sqlite3.connect(writing.database)) as cache, cache:
        some = [row[0] for row in cache.execute("select id from campaigns order by id")]
        for identity, name in zip(some, (*EVIL, "Łódź Summer 2026"), strict=False):
            cache.execute("update campaigns set name = ?, missing_since = null where id = ?", (name, identity))
    command = tmp_path / "bin" / "promoscope"
    command.parent.mkdir()
    command.write_text(f"#!/bin/sh\nPYTHONPATH='{ROOT}' exec '{sys.executable}' -m promoscope \"$@\"\n")
    command.chmod(0o700)
    writing.patch.setenv("PATH", f"{command.parent}:{os.environ['PATH']}")
    writing.patch.chdir(tmp_path)
    return writing


def offered(shop: CommandLine, *words: str) -> list[str]:
    """What the command answers a shell."""
    asked = {"_PROMOSCOPE_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in asked.items():
            patch.setenv(name, value)
        with pytest.raises(SystemExit):
            shop()
    out, err = shop.capture.readouterr()
    assert err == ""
    return [line.partition(",")[2] for line in out.splitlines() if line]


def test_what_is_offered(shop: CommandLine) -> None:
    assert offered(shop, "promoscope", "su") == ["summary"]
    assert offered(shop, "promoscope", "list", "redem") == ["redemptions"]
    assert offered(shop, "promoscope", "list", "redemptions", "--status", "ROLL") == ["ROLLED_BACK"]
    assert offered(shop, "promoscope", "list", "vouchers", "--columns", "id,bal") == ["id,balance"]
    assert offered(shop, "promoscope", "list", "vouchers", "--where", "bal") == ["balance="]
    assert offered(shop, "promoscope", "summary", "łó") == ["Łódź Summer 2026"]
    everything = offered(shop, "promoscope", "list", "vouchers", "--campaign", "''")
    assert len(everything) > len(EVIL)
    assert not set(everything) & set(EVIL)
    assert all(map(is_harmless, everything))
    assert sum(one.startswith("camp_") for one in everything) >= len(EVIL)


def test_a_cache_that_cannot_be_read_offers_nothing(shop: CommandLine) -> None:
    shop.patch.setenv("PROMOSCOPE_DB", "nowhere.db")
    assert offered(shop, "promoscope", "summary", "C") == []


def test_no_screen_is_loaded_for_it(shop: CommandLine) -> None:
    asked = """
import sys, tui.cli.completions as c, tui.cli.verbs as t
t.group.get_command(None, 'list')
print(len(c.campaigns(None, None, '')) > 5, 'textual' in sys.modules, 'rich.console' in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False", "False"]


BASH = """
source <(promoscope completion bash)
compopt() { :; }
try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _promoscope_completion promoscope; }
try promoscope summary "Łó"; printf '%s\\n' "${COMPREPLY[@]}"
eval "printf '<%s>\\n' ${COMPREPLY[0]}"
try promoscope summary '"Łó'; printf '%s\\n' "${COMPREPLY[@]}"
try promoscope summary ""; for one in "${COMPREPLY[@]}"; do
    eval "set -- $one"; [[ $# == 1 ]] || echo "split: $one"; done
"""


def test_in_bash_a_name_is_one_word_and_runs_nothing(shop: CommandLine, tmp_path: Path) -> None:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["bash", "--norc", "-c", BASH], env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [r"Łódź\ Summer\ 2026", "<Łódź Summer 2026>", "Łódź Summer 2026"]
    assert not (tmp_path / "PWNED").exists()


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_one_its_shell_reads(cli: CommandLine, shell: str, tmp_path: Path) -> None:
    done = cli("completion", shell)
    assert (done.code, done.err) == (0, "")
    assert "promoscope" in done.out
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    script = tmp_path / "script"
    script.write_text(done.out, encoding="utf-8")
    read = subprocess.run([shell, "-n", str(script)], capture_output=True, text=True, check=False)
    assert (read.returncode, read.stderr) == (0, "")


def test_help_names_the_environment(cli: CommandLine) -> None:
    said = cli("--help").out
    for name in ("VOUCHERIFY_APP_ID", "PROMOSCOPE_DB", "PROMOSCOPE_PROFILE", "NO_COLOR", "PROMOSCOPE_DEBUG"):
        assert name in said
