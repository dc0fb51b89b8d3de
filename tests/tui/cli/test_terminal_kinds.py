"""What the app makes of the terminal it is started in."""

import os
import pty
import subprocess
import sys

import pytest

from tui.cli.doctor_terminal import takes_mouse
from tui.shell import steady_driver as its_driver
from tui.shell.driver import steady_driver

SIGNS = "from tui.cli.doctor_terminal import usual_signs; print(usual_signs())"


@pytest.mark.parametrize(
    ("stated", "signs"),
    [
        ({"TERM": "xterm-256color", "LANG": "en_US.UTF-8"}, "unicode"),
        ({"TERM": "screen"}, "unicode"),
        ({"TERM": "linux", "LANG": "C.UTF-8"}, "ascii"),
        ({"TERM": "xterm", "LANG": "C"}, "ascii"),
        ({"TERM": "xterm", "LC_ALL": "POSIX", "LANG": "de_DE.UTF-8"}, "ascii"),
        ({"TERM": "xterm", "LANG": "C", "LC_CTYPE": "C.UTF-8"}, "unicode"),
        ({"TERM": "xterm", "LANG": "C.UTF-8", "PYTHONIOENCODING": "latin-1"}, "ascii"),
    ],
)
def test_signs_are_those_the_terminal_can_show(stated: dict[str, str], signs: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHONIO"))}
    done = subprocess.run(
        [sys.executable, "-c", SIGNS], env={**kept, **stated}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == signs


def test_a_terminal_that_cannot_place_text_is_told_what_can_be_run() -> None:
    master, slave = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "promoscope"],
        env={**os.environ, "TERM": "dumb"},
        stdin=slave,
        stdout=slave,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(slave)
    os.close(master)
    assert done.returncode == 2
    assert "dumb cannot place text. `promoscope list`" in done.stderr


@pytest.mark.parametrize(
    ("named", "driver"),
    [
        ("", "SteadyDriver"),
        ("textual.drivers.web_driver:WebDriver", "SteadyWebDriver"),
        ("textual.drivers.headless_driver:HeadlessDriver", None),
    ],
)
def test_the_environment_may_name_the_driver(monkeypatch: pytest.MonkeyPatch, named: str, driver: str | None) -> None:
    monkeypatch.setenv("TEXTUAL_DRIVER", named)
    found = steady_driver()
    assert (found and found.__name__) == driver


@pytest.mark.parametrize(
    ("stated", "taken"),
    [
        ({}, True),
        ({"TMUX": "socket,1,0"}, True),
        ({"STY": "1.pts-0.host"}, False),
        ({"STY": "1.pts-0.host", "TMUX": "socket,1,0"}, True),
    ],
)
def test_gnu_screen_gives_no_mouse_since_it_would_keep_esc_back(
    stated: dict[str, str], taken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("STY", "TMUX"):
        monkeypatch.delenv(name, raising=False)
    for name, value in stated.items():
        monkeypatch.setenv(name, value)
    assert takes_mouse() is taken


@pytest.mark.parametrize(("data", "waits_short"), [(b"\x1b", True), (b"j\x1b", True), (b"\x1b[A", False), (b"", False)])
def test_after_an_escape_the_driver_waits_no_longer_than_makes_it_a_key(
    data: bytes, waits_short: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(its_driver, "ESCAPE_DELAY", 0.02)
    assert (its_driver.wait_after(data) == 0.02) is waits_short
    monkeypatch.setattr(its_driver, "ESCAPE_DELAY", 3.0)
    assert its_driver.wait_after(data) < 3.0
