import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from widgets.text import (
    _AS_THEY_ARE,
    MAX_COMBINING,
    Align,
    _clean,
    cell_fit,
    cell_width,
    escaped,
    plain,
    plain_lines,
    safe,
    with_end,
)

ALIGNS: list[Align] = ["left", "right", "center"]
anything = st.text(st.characters(), max_size=60)  # surrogates included


def is_quiet(text: str) -> bool:
    """Nothing that acts on a terminal, reorders a line, or cannot be seen."""
    return all(unicodedata.category(char)[0] != "C" and unicodedata.category(char) not in {"Zl", "Zp"} for char in text)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Summer Sale 20 %", "Summer Sale 20 %"),
        ("a\x1b[31mb", "a␛[31mb"),
        ("bell\x07 del\x7f", "bell␇ del␡"),
        ("c1\x9b31m", "c1⟦U+009B⟧31m"),
        ("two\nlines\r\nthree", "two⏎lines⏎three"),
        ("tab\there", "tab␉here"),
        ("inv\u202eoice", "inv⟦U+202E⟧oice"),
        ("iso\u2066late\u2069", "iso⟦U+2066⟧late⟦U+2069⟧"),
        ("zero\u200bwidth\ufeff", "zero⟦U+200B⟧width⟦U+FEFF⟧"),
        ("\ud800half", "⟦U+D800⟧half"),
        ("hangul\u3164filler", "hangul⟦U+3164⟧filler"),
        ("tag\U000e0041", "tag⟦U+E0041⟧"),
        ("nbsp\u00a0wide\u3000", "nbsp wide  "),
        ("\u0301start", "◌\u0301start"),
        ("☀️ Summer 👨‍👩‍👧", "☀ Summer 👨👩👧"),
        ("👍🏽 yes 👩🏾‍🔧", "👍 yes 👩🔧"),
        ("a\U0001f3fd", "a⟦U+1F3FD⟧"),
        ("हिन्दी", "ह◌न्द◌"),
        ("தமிழ்", "தம◌ழ்"),
        ("menu \u2630", "menu ⟦U+2630⟧"),
        ("[/x][@click=app.quit]", "[/x][@click=app.quit]"),
        ("Größe 日本語 Привет नमस्ते", "Größe 日本語 Привет नमस्ते"),
        (None, "None"),
        (12, "12"),
    ],
)
def test_plain_shows_what_would_hide_or_act(raw: object, shown: str) -> None:
    assert plain(raw) == shown


@given(anything)
def test_plain_is_quiet_and_stable(text: str) -> None:
    once = plain(text)
    assert is_quiet(once)
    assert plain(once) == once


@given(anything)
def test_no_sign_is_left_whose_width_terminals_disagree_on(text: str) -> None:
    shown = plain(text)
    assert not [char for char in shown if unicodedata.category(char) == "Mc"]
    assert not [char for char in shown if char in "\u2630\u268a\u3248\U0001d300\U0001d360\U0001f3fb\U0001f3ff"]


@given(anything)
def test_every_own_width_agrees_with_the_library(text: str) -> None:
    assert cell_width(plain(text)) == cell_len(plain(text))


@given(anything, st.integers(-2, 30), st.sampled_from(ALIGNS))
def test_cell_fit_is_exact(text: str, width: int, align: Align) -> None:
    fitted = cell_fit(text, width, align)
    assert cell_len(fitted) == max(0, width)
    assert is_quiet(fitted)


@pytest.mark.parametrize(
    ("text", "width", "align", "fitted"),
    [
        ("short", 8, "left", "short   "),
        ("short", 8, "right", "   short"),
        ("short", 8, "center", " short  "),
        ("a long name", 6, "left", "a lon…"),
        ("日本語", 6, "left", "日本語"),
        ("日本語", 5, "left", "日本…"),
        ("日本語", 4, "left", "日… "),
        ("日本語", 4, "right", " 日…"),
        ("日", 1, "left", "…"),
        ("e\u0301e\u0301e\u0301", 2, "left", "e\u0301…"),
        ("x", 0, "left", ""),
    ],
)
def test_cell_fit_table(text: str, width: int, align: Align, fitted: str) -> None:
    assert cell_fit(text, width, align) == fitted


def test_marks_cannot_pile_up_over_other_lines() -> None:
    shown = plain("a" + "\u0301" * 400 + "b")
    assert shown == "a" + "\u0301" * MAX_COMBINING + "⟦U+0301⟧b"


def test_what_is_taken_as_it_is_needs_no_cleaning() -> None:
    signs = [chr(code) for code in range(0x3000) if _AS_THEY_ARE(chr(code))]
    assert {"a", "é", "…", "€", "→", "█"} <= set(signs)
    assert [_clean(one) for one in signs] == signs


def test_markup_stays_text() -> None:
    content = safe("[bold]x[/bold] [/nope] [@click=app.bell()]y[/]")
    assert isinstance(content, Content)
    assert content.plain == "[bold]x[/bold] [/nope] [@click=app.bell()]y[/]"
    assert content.spans == []


def test_lines_are_kept_only_where_asked() -> None:
    assert plain_lines("a\tb\r\nc\rd\x1b\n") == ["a   b", "c", "d␛", ""]
    assert "\n" not in safe("a\nb").plain
    assert plain_lines("") == [""]


@given(anything, st.integers(1, 20))
def test_max_length_bounds_what_is_read(text: str, limit: int) -> None:
    kept = re.sub(r"⟦U\+[0-9A-F]+⟧|◌", "x", plain(text, max_length=limit))
    assert len(kept) <= 2 * limit
    if len(text) > limit:
        assert plain(text, max_length=limit).endswith("…")


def test_a_value_whose_str_fails_still_shows() -> None:
    class Broken:
        def __str__(self) -> str:
            raise ValueError

    assert plain(Broken()) == "<Broken>"


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("plain zażółć 👩\u200d💻", "plain zażółć 👩\u200d💻"),
        ("a\x1b[201~rm\r", "a\\u001b[201~rm\\u000d"),
        ("\x7f\x9b", "\\u007f\\u009b"),
        ("\u202e\u2066\ufeff", "\\u202e\\u2066\\ufeff"),
        ("\U000e0041", "\\udb40\\udc41"),
        ("\ud800", "\\ud800"),
        ("a\n\tb", "a\n\tb"),
    ],
)
def test_what_acts_is_escaped_as_json_does(text: str, out: str) -> None:
    assert escaped(text) == out


def test_a_text_of_one_line_has_no_line_end_that_could_run_it() -> None:
    assert escaped("id\nrm -rf x\t", lines=False) == "id\\nrm -rf x\\t"


@given(st.text())
def test_escaping_loses_nothing(text: str) -> None:
    document = json.dumps(text, ensure_ascii=False)
    assert json.loads(escaped(document)) == text
    assert escaped(escaped(text)) == escaped(text)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("SALE", "SALE"),
        ("SALE ", "SALE␠"),
        ("SALE \u00a0\u3000", "SALE␠␠␠"),
        (" SALE", " SALE"),
        ("a \nb ", "a \nb␠"),
        ("SALE\t", "SALE\t"),
        ("", ""),
        ("  ", "␠␠"),
    ],
)
def test_blanks_at_the_end_become_visible(raw: str, shown: str) -> None:
    assert with_end(raw) == shown


def test_every_blank_of_unicode_is_marked_at_the_end() -> None:
    blanks = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Zs"]
    assert with_end("x" + "".join(blanks)) == "x" + "␠" * len(blanks)
