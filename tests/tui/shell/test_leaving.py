"""One way out, whatever asks for it: signals at any moment, a closed terminal, a crash, a stop and its continuation."""

import asyncio
import os
import random
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.widgets import Static

from store.clock import ManualClock
from store.sandbox.world import World
from store.wire import Request, Response
from tests.support.app_host import DemoHost
from tests.support.syncing import Project
from tests.support.terminal import Terminal
from tests.tui.cli.harness import NOW, SIZES, make_sandbox

COMMAND = Path(sys.executable).with_name("promoscope")
SMALL = ("--campaigns", "40", "--customers", "60", "--vouchers", "500", "--redemptions", "700", "--publications", "100")
CALLS = 5
HUP, INT, TERM = signal.SIGHUP, signal.SIGINT, signal.SIGTERM
_CHANCE = random.Random(2026)
MOMENTS = [
    (number, round(_CHANCE.uniform(*span), 3))
    for span in ((0.0, 0.5), (0.5, 1.5), (1.5, 3.0))
    for number in (HUP, INT, TERM)
]
TELLS_ITS_START = """
import os, signal
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.write(1, b"started")
from promoscope.__main__ import main
main()
"""
PATCHED = """
import sys
from unittest.mock import patch
from tui.cli import main
with patch("tui.shell.app.PromoscopeApp.action_help", side_effect=RuntimeError("a bug")):
    main(sys.argv[1:])
"""
SLOW_HOME = """
import os, sys, time
from unittest.mock import patch
from store.queries.reader import Reader
from tui.cli import main
ask = Reader.ask
def slow(reader, question, *given, **named):
    while question.__name__ == "home" and not os.path.exists(sys.argv[1]):
        time.sleep(0.05)
    return ask(reader, question, *given, **named)
with patch.object(Reader, "ask", slow):
    main([])
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The machine's own, without what would change the app's looks or lead to anybody's settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PROMOSCOPE_", "TEXTUAL", "VOUCHERIFY", "LINES", "COLUMNS"))
        and not name.lower().endswith("_proxy")
    }
    return {**kept, "PROMOSCOPE_CONFIG": str(tmp_path / "config.toml"), "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}


@pytest.fixture
def demo(environment: dict[str, str]) -> Iterator[Terminal]:
    with Terminal([COMMAND, "demo", *SMALL], environment) as terminal:
        yield terminal


@pytest.fixture
def shop(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The same with a cache that was synced before: an app on it has nothing to make or to read."""
    project = Project(tmp_path / "shop.db", hostile=False)
    project.copy_synced()
    return {**environment, "PROMOSCOPE_DB": str(project.path)}


def assert_gone(terminal: Terminal, tmp_path: Path, *codes: int) -> None:
    """The program has ended with one of these codes, the terminal is as it was, and no file of the demo is left."""
    assert terminal.ended() in codes, terminal.text
    assert terminal.is_restored()
    assert not list(tmp_path.glob("promoscope-demo-*"))


@pytest.mark.parametrize(("number", "after"), MOMENTS)
def test_a_signal_at_any_moment(
    environment: dict[str, str], tmp_path: Path, number: signal.Signals, after: float
) -> None:
    with Terminal([sys.executable, "-c", TELLS_ITS_START, "demo", *SMALL], environment) as terminal:
        # What comes while the interpreter starts is not ours to hear.
        terminal.wait_for_bytes(b"started")
        until = time.monotonic() + after
        while (left := until - time.monotonic()) > 0:
            terminal.read(left)
        drawn = terminal.received > len("started")
        terminal.process.send_signal(number)
        # While it is loaded it ends as the system sees fit.
        assert_gone(terminal, tmp_path, 128 + number, *({-number} if not drawn else ()))


@pytest.mark.parametrize(
    ("first", "pause"), [(None, 0.0), *((number, pause) for number, pause in ((HUP, 0.0), (TERM, 0.05), (HUP, 0.2)))]
)
def test_a_terminal_that_goes_away_while_the_app_leaves(
    demo: Terminal, tmp_path: Path, first: signal.Signals | None, pause: float
) -> None:
    demo.wait_for("40 match")
    if first is not None:
        demo.process.send_signal(first)
        time.sleep(pause)
    demo.hang_up()
    assert demo.process.wait(timeout=60) in {128 + HUP, 128 + (first or HUP)}
    assert not list(tmp_path.glob("promoscope-demo-*"))


def test_a_terminal_that_is_gone_without_a_signal(environment: dict[str, str], tmp_path: Path) -> None:
    with Terminal(["/bin/sh", "-c", 'trap "" HUP; exec "$@"', "sh", COMMAND, "demo", *SMALL], environment) as terminal:
        terminal.wait_for("40 match")
        terminal.hang_up()
        assert terminal.process.wait(timeout=60) == 129
    assert not list(tmp_path.glob("promoscope-demo-*"))


def test_a_crash_answers_1_and_restores_the_terminal(environment: dict[str, str], tmp_path: Path) -> None:
    with Terminal([sys.executable, "-c", PATCHED, "demo", *SMALL], environment) as terminal:
        terminal.wait_for("40 match")
        terminal.send("?")
        assert_gone(terminal, tmp_path, 1)
        assert "RuntimeError: a bug" in terminal.text


