"""What a sync tells while it runs: a display that fits the terminal and leaves it clean, a line per wait in a log."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from store.sandbox import Limits
from store.sandbox.serve import serve
from store.sandbox.world import World
from store.wire import Request, Response
from tests.support.faults import Fault, FaultRule, Faults
from tests.support.terminal import Terminal
from tests.tui.cli.harness import CommandLine, make_sandbox, serving

COMMAND = (sys.executable, "-c", "from tui.cli import main; main()", "sync", "--all", "--via", "pages")


@contextmanager
def held_up(world: World, cli: CommandLine, path: str) -> Iterator[tuple[str, threading.Event]]:
    """The world on loopback, which does not answer to one path until the test is over; set when that is asked for."""
    sandbox = make_sandbox(world, cli.clock, Limits(2_000))
    reached, over = threading.Event(), threading.Event()

    def answer(request: Request) -> Response:
        if request.path == path:
            reached.set()
            over.wait(60)
        return sandbox.respond(request)

    with serve(answer) as server:
        try:
            yield server.url, reached
        finally:
            over.set()


def is_whole(screen: str) -> bool:
    """Whether all lines of a frame are there, which may come in pieces, and a list among them."""
    whole, *lists = [line for line in screen.splitlines() if line.strip()] or [""]
    return " calls" in whole and bool(lists) and all("━" in line and " row" in line for line in lists)


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (60, 8), (160, 45)])
def test_the_display_fits_and_goes(cli: CommandLine, world: World, columns: int, lines: int) -> None:
    with held_up(world, cli, "/v1/vouchers") as (url, _):
        cli.point_at(url)
        environment = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
        with Terminal(COMMAND, environment, columns, lines) as terminal:
            shown = terminal.wait_for(is_whole, 20)
            whole, *lists = [line for line in shown.splitlines() if line.strip()]
            assert whole.startswith("in all ")
            assert " calls" in whole
            assert "API " in whole
            assert len(lists) <= min(8, lines - 3)
            assert max(len(line) for line in shown.splitlines()) <= columns - 3
            assert all("━" in line for line in (whole, *lists))
            terminal.send("\x03")
            left = terminal.wait_for("Stopped.")
            assert terminal.ended() == 130
    assert [line for line in left.splitlines() if line.strip() not in {"", "^C"}] == [
        "Stopped. What was read so far is kept."
    ]


@pytest.mark.parametrize("heard", [True, False], ids=["heard", "nobody reads"])
def test_a_run_stopped_by_hand_reports_what_it_did(cli: CommandLine, world: World, heard: bool) -> None:
    with held_up(world, cli, "/v1/vouchers") as (url, reached):
        cli.point_at(url)
        with subprocess.Popen([*COMMAND, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
            assert running.stdout is not None
            assert running.stderr is not None
            assert reached.wait(60)
            if not heard:
                running.stdout.close()
            running.send_signal(signal.SIGINT)
            out = running.stdout.read() if heard else b""
            said = running.stderr.read().decode()
            assert running.wait(timeout=60) == 130
    assert said.split("\n") == ["", "Stopped. What was read so far is kept.", ""]
    if heard:
        report = json.loads(out)
        assert (out.count(b"\n"), report["state"]) == (1, "partial")
        assert "stopped before its end" in report["reason"]
        resources = report["resources"]
        assert resources["campaigns"]["seen"] == len(world.tables["campaigns"].column("id"))
        assert (resources["campaigns"]["state"], resources["vouchers"]["state"]) == ("complete", "partial")
        assert report["calls"] == sum(resource["calls"] for resource in resources.values())


@pytest.mark.parametrize("form", [[], ["--json"], ["--plan"], ["--plan", "--json"]], ids=" ".join)
def test_a_log_has_a_line_for_each_wait(cli: CommandLine, world: World, form: list[str]) -> None:
    with serving(world, cli.clock, limits=Limits(20)) as (url, asked):
        cli.point_at(url)
        done = cli("sync", "--all", *form)
    assert done.code == 0
    waits = [line for line in done.err.splitlines() if line.startswith("Waiting ")]
    # A third of the twenty calls a minute is the shop's.
    assert max(1, len(asked) // 20) <= len(waits) <= len(cli.clock.slept)
    assert all("calls resume in" in line for line in waits)
    assert "Waiting" not in done.out


def test_repeats_are_told_when_they_take_a_while(cli: CommandLine, world: World) -> None:
    faults = Faults(FaultRule(Fault.SERVER_ERROR, path="/v1/campaigns"))
    with serving(world, cli.clock, faults=faults) as (url, _):
        cli.point_at(url)
        done = cli("sync", "--json")
    waits = [line for line in done.err.splitlines() if line.startswith("Waiting ")]
    assert len(waits) == len([seconds for seconds in cli.clock.slept if seconds >= 1])
    assert all("tries again" in line and not line.endswith("..") for line in waits)


def test_a_run_that_need_not_wait_says_nothing(cli: CommandLine) -> None:
    done = cli("sync", "--json")
    assert (done.code, done.err) == (0, "")
