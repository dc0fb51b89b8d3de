import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.widgets import Input

from widgets.json.json_lines import JsonLine, document_lines, dump, find, parse
from widgets.json.json_view import JsonLines, JsonView, mark_spans
from widgets.panel.diff import FieldChange, field_changes
from widgets.text.lines import Span

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=6), children, max_size=4),
    max_leaves=20,
)
DOCUMENT = {
    "id": "v_1",
    "[/x]": "[@click=app.bell]x[/] \x1b[31m\u202e",
    "discount": {"type": "PERCENT", "empty": {}},
    "uses": [1, 2],
    "many": [{"place": index} for index in range(900)],
}


def text(line: JsonLine) -> str:
    return "  " * line.depth + "".join(part for part, _ in line.spans)


@given(JSON)
def test_unfolded_lines_are_the_document(document: Any) -> None:
    assert json.loads("\n".join(map(text, document_lines(document)))) == document


@given(JSON, st.sampled_from([None, 2]))
def test_dump_reads_back(document: Any, indent: int | None) -> None:
    assert json.loads(dump(document, indent)) == document
    assert dump(parse(dump(document))) == dump(document)


def test_numbers_stay_as_received() -> None:
    received = '{"amount": 20.50, "huge": 123456789012345678901234567890, "exp": 1E400}'
    assert dump(parse(received), None) == received


@pytest.mark.parametrize("document", ["{", "", "[" * 200_000, b"\xff\xfe"])
def test_what_is_no_json_is_refused(document: str | bytes) -> None:
    with pytest.raises(ValueError):
        parse(document)


def test_deep_documents_fold_and_dump() -> None:
    document: Any = 1
    for _ in range(5_000):
        document = [document]
    lines = document_lines(document)
    assert any(line.folded for line in lines)
    assert dump(document, None) == "[" * 5_000 + "1" + "]" * 5_000


def test_find_looks_at_keys_and_values_in_order() -> None:
    document = {"Code": "summer", "b": [{"code": 1}, "x-SUMMER-y"], "n": 17}
    assert find(document, "code") == [("Code",), ("b", 0, "code")]
    assert find(document, "summer") == [("Code",), ("b", 1)]
    assert find(document, "17") == [("n",)]
    assert find(document, "") == []


def test_marks_cover_every_place() -> None:
    spans: tuple[Span, ...] = (("aXbxa", "string"),)
    assert mark_spans(spans, "x") == (
        ("a", "string"), ("X", "match"), ("b", "string"), ("x", "match"), ("a", "string"),
    )  # fmt: skip


def test_differences_name_the_field() -> None:
    before = {"a": 1, "b": {"c": [1, 2]}, "gone": True, "same": {"x": 1}}
    after = {"a": 2, "b": {"c": [1, 3, None]}, "same": {"x": 1}, "new": "[/x]"}
    assert field_changes(before, after) == [
        FieldChange("a", "1", "2"),
        FieldChange("b.c[1]", "2", "3"),
        FieldChange("b.c[2]", None, "null"),
        FieldChange("new", None, '"[/x]"'),
        FieldChange("gone", "true", None),
    ]


@given(JSON, JSON)
def test_only_different_documents_differ(before: Any, after: Any) -> None:
    assert field_changes(before, before) == []
    assert bool(field_changes(before, after)) == (dump(before) != dump(after)) or _reordered(before, after)


def _reordered(before: Any, after: Any) -> bool:
    return json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True)


class Host(App[None]):
    def __init__(self, document: Any) -> None:
        super().__init__()
        self.document = document
        self.copied: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield JsonView(self.document)

    def on_json_view_copy_requested(self, event: JsonView.CopyRequested) -> None:
        self.copied.append((event.what, event.text))


def shown(app: App[None]) -> list[str]:
    lines = app.query_one(JsonLines)
    return [lines.render_line(y).text.rstrip() for y in range(lines.size.height)]


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_a_hostile_document_is_shown_and_folds(size: tuple[int, int]) -> None:
    app = Host(json.dumps(DOCUMENT, ensure_ascii=False))
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        got = shown(app)
        assert got[2].startswith('    "[/x]": "[@click=app.bell]x[/] ')
        assert all(char.isprintable() for row in got for char in row)
        assert '▸   "many": [ 900 items ]' in got
        await pilot.press("tab", "j", "j", "j", "enter")
        assert '▸   "discount": { 2 fields },' in shown(app)
        await pilot.press("space")
        assert shown(app) == got
        await pilot.press("G", "k", "enter")
        assert app.query_one(JsonLines).line_count() > 2_700
        await pilot.press("minus")
        assert '▸   "uses": [ 2 items ],' in shown(app)


async def test_search_unfolds_to_the_match_and_steps_round() -> None:
    app = Host(DOCUMENT)
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await pilot.press("tab", "slash", *"88", "enter")
        await pilot.pause()
        lines = app.query_one(JsonLines)
        assert lines.line is not None
        assert lines.line.path == ("many", 88, "place")
        assert lines.has_focus
        await pilot.press("N")
        await pilot.pause()
        assert lines.line.path == ("many", 889, "place")
        assert any('"place": 889' in row for row in shown(app))


async def test_esc_leaves_the_search_line_and_nothing_found_says_so() -> None:
    app = Host(DOCUMENT)
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await pilot.press("tab", "slash", "a", "escape")
        assert app.query_one(JsonLines).has_focus
        assert not app.query_one(Input).display
        assert app.query_one(JsonView).search("nowhere to be found") == 0


async def test_y_copies_what_the_cursor_stands_on() -> None:
    app = Host(DOCUMENT)
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await pilot.press("tab", "j", "y", "j", "j", "y")
        await pilot.pause()
        assert app.copied == [("id", "v_1"), ("discount", dump(DOCUMENT["discount"]))]


async def test_text_that_is_no_json_is_shown_as_it_is() -> None:
    app = Host("<html>[/x]\n\x1b[31m</html>")
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await pilot.press("tab", "j", "enter", "y", "minus", "plus")
        got = shown(app)
        assert got[0].startswith("Not JSON (")
        assert got[2:4] == ["<html>[/x]", "␛[31m</html>"]
        app.query_one(JsonView).show({"now": 1})
        await pilot.pause()
        assert '    "now": 1' in shown(app)
