"""On a terminal nothing in the data acts; files and pipes get every byte."""

import csv
import io
import json
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import pytest

from tui.cli import run
from tui.cli.output import write_json, write_rows
from tui.cli.progress import ProgressLines

EVIL = "a\x1b]52;c;eA==\x07\x9b31m\x7f\x00\r=1\u202e\u2066\u2028\ufeff\U000e0041\u200d é\n\tb"
ACTING = set("\x1b\x07\x9b\x7f\x00\r\u202e\u2066\u2028\ufeff\U000e0041")
FORMS = ["table", "json", "jsonl", "csv"]


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def shown(act: Callable[[], object], stream: io.StringIO, patch: pytest.MonkeyPatch) -> str:
    with patch.context() as patched:
        patched.setattr(sys, "stdout", stream)
        act()
    return stream.getvalue()


@pytest.mark.parametrize("form", FORMS)
def test_rows_on_a_terminal_act_on_nothing(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    out = shown(lambda: write_rows([{"id": EVIL, "n": 1}], ["id", "n"], form), Terminal(), monkeypatch)
    assert not ACTING & set(out)
    if form in ("json", "jsonl"):
        found = json.loads(out)
        assert found in ({"format": 1, "rows": [{"id": EVIL, "n": 1}]}, {"id": EVIL, "n": 1})
    if form == "csv":
        assert "\\u001b]52;c;eA==\\u0007\\u009b31m\\u007f\\u0000\\u000d'=1\\u202e" in out
        assert len(list(csv.reader(io.StringIO(out, newline="")))) == 2


def test_a_document_on_a_terminal_acts_on_nothing_as_received_too(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = msgspec.Raw('{"a": "\x7f\x9b\u202e",\n "b": [1]}'.encode())
    out = shown(lambda: write_json({"doc": raw, "evil": EVIL}), Terminal(), monkeypatch)
    assert not ACTING & set(out)
    assert json.loads(out) == {"format": 1, "doc": {"a": "\x7f\x9b\u202e", "b": [1]}, "evil": EVIL}


def test_files_and_pipes_keep_the_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    for form in ("json", "jsonl"):
        out = shown(partial(write_rows, [{"id": EVIL}], ["id"], form), io.StringIO(), monkeypatch)
        assert out.count("\x7f\\u0000\\r=1\u202e\u2066\u2028\ufeff\U000e0041\u200d é\\n\\tb") == 1
    out = shown(lambda: write_rows([{"id": EVIL}], ["id"], "csv"), io.StringIO(), monkeypatch)
    assert list(csv.reader(io.StringIO(out, newline=""))) == [["id"], [EVIL.replace("\r=", "\r'=")]]


def test_a_document_over_several_lines_is_one_line_of_json_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = msgspec.Raw(b'{\r\n  "a": "x\\ny"\n}')
    rows: list[Any] = [raw, raw]
    out = shown(lambda: write_rows(rows, ["id"], "jsonl"), io.StringIO(), monkeypatch)
    assert [json.loads(line) for line in out.splitlines()] == [{"a": "x\ny"}] * 2


def test_what_waits_and_what_is_refused_act_on_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    err = Terminal()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", err)
        with ProgressLines(bars=True) as progress:
            err.truncate(0)
            progress.waiting(5.0, "it said \x1b]52;c;eA==\x07 and \x9b31m")
    assert "]52;c;eA==" in err.getvalue()
    assert "\x1b]52" not in err.getvalue()
    assert "\x9b" not in err.getvalue()
    for arguments in (["--\x1b]0;x\x07"], ["\x1b[31m"], ["list", "\x1b[31m"], ["sync", "--max-calls", "\x9b"]):
        assert run(arguments) == 2
        said = capsys.readouterr()
        assert not ACTING & set(said.err + said.out), arguments
