"""A batch that is killed and goes on: no record is changed twice, none is left out."""

import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

from store.clock import SystemClock
from store.sandbox import Sandbox
from store.sandbox.serve import serve
from store.sandbox.world import World
from store.wire import Request, Response
from tests.support.sizes import TINY
from tests.tui.cli.harness import NOW, CommandLine
from tests.tui.cli.test_process import RUN

_ROWS = 500


class _Project:
    """A sandbox that kills the process that asks it: once the change was made, or before it is.

    Args:
        world: what it serves.
        kills: by number of the request that changes something, from 1: whether the change is made before.
    """

    def __init__(self, world: World, kills: dict[int, bool]) -> None:
        self._respond = Sandbox(world, clock=SystemClock()).respond
        self._kills = kills
        self._changes = 0
        self.process: subprocess.Popen[str] | None = None

    def respond(self, request: Request) -> Response:
        self._changes += request.method != "GET"
        is_made = self._kills.pop(self._changes, None)
        if is_made is None:
            return self._respond(request)
        answer = self._respond(request) if is_made else Response(500, {}, b"")
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        return answer


def test_a_batch_that_is_killed_twice_changes_each_record_once(cli: CommandLine, tmp_path: Path) -> None:
    world = World(5, now=NOW, sizes=replace(TINY, vouchers=1_500))
    codes = world.tables["vouchers"]
    pairs = zip(codes.column("code"), codes.column("active"), strict=True)
    wanted = [str(code) for code, is_on in pairs if is_on][:_ROWS]
    assert len(wanted) == _ROWS
    listed = tmp_path / "codes.csv"
    listed.write_text("code\n" + "\n".join(wanted) + "\n", "utf-8")
    settings = tmp_path / "writes.toml"
    settings.write_text("[profiles.default]\nwrites = true\n")
    settings.chmod(0o600)
    cli.patch.setenv("PROMOSCOPE_CONFIG", str(settings))
    project = _Project(world, {200: True, 350: False})
    flags = ("--kind", "voucher", "--yes", "--allow-writes", "--batch", "b1")
    # The client looks for a proxy with each call; a short environment is read faster.
    known = ("PATH", "LD_", "PYTHON", "PROMOSCOPE", "VOUCHERIFY", "COVERAGE")
    ends = []
    with serve(project.respond) as server:
        cli.point_at(server.url)
        for more in (("--file", str(listed)), ()):
            environment = {name: value for name, value in os.environ.items() if name.startswith(known)}
            command = [sys.executable, *RUN, "action", "disable", *flags, *more]
            pipe = subprocess.PIPE
            with subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, encoding="utf-8") as process:
                project.process = process
                out, _ = process.communicate(timeout=60)
            ends.append((process.returncode, out))
        third = cli("action", "disable", *flags)
    assert [code for code, _ in ends] == [-signal.SIGKILL] * 2
    assert f"{wanted[199]}: done. It was looked for again, and it was done." in ends[1][1]
    assert third.code == 0
    assert f"{wanted[349]}: not done. It was looked for again, and it was not done so far." in third.out
    assert f"{wanted[349]}: done. It was done." in third.out
    assert "done before, or not known; not tried again." in third.err
    states = dict(zip(codes.column("code"), codes.column("active"), strict=True))
    assert [states[code] for code in wanted] == [False] * _ROWS
    log = world.documents["api_log"].documents
    made = Counter(row["endpoint"] for row in log if row["method"] == "POST" and row["endpoint"].endswith("/disable"))
    assert {f"/v1/vouchers/{code}/disable": made[f"/v1/vouchers/{code}/disable"] for code in wanted} == {
        f"/v1/vouchers/{code}/disable": 1 for code in wanted
    }