@pytest.fixture
def slow_api(environment: dict[str, str], tmp_path: Path) -> Iterator[list[float]]:
    """A project on loopback that lets no sync come to its end: from the fifth call on it keeps its answers."""
    from store.sandbox.serve import serve

    asked: list[float] = []
    is_over = threading.Event()
    sandbox = make_sandbox(World(7, now=NOW, sizes=SIZES), ManualClock(NOW))

    def answer(request: Request) -> Response:
        asked.append(time.monotonic())
        if len(asked) >= CALLS:
            is_over.wait()
        return sandbox.respond(request)

    with serve(answer) as server:
        environment |= {
            "VOUCHERIFY_API_BASE_URL": server.url,
            "VOUCHERIFY_APP_ID": "demo",
            "VOUCHERIFY_APP_TOKEN": "demo-token",
            "PROMOSCOPE_DB": str(tmp_path / "project.db"),
        }
        yield asked
        is_over.set()


def last_run(tmp_path: Path) -> tuple[str, bool, bool]:
    """State of the last sync, and whether its end and report were written."""
    with sqlite3.connect(tmp_path / "project.db") as connection:
        row = connection.execute("select state, finished_at, report from sync_runs order by rowid desc").fetchone()
    connection.close()
    return row[0], row[1] is not None, row[2] is not None


def wait_for_calls(asked: list[float], terminal: Terminal) -> None:
    """Read the screen until the sync is under way, and waits."""
    deadline = time.monotonic() + 60
    while len(asked) < CALLS:
        terminal.read(0.05)
        assert time.monotonic() < deadline, terminal.text


@pytest.mark.parametrize("way", ["hup", "int", "term", "ctrl+q", "closed", "crash"])
def test_a_sync_ends_with_the_app(environment: dict[str, str], tmp_path: Path, slow_api: list[float], way: str) -> None:
    with Terminal([sys.executable, "-c", PATCHED], environment) as terminal:
        terminal.wait_for("Press R")
        terminal.send("R")
        wait_for_calls(slow_api, terminal)
        if way == "closed":
            terminal.hang_up()
            assert terminal.process.wait(timeout=60) == 129
        elif way in ("ctrl+q", "crash"):
            terminal.send("\x11" if way == "ctrl+q" else "?")
            assert terminal.ended() == (0 if way == "ctrl+q" else 1)
            assert terminal.is_restored()
        else:
            number = {"hup": HUP, "int": INT, "term": TERM}[way]
            terminal.process.send_signal(number)
            assert terminal.ended() == 128 + number
            assert terminal.is_restored()
    assert last_run(tmp_path) == ("partial", True, True)
    with pytest.raises(ProcessLookupError):
        os.killpg(terminal.process.pid, 0)


@pytest.mark.parametrize("number", [HUP, INT, TERM])
@pytest.mark.parametrize("form", ["--json", "--all"])
def test_a_sync_command_that_is_stopped_reports(
    environment: dict[str, str], tmp_path: Path, slow_api: list[float], number: signal.Signals, form: str
) -> None:
    with Terminal([COMMAND, "sync", form], environment, columns=200, lines=50) as terminal:
        wait_for_calls(slow_api, terminal)
        terminal.process.send_signal(number)
        assert terminal.ended() == 128 + number
        terminal.settle(0.2)
        assert "Stopped. What was read so far is kept." in terminal.text
        assert ('"state": "partial"' in terminal.text.replace('":"', '": "')) == (form == "--json")
        assert terminal.is_restored()
    assert last_run(tmp_path) == ("partial", True, True)


@pytest.mark.parametrize("second", [INT, HUP])
def test_signals_that_come_together_ask_once(
    environment: dict[str, str], tmp_path: Path, slow_api: list[float], second: signal.Signals
) -> None:
    with Terminal([COMMAND, "sync"], environment) as terminal:
        wait_for_calls(slow_api, terminal)
        for number in (INT, second, second):
            terminal.process.send_signal(number)
        # Which of those that are pending comes first is the system's choice.
        assert terminal.ended() in {128 + INT, 128 + second}
        assert terminal.is_restored()
    assert last_run(tmp_path) == ("partial", True, True)


@pytest.mark.parametrize("verb", ["sync", "doctor"])
def test_a_signal_ends_a_waiting_token_command(
    environment: dict[str, str], tmp_path: Path, slow_api: list[float], verb: str
) -> None:
    del environment["VOUCHERIFY_APP_TOKEN"]
    began = tmp_path / "began"
    (tmp_path / "config.toml").write_text(
        f"[profiles.default]\napp_token_command = \"sh -c 'touch {began}; trap : INT; sleep 50'\"\n"
    )
    with Terminal([COMMAND, verb], environment) as terminal:
        while not began.exists():
            terminal.read(0.05)
        terminal.process.send_signal(INT)
        assert terminal.ended(40) == 130
    assert not slow_api


