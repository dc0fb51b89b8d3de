"""An explanation as plain text of eighty columns."""

from collections.abc import Iterator, Sequence

from store.explain.answer import Evidence, Explanation, Result, Verdict
from store.explain.circumstances import Circumstances
from store.explain.paste import Hide, age_words, change_words, counts_words, retry_words
from widgets.text import cell_fit, plain
from widgets.text.wrap import wrap_cells

WIDTH = 80
_VERDICTS = {
    Verdict.REFUSED: "✕ Refused",
    Verdict.WOULD_PASS: "✓ Would pass",
    Verdict.WOULD_BE_REFUSED: "✕ Would be refused",
    Verdict.UNKNOWN: "? Not known",
}
_SIGNS = {Result.MET: "✓", Result.NOT_MET: "✕", Result.UNKNOWN: "?"}
_COLUMNS = (32, 22, 12)
"""Cells for claim, values and source; the age follows."""


def text_of_explanation(told: Explanation, about: Circumstances, hide: Hide) -> Iterator[str]:
    """The lines: the sentence first, then the evidence, then what surrounds it.

    Args:
        told: what was found.
        about: how times are worded.
        hide: masks personal data in a text.
    """
    for line in _lines(told, about, lambda text: plain(hide(text))):
        yield line.rstrip()


def _lines(told: Explanation, about: Circumstances, safe: Hide) -> Iterator[str]:
    head = "  ".join(part for part in (_VERDICTS[told.verdict], safe(told.failure_code)) if part)
    at = about.when(told.at, named=True)
    yield f"{cell_fit(head, max(WIDTH - len(at), 1))}{at}" if at else head
    yield from wrap_cells(safe(told.sentence), WIDTH)
    if told.shopper_message:
        yield from wrap_cells(f"The shopper saw: “{safe(told.shopper_message)}”", WIDTH)
    refused = told.verdict in (Verdict.REFUSED, Verdict.WOULD_BE_REFUSED)
    who = f"{told.who} can change it" if told.who else ""
    about_it = (str(told.kind), retry_words(told.retry, about) if refused else "", who)
    text = " · ".join(part for part in about_it if part)
    yield from wrap_cells(safe(text), WIDTH) if text else ()
    if told.evidence:
        yield from ("", f"Evidence: {counts_words(told)}")
        for one in told.evidence:
            yield from _evidence(one, about, safe)
    unknown = [(safe(one.what), safe(one.call)) for one in told.not_known]
    changes = [(safe(change_words(one, about)), "") for one in told.changed_since]
    yield from _section("Changed since", changes)
    yield from _section("Not known", unknown)
    yield from _section("Around it", [(safe(text), "") for text in told.context])
    named = [*told.ids, *([("request_id", told.request_id)] if told.request_id else [])]
    if named:
        widest = max(len(name) for name, _ in named)
        yield from ("", "Ids")
        yield from (f"  {name:<{widest}}  {safe(identity)}" for name, identity in named)


def _section(title: str, entries: Sequence[tuple[str, str]]) -> Iterator[str]:
    if entries:
        yield from ("", title)
    for text, call in entries:
        yield from _indented(text, "  ")
        yield from _indented(call, "    ") if call else ()


def _indented(text: str, indent: str) -> Iterator[str]:
    return (indent + part for part in wrap_cells(text, WIDTH - len(indent)))


def _evidence(one: Evidence, about: Circumstances, safe: Hide) -> Iterator[str]:
    values = f"now {one.now}" if one.now and not one.then else one.then
    if one.now and one.then and one.now != one.then:
        values = f"{one.then}; now {one.now}"
    is_met = one.result is Result.MET
    texts = [safe(text) for text in (one.claim, values, one.source)]
    # Where a condition that holds comes from is cut to a line: what refused is what people read.
    cells = [wrap_cells(text, width) if text else [] for text, width in zip(texts, _COLUMNS, strict=True)]
    cells[2] = [texts[2]] if is_met else cells[2]
    for row in range(max(map(len, cells))):
        parts = [
            cell_fit(cell[row] if row < len(cell) else "", width) for cell, width in zip(cells, _COLUMNS, strict=True)
        ]
        age = age_words(one.as_of, about) if row == 0 else ""
        yield f"{_SIGNS[one.result] if row == 0 else ' '} {' '.join(parts)} {age}"
    if one.note and not is_met:
        yield from _indented(safe(one.note), "    ")
