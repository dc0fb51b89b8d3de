"""`promoscope listen` as a process of its own on loopback: what is kept, refused, told, and how it ends."""

import contextlib
import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.cache.lock import writer_lock
from store.clock import SystemClock
from store.domain.signature import sign
from tests.support.deliveries import SECRET, body, enveloped
from tests.tui.cli.harness import CommandLine

RUN = (sys.executable, "-c", "from tui.cli import main; main()", "listen", "--port", "0")
LINE = {
    "format",
    "id",
    "type",
    "created_at",
    "received_at",
    "entity_id",
    "group_id",
    "campaign_ids",
    "signature",
    "new",
}
EVIL = "[@click=app.quit]x[/] \x1b[31m\u202e"


class Listener:
    """A listening process and the port it told; what it writes is read as it comes."""

    def __init__(self, *options: str) -> None:
        self.process = subprocess.Popen(
            [*RUN, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self.lines: list[Any] = []
        self.said = ""
        self._introduced = threading.Event()
        self._readers = [threading.Thread(target=self._hear), threading.Thread(target=self._read)]
        for reader in self._readers:
            reader.start()
        assert self._introduced.wait(60)
        assert " at http://127.0.0.1:" in self.said, self.said
        self.port = int(self.said.split(" at http://127.0.0.1:")[1].split()[0])

    def _hear(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said += line
            if " at http://127.0.0.1:" in line:
                self._introduced.set()
        self._introduced.set()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines += [json.loads(line) for line in self.process.stdout]

    def post(self, sent: bytes, *, secret: str | None = SECRET) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {} if secret is None else {"X-Voucherify-Signature": sign(sent, secret)}
        connection.request("POST", "/hooks", sent, headers)
        response = connection.getresponse()
        response.read()
        connection.close()
        return response.status

    def end(self, number: int = signal.SIGTERM) -> tuple[int, list[Any], str]:
        """End it; its exit code, the lines of JSON it wrote and what it said."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> tuple[int, list[Any], str]:
        """Wait for its end."""
        code = self.process.wait(timeout=60)
        for reader in self._readers:
            reader.join(60)
        return code, self.lines, self.said


@contextlib.contextmanager
def listening(*options: str) -> Iterator[Listener]:
    listener = Listener(*options)
    try:
        yield listener
    finally:
        listener.process.kill()
        listener.wait()


@pytest.fixture
def cli(cli: CommandLine) -> CommandLine:
    cli.patch.setenv("VOUCHERIFY_WEBHOOK_SECRET", SECRET)
    return cli


def kept(database: Path) -> list[tuple[str, str]]:
    connection = sqlite3.connect(database)
    found = connection.execute("select id, signature from webhook_deliveries order by id").fetchall()
    connection.close()
    return found


def test_genuine_deliveries_are_kept_once_and_told_as_json(cli: CommandLine) -> None:
    first = body(enveloped(entity=EVIL))
    with listening("--json") as listener:
        assert listener.post(first) == 200
        assert listener.post(first) == 200
        assert listener.post(body(enveloped(number=2)), secret="another") == 401
        assert listener.post(body(enveloped(number=3)), secret=None) == 401
        assert listener.post(b"") == 400
        code, lines, said = listener.end()
    assert code == 0
    assert [(line["id"], line["new"]) for line in lines] == [("ev_1", True), ("ev_1", False)]
    assert set(lines[0]) == LINE
    assert (lines[0]["campaign_ids"], lines[0]["signature"]) == (["camp_1"], "verified")
    assert lines[0]["entity_id"] == EVIL
    assert "a wrong signature" in said
    assert "no signature" in said
    assert SECRET not in said
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert kept(cli.database) == [("ev_1", "verified")]
    listed = cli("list", "webhook-deliveries", "--campaign", "camp_1", "--json")
    assert listed.code == 2, "the campaign itself is not cached yet"
    assert [row["id"] for row in cli("list", "webhook-deliveries", "--json").json] == ["ev_1"]
    assert [row["event"]["id"] for row in cli("list", "webhook_deliveries", "--raw").json] == ["ev_1"]
    assert not any(mark in cli("list", "webhook_deliveries").out for mark in ("\x1b", "\u202e"))
    status = cli("status", "--json").json["resources"]["webhook_deliveries"]
    assert (status["rows"], status["state"]) == (1, "received")
    assert "webhooks since" in cli("status").out
    for path in cli.database.parent.iterdir():
        assert SECRET.encode() not in path.read_bytes(), path
    assert cli("purge", "--yes").code == 0
    assert list(cli.database.parent.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_and_frees_the_port(cli: CommandLine, number: int) -> None:
    with listening() as listener:
        assert listener.post(body(enveloped())) == 200
        code, lines, said = listener.end(number)
        assert (code, lines) == (0, [])
        assert "Traceback" not in said
        assert "campaign.updated" in said
        with socket.create_server(("127.0.0.1", listener.port)):
            pass


@pytest.mark.parametrize(("options", "count"), [(("--once",), 1), (("--count", "2"), 2)])
def test_it_ends_after_so_many_new_ones(cli: CommandLine, options: tuple[str, ...], count: int) -> None:
    with listening("--json", *options) as listener:
        if count > 1:
            assert [listener.post(body(enveloped())) for _ in range(2)] == [200, 200]
        assert listener.post(body(enveloped(number=2))) == 200
        code, lines, _ = listener.wait()
    assert code == 0
    assert sum(line["new"] for line in lines) == count


def test_a_delivery_waits_for_a_sync_in_another_process(cli: CommandLine) -> None:
    with listening("--json") as listener:
        with writer_lock(cli.database, SystemClock()):
            connection = http.client.HTTPConnection("127.0.0.1", listener.port, timeout=60)
            sent = body(enveloped())
            connection.request("POST", "/", sent, {"X-Voucherify-Signature": sign(sent, SECRET)})
        assert connection.getresponse().status == 200
        connection.close()
        code, lines, _ = listener.end()
    assert (code, len(lines)) == (0, 1)
    assert kept(cli.database) == [("ev_1", "verified")]


def test_a_sync_that_takes_longer_sends_it_away_to_come_again(cli: CommandLine) -> None:
    with listening("--json") as listener:
        with writer_lock(cli.database, SystemClock()):
            assert listener.post(body(enveloped())) == 503
        assert listener.post(body(enveloped())) == 200
        code, lines, said = listener.end()
    assert code == 0
    assert [line["new"] for line in lines] == [True]
    assert "will send it again" in said


def test_it_starts_while_a_sync_runs(cli: CommandLine) -> None:
    with contextlib.ExitStack() as stack:
        with writer_lock(cli.database, SystemClock()):
            listener = stack.enter_context(listening())
        assert "being synced by process" in listener.said
        assert listener.post(body(enveloped())) == 200
        assert listener.end()[0] == 0


def test_a_reader_that_leaves_ends_it(cli: CommandLine) -> None:
    left, ours = os.pipe()
    command = [*RUN, "--json"]
    with subprocess.Popen(command, stdout=ours, stderr=subprocess.PIPE, text=True, encoding="utf-8") as process:
        os.close(ours)
        os.close(left)
        assert process.stderr is not None
        said = process.stderr.readline()
        port = int(said.split(" at http://127.0.0.1:")[1].split()[0])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        sent = body(enveloped())
        connection.request("POST", "/", sent, {"X-Voucherify-Signature": sign(sent, SECRET)})
        assert connection.getresponse().status == 200
        connection.close()
        assert "Traceback" not in process.stderr.read()
        assert process.wait(timeout=60) == 0
    assert kept(cli.database) == [("ev_1", "verified")]


def test_without_a_secret_it_says_what_that_means(cli: CommandLine) -> None:
    cli.patch.delenv("VOUCHERIFY_WEBHOOK_SECRET")
    with listening() as listener:
        assert listener.post(body(enveloped()), secret=None) == 200
        assert listener.post(b"not json", secret=None) == 400
        code, _, said = listener.end()
    assert code == 0
    assert "its body is not JSON" in said
    assert "signatures are not checked" in said
    assert kept(cli.database) == [("ev_1", "not checked")]
    refused = cli("listen", "--host", "0.0.0.0", "--port", "0")
    assert (refused.code, refused.out) == (2, "")
    assert "VOUCHERIFY_WEBHOOK_SECRET" in refused.err


def test_forty_at_once_are_kept_while_somebody_reads(cli: CommandLine) -> None:
    sent = [body(enveloped(number=number)) for number in range(40)]
    answers: list[int] = []
    with listening() as listener:
        assert listener.post(body(enveloped(number=99))) == 200
        reader = sqlite3.connect(f"file:{cli.database}?mode=ro", uri=True, isolation_level=None)
        reader.execute("begin")
        reader.execute("select count(*) from webhook_deliveries").fetchone()
        senders = [threading.Thread(target=lambda one=one: answers.append(listener.post(one))) for one in sent]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        reader.close()
        assert listener.end()[0] == 0
    assert answers == [200] * 40
    assert len(kept(cli.database)) == 41


def test_a_page_on_the_web_cannot_write_where_no_secret_is_known(cli: CommandLine) -> None:
    cli.patch.delenv("VOUCHERIFY_WEBHOOK_SECRET")
    with listening() as listener:
        connection = http.client.HTTPConnection("127.0.0.1", listener.port, timeout=60)
        connection.request("POST", "/", body(enveloped()), {"Origin": "https://evil.test"})
        assert connection.getresponse().status == 403
        connection.close()
        assert listener.end()[0] == 0
    assert kept(cli.database) == []


def test_the_secret_of_a_profile(cli: CommandLine, tmp_path: Path) -> None:
    cli.patch.delenv("VOUCHERIFY_WEBHOOK_SECRET")
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n", encoding="utf-8")
    (tmp_path / "config.toml").write_text(f"[profiles.default]\nwebhook_secret_file = '{secret}'\n", encoding="utf-8")
    secret.chmod(0o644)
    refused = cli("listen", "--port", "0")
    assert (refused.code, refused.out) == (2, "")
    assert "chmod 600" in refused.err
    secret.chmod(0o600)
    with listening() as listener:
        assert listener.post(body(enveloped()), secret="wrong") == 401
        assert listener.post(body(enveloped())) == 200
        assert listener.end()[0] == 0


def test_a_port_that_is_taken(cli: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = cli("listen", "--port", port)
    assert (done.code, done.out) == (2, "")
    assert port in done.err
    assert "--port" in done.err


def test_a_cache_of_another_project_receives_nothing(writing: CommandLine) -> None:
    writing.patch.setenv("VOUCHERIFY_APP_ID", "another")
    done = writing("listen", "--port", "0")
    assert (done.code, done.out) == (2, "")
    assert "mirrors app demo" in done.err


def test_it_asks_whose_deliveries_they_are(cli: CommandLine) -> None:
    cli.patch.delenv("VOUCHERIFY_APP_ID")
    done = cli("listen", "--port", "0")
    assert (done.code, done.out) == (5, "")
    assert "VOUCHERIFY_APP_ID" in done.err
    assert not cli.database.exists()
