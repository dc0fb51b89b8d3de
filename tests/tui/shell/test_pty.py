"""The installed command in a real terminal of 80x24: what a first visitor does, and how it ends."""

import errno
import io
import os
import re
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.support.terminal import COLUMNS, Terminal
from tui.shell.output import LeanOutput

COMMAND = Path(sys.executable).with_name("promoscope")
SMALL = ("--campaigns", "40", "--customers", "60", "--vouchers", "500", "--redemptions", "700", "--publications", "100")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The machine's own, without what would change the app's looks or lead to anybody's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PROMOSCOPE_", "TEXTUAL"))}
    return {**kept, "PROMOSCOPE_CONFIG": str(tmp_path / "config.toml"), "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}


@pytest.fixture
def demo(environment: dict[str, str]) -> Iterator[Terminal]:
    with Terminal([COMMAND, "demo", *SMALL], environment) as terminal:
        yield terminal


def is_open(title: str, screen: str) -> bool:
    """Whether a tab is the one in brackets."""
    return re.search(rf"\[\d+ {title}", screen) is not None


def test_a_first_visit(demo: Terminal, tmp_path: Path) -> None:
    demo.wait_for("Campaigns")
    demo.wait_for("40 match")
    demo.send("/")
    demo.wait_for(lambda screen: "F1 help" in screen.splitlines()[-1])
    demo.send("autumn")
    demo.wait_for("1 of 40 match")
    demo.send("\r")
    demo.settle(0.3)
    demo.send("\r")
    demo.wait_for("[1 Dashboard]")
    demo.wait_for(lambda screen: "Autumn Warm-Up" in screen.splitlines()[0])
    for title in ("Vouchers", "Rules", "Redemptions", "Publications", "Distributions", "Metadata", "Activity"):
        demo.send("]")
        demo.wait_for(partial(is_open, title))
    demo.settle(0.3)
    assert max(len(line) for line in demo.text.splitlines()) <= COLUMNS
    demo.send("\x11")
    assert demo.ended() == 0
    assert not list(tmp_path.glob("promoscope-demo-*"))


def test_a_customer_from_the_list_to_an_event(demo: Terminal) -> None:
    demo.wait_for("40 match")
    demo.send("3")
    demo.wait_for("60 customers")
    # Most orders first: whoever has most of them has a story to open.
    demo.send("s")
    demo.wait_for("Sort by")
    demo.send("orders\r")
    demo.wait_for("by orders")
    demo.send("g\r")
    demo.wait_for("[1 Dashboard]")
    demo.send("2")
    # Their first reading is under way; once it is done the stories stand.
    demo.wait_for(lambda screen: "✓" in screen.splitlines()[0] and " stories" in screen and "▌" in screen)
    demo.settle(0.5)
    demo.send("+")
    demo.wait_for("▾")
    demo.settle(0.3)
    lines = demo.text.splitlines()
    here = next(at for at, line in enumerate(lines) if line.startswith("▌"))
    event = next(at for at, line in enumerate(lines) if at > here and re.match(r" +\d\d:\d\d:\d\d ", line))
    demo.send("j" * (event - here) + "\r")
    demo.wait_for("│ Says")
    demo.settle(0.3)
    assert max(len(line) for line in demo.text.splitlines()) <= COLUMNS
    assert "@example" not in demo.text
    demo.send("\x1b")
    demo.settle(0.3)
    demo.send("w")
    demo.wait_for("is watched")
    demo.send("]]]]]")
    demo.wait_for(partial(is_open, "Ledger"))
    demo.wait_for("┌ Cards")
    demo.send("\x11")
    assert demo.ended() == 0


def test_the_calendar_the_list_and_out(demo: Terminal) -> None:
    demo.wait_for("40 match")
    demo.send("2")
    demo.wait_for("40 in sight")
    demo.wait_for("within 7 days")
    demo.send("\r")
    demo.wait_for("Starts")
    demo.send("\r")
    demo.wait_for("[1 Dashboard]")
    demo.send("\x1b")
    demo.wait_for("40 in sight")
    assert max(len(line) for line in demo.text.splitlines()) <= COLUMNS
    demo.send("q")
    demo.wait_for("40 match")
    demo.send("\r")
    demo.wait_for("[1 Dashboard]")
    demo.send("\x1b")
    demo.wait_for(lambda screen: "[1 Dashboard]" not in screen and "Autumn Warm-Up" in screen)
    demo.send("q")
    assert demo.ended() == 0


def test_a_lost_line_ends_it(demo: Terminal, tmp_path: Path) -> None:
    demo.wait_for("Autumn Warm-Up")
    demo.hang_up()
    assert demo.process.wait(timeout=60) in {0, 129}
    assert not list(tmp_path.glob("promoscope-demo-*"))


def test_help_and_quit_before_anything_has_come(demo: Terminal) -> None:
    demo.wait_for("Campaigns")
    demo.send("\x11")
    assert demo.ended() == 0


def test_a_packet_of_keys_is_typed_where_its_first_leads(demo: Terminal) -> None:
    demo.wait_for("40 match")
    demo.send("/autumn quarter")
    demo.wait_for("/ autumn quarter")
    demo.send("\x11")
    assert demo.ended() == 0


def test_keys_sent_before_the_first_screen(demo: Terminal) -> None:
    demo.read(0.1)
    demo.send("/autumn")
    demo.wait_for("/ autumn")
    demo.wait_for("1 of 40 match")
    demo.send("\r\r4jj")
    demo.wait_for(partial(is_open, "Redemptions"))
    demo.send("\x11")
    assert demo.ended() == 0


class CutLine(io.StringIO):
    """Fails like a terminal that is gone."""

    def write(self, text: str) -> int:
        raise OSError(errno.EIO, "Input/output error")

    def flush(self) -> None:
        raise OSError(errno.EIO, "Input/output error")


def test_output_outlives_its_terminal() -> None:
    target = io.StringIO()
    output = LeanOutput(target)
    assert output.write("words") == 5
    output.flush()
    assert target.getvalue() == "words"
    lost = LeanOutput(CutLine())
    assert lost.write("words") == 5
    lost.flush()
    assert not lost.isatty()


@pytest.mark.parametrize(
    ("database", "said"), [("", "is a directory"), ("notes.txt", "cannot be read as a cache")], ids=["folder", "text"]
)
def test_what_is_no_cache_is_refused_before_any_screen(
    environment: dict[str, str], tmp_path: Path, database: str, said: str
) -> None:
    (tmp_path / "notes.txt").write_text("the only copy\n")
    with Terminal([COMMAND], {**environment, "PROMOSCOPE_DB": str(tmp_path / database)}) as terminal:
        # The sentence is longer than a line.
        shown = terminal.wait_for(lambda screen: said in " ".join(screen.split()) or said in screen.replace("\n", ""))
        assert terminal.ended() == 2
        assert "Traceback" not in shown
