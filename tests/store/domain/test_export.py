"""CSV for spreadsheets: nothing acts, nothing is lost, nothing is overwritten."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.export import csv_line, export_path, neutral_cell, save_csv, write_csv

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        ("A\r=1+1", "A\r'=1+1"),
        ("B\r\n=1+1", "B\r\n'=1+1"),
        ("C\n=1+1", "C\n'=1+1"),
        ("D\x0b=1\x0c\x85\u2028=2", "D\x0b'=1\x0c\x85\u2028'=2"),
        ("\r=1", "'\r'=1"),
        ("a\n-b\n+c\n@d\n\n=e", "a\n'-b\n'+c\n'@d\n\n'=e"),
        ("a;=1", "a;'=1"),
        (";=1", ";'=1"),
        ("a; b;c", "a; b;c"),
        ("\x00=1", "'\x00=1"),
        ("\ufeff\u200b=1", "'\ufeff\u200b=1"),
        ("＝1", "'＝1"),
        ("2026-11-20T12:00:00.000Z", "2026-11-20T12:00:00.000Z"),
        ("a=b+c@d", "a=b+c@d"),
        (-5, "-5"),
        (None, ""),
        ("plain", "plain"),
        (0, "0"),
    ],
)
def test_cells_are_neutral(value: object, cell: str) -> None:
    assert neutral_cell(value) == cell


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2, max_size=2)
    )
)
def test_every_text_comes_back_but_for_the_mark(rows: list[list[str]]) -> None:
    buffer = io.StringIO()
    assert write_csv(buffer, ("a", "b"), rows) == len(rows)
    back = list(csv.reader(io.StringIO(buffer.getvalue(), newline="")))[1:]
    assert back == [[neutral_cell(cell) for cell in row] for row in rows]


def test_a_line_quotes_what_it_must() -> None:
    assert csv_line(('a "b"', "c,d", 3)) == '"a ""b""","c,d",3\n'


TORN = ["A\r=1+1", "B\r\n=1+1", "C\n=1+1", "D\x0b=1\x0c\x85\u2028=2", 'E "q"\r=2,"\r=3', "\r=4"]


@pytest.mark.parametrize("newline", ["", None], ids=["as it is", "universal line ends"])
def test_a_line_end_inside_a_value_ends_no_record_and_begins_no_formula(tmp_path: Path, newline: str | None) -> None:
    path = tmp_path / "out.csv"
    assert save_csv(path, ("code", "id"), [(value, "x") for value in TORN]) == len(TORN)
    with path.open(encoding="utf-8", newline=newline) as file:
        records = list(csv.reader(file))
    assert [len(record) for record in records] == [2] * (len(TORN) + 1)
    text = path.read_bytes().decode()
    assert not [line for line in text.splitlines() if line.startswith(("=", "+", "-", "@"))]
    # A reader that knows no quotes across lines, or another separator, finds no formula either.
    assert not [cell for line in text.splitlines() for cell in re.split("[,;\t]", line) if cell.startswith("=")]


def test_a_record_of_one_empty_cell_is_a_record() -> None:
    assert list(csv.reader(io.StringIO(csv_line([None]) + csv_line([""]) + csv_line([0])))) == [[""], [""], ["0"]]


def test_a_file_is_private_new_and_named_harmlessly(tmp_path: Path) -> None:
    path = export_path(tmp_path, "../../etc/pass wd\x1b[31m", NOW)
    assert path.parent == tmp_path
    assert path.name == "promoscope-etc-pass-wd-31m-20261123T120000Z.csv"
    assert save_csv(path, ("id",), [("a",), ("=b",)]) == 2
    assert path.read_text() == "id\na\n'=b\n"
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        save_csv(path, ("id",), [])
    assert path.read_text() == "id\na\n'=b\n"


def test_an_export_follows_no_link_and_leaves_no_half_of_itself(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("mine")
    (tmp_path / "link.csv").symlink_to(target)
    with pytest.raises(FileExistsError):
        save_csv(tmp_path / "link.csv", ("id",), [("a",)])
    assert target.read_text() == "mine"

    def rows() -> Iterator[list[str]]:
        yield ["a"]
        raise OSError("the cache went away")

    with pytest.raises(OSError, match="went away"):
        save_csv(tmp_path / "half.csv", ("id",), rows())
    assert not (tmp_path / "half.csv").exists()