def test_a_stop_gives_the_terminal_back_and_the_whole_screen_comes_back(shop: dict[str, str]) -> None:
    job: list[str | Path] = [sys.executable, "-m", "tests.job_shell", COMMAND]
    with Terminal(job, shop) as terminal:
        terminal.wait_for("12 match")
        terminal.settle()
        before = terminal.text.splitlines()[1:]
        for _ in range(2):
            terminal.send("\x1a")
            terminal.wait_for("[stopped]")
            assert terminal.is_restored()
            terminal.clear()
            terminal.send("fg\n")
            terminal.wait_for(lambda screen: screen.splitlines()[1:] == before)
        terminal.send("\x11")
        assert terminal.ended() == 0
        assert terminal.is_restored()


def test_a_stopped_app_is_ended_where_it_is(environment: dict[str, str], tmp_path: Path) -> None:
    with Terminal([sys.executable, "-m", "tests.job_shell", COMMAND, "demo", *SMALL], environment) as terminal:
        terminal.wait_for("40 match")
        terminal.send("\x1a")
        terminal.wait_for("[stopped]")
        terminal.send("bg\n")
        terminal.wait_for(lambda screen: screen.count("[stopped]") == 2)
        terminal.send("kill\n")
        assert_gone(terminal, tmp_path, 143)


def test_an_app_that_was_started_in_the_background_comes_to_the_front(shop: dict[str, str]) -> None:
    with Terminal([sys.executable, "-m", "tests.job_shell", "--background", COMMAND], shop) as terminal:
        terminal.wait_for("[stopped]")
        terminal.send("fg\n")
        terminal.wait_for("12 match")
        terminal.send("/autumn")
        terminal.wait_for("1 of 12 match")
        terminal.send("\x11")
        assert terminal.ended() == 0, terminal.text
        assert terminal.is_restored()


def test_what_another_program_wrote_is_drawn_over(shop: dict[str, str]) -> None:
    with Terminal([COMMAND], shop) as terminal:
        terminal.wait_for("12 match")
        terminal.settle(1.5)
        before = terminal.text.splitlines()[1:]
        with Path(f"/proc/{terminal.process.pid}/fd/1").open("w") as other:
            other.write("\r\n\nBroadcast message: shutdown now\r\n\n\x1b[41mred")
        terminal.wait_for("shutdown now")
        terminal.send("\x0c")
        terminal.wait_for(lambda screen: screen.splitlines()[1:] == before)
        terminal.send("\x11")
        assert terminal.ended() == 0, terminal.text


def test_a_stop_from_outside_is_survived(shop: dict[str, str]) -> None:
    with Terminal([COMMAND], shop) as terminal:
        terminal.wait_for("12 match")
        for _ in range(3):
            terminal.process.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, terminal.process.pid, os.WSTOPPED)
            terminal.process.send_signal(signal.SIGCONT)
        terminal.settle()
        terminal.send("/autumn")
        terminal.wait_for("1 of 12 match")
        terminal.send("\x11")
        assert terminal.ended() == 0
        assert terminal.is_restored()


_JOB = [sys.executable, "-m", "tests.job_shell"]
_SCRIPT = ["/bin/sh", "-c", '"$@"; exit $?', "sh"]


@pytest.mark.parametrize("wrapper", [[], _SCRIPT, [*_JOB, *_SCRIPT]], ids=["alone", "script", "script in a job"])
def test_ctrl_z_does_nothing_where_no_shell_waits(shop: dict[str, str], wrapper: list[str]) -> None:
    with Terminal([*wrapper, COMMAND], shop, lines=60) as terminal:
        terminal.wait_for("12 match")
        terminal.send("\x1a/autumn")
        terminal.wait_for("1 of 12 match")
        terminal.send("\r?")
        terminal.wait_for("Quit at once")
        assert "ctrl+z" not in terminal.text
        terminal.send("\x11")
        assert terminal.ended() == 0


def test_home_is_drawn_though_its_figures_take_long(shop: dict[str, str], tmp_path: Path) -> None:
    """Its first frame waits a moment for them; keys go to it from then on."""
    with Terminal([sys.executable, "-c", SLOW_HOME, tmp_path / "goes on"], shop) as terminal:
        terminal.wait_for("12 match")
        terminal.send("0")
        terminal.wait_for(lambda screen: "Home" in screen.splitlines()[0])
        (tmp_path / "goes on").touch()
        terminal.wait_for("REDEEMED")
        terminal.send("\x11")
        assert terminal.ended() == 0, terminal.text


async def test_what_would_be_mounted_while_the_app_is_left_is_no_crash(demo_host: DemoHost) -> None:
    """A late answer, or the first screen itself where a signal comes before it stands."""
    async with demo_host.run() as (app, _):
        late = list[str]()

        def mount() -> None:
            late.append("tried")
            app.screen.mount(Static("late"))

        app.call_later(mount)
        app.leave(130)
        while not late:  # noqa: ASYNC110 - a pilot waits for the screen, which is on its way out
            await asyncio.sleep(0.01)
    assert (app.return_code, app._exception) == (130, None)
