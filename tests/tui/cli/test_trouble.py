"""Whatever happens ends in a sentence and a documented exit code, never in a traceback: in processes of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from store.api.errors import Forbidden
from tests.tui.cli.harness import CommandLine
from tui.cli.exits import CREDENTIALS
from tui.cli.trouble import explain

RUN = (sys.executable, "-c", "from tui.cli import main; main()")
CRASH = """
import sys
from unittest.mock import patch
from tui.cli import main
with patch("store.queries.rows.RowList.iterate", side_effect={error}):
    main(["list", "campaigns"])
"""


def shell(redirected: str, *arguments: str | bytes) -> subprocess.CompletedProcess[str]:
    """A command whose streams the shell redirects."""
    return subprocess.run(
        ["/bin/sh", "-c", f'"$@" {redirected}', "sh", *RUN, *arguments],
        capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=120, check=False,
    )  # fmt: skip


def crash(error: str) -> subprocess.CompletedProcess[str]:
    """A command in which something unexpected fails."""
    command = [sys.executable, "-c", CRASH.format(error=error)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.parametrize(
    "arguments", ["list redemptions", "list categories --json", "status", "doctor --offline", "--help", "sync --help"]
)
def test_a_full_disk(reading: CommandLine, arguments: str) -> None:
    done = shell(">/dev/full", *arguments.split())
    assert done.returncode == 4
    assert "could not be written: No space left on device" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("arguments", [["list", "categories"], ["status"], ["--help"]], ids=" ".join)
def test_a_closed_stdout(reading: CommandLine, arguments: list[str]) -> None:
    done = shell(">&-", *arguments)
    assert (done.returncode, done.stdout) == (4, "")
    assert "stdout is closed" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_no_stream_at_all(cli: CommandLine) -> None:
    done = shell("<&- >&- 2>&-", "sync")
    assert (done.returncode, done.stdout, done.stderr) == (4, "", "")
    assert cli("status", "--json").json["resources"]["campaigns"]["state"] == "complete"


@pytest.mark.parametrize("where", ["2>/dev/full", "2>&-"])
def test_narration_that_nobody_hears_stops_nothing(cli: CommandLine, where: str) -> None:
    done = shell(where, "sync")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("RESOURCE")


@pytest.mark.parametrize("arguments", ["--help", "sync --help", "status", "list redemptions --format csv"])
def test_a_reader_that_reads_nothing(reading: CommandLine, arguments: str) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as gone:
        done = subprocess.run([*RUN, *arguments.split()], stdout=gone, stderr=subprocess.PIPE, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    "arguments", [["list", "vouchers", "--campaign", b"\xff"], ["summary", b"\xff"], ["sync", "--campaign", b"a\xff"]]
)
def test_arguments_that_are_no_text(reading: CommandLine, arguments: list[str | bytes]) -> None:
    done = shell("", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "not UTF-8" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_settings_that_are_no_text(cli: CommandLine) -> None:
    cli.patch.setenv("PROMOSCOPE_DB", os.fsdecode(b"/nowhere/\xff.db"))
    done = shell("", "status")
    assert (done.returncode, done.stderr) == (2, "PROMOSCOPE_DB is not UTF-8 text.\n")


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999", "http://127.0.0.1:abc", "http://exa mple", "http://[::1"])
@pytest.mark.parametrize("command", ["sync", "doctor", "status"])
def test_an_address_that_is_none(cli: CommandLine, url: str, command: str) -> None:
    cli.point_at(url)
    done = cli(command)
    assert (done.code, done.out) == (2, "")
    assert url in done.err
    assert "http:// or https:// with a host" in done.err


@pytest.mark.parametrize("name", ["VOUCHERIFY_APP_ID", "VOUCHERIFY_APP_TOKEN"])
@pytest.mark.parametrize("command", ["sync", "doctor"])
def test_keys_that_no_header_can_carry(cli: CommandLine, name: str, command: str) -> None:
    cli.patch.setenv(name, "ключ 42")
    done = cli(command)
    assert done.code == 5
    assert "API keys" in done.out + done.err
    assert "ключ 42" not in done.out + done.err


def test_a_damaged_cache(writing: CommandLine) -> None:
    size = writing.database.stat().st_size
    with writing.database.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))
    writing.database.with_name(writing.database.name + "-wal").unlink(missing_ok=True)
    for arguments in (["list", "campaigns"], ["status"], ["summary", "Gift Cards"]):
        done = shell("", *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Traceback" not in done.stderr
        assert (
            "(database disk image is malformed). The file was not changed. `promoscope doctor` checks it" in done.stderr
        )


def test_what_nobody_foresaw_is_a_sentence(reading: CommandLine) -> None:
    done = crash("RuntimeError('a\\nbug \\x1b[31m')")
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    for part in ("RuntimeError: a bug", "is kept", "PROMOSCOPE_DEBUG=1"):
        assert part in done.stderr
    assert "\x1b" not in done.stderr


def test_the_traceback_is_to_be_had_without_secrets(reading: CommandLine) -> None:
    secret = "s3cr3t-0f-the-shop-42"
    reading.patch.setenv("VOUCHERIFY_APP_TOKEN", secret)
    reading.patch.setenv("PROMOSCOPE_DEBUG", "1")
    done = crash(f"RuntimeError('a bug with {secret}')")
    assert done.returncode == 1
    assert "Traceback (most recent call last):" in done.stderr
    assert "list_command.py" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("promoscope met an unexpected error (RuntimeError: a bug")
    assert secret not in done.stderr


def test_an_outage_is_no_bug() -> None:
    said, code = explain(Forbidden("no right", status=403, request_id="v-1"))
    assert ("(403): no right." in said, "unexpected" in said, code) == (True, False, CREDENTIALS)
