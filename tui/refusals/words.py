"""An explanation laid out for a width: the sentence first, then the evidence, then what surrounds it. Pure."""

from collections.abc import Iterator, Sequence

from store import words as fmt
from store.days import parse_instant
from store.explain.answer import Change, Evidence, Explanation, NotKnown, Result, Verdict
from store.explain.circumstances import Circumstances
from store.explain.latest import FAILURE_CODE
from store.explain.paste import retry_words
from store.times import utc_text
from tui.kit.formatter import Formatter
from widgets.panel.panel import Field
from widgets.panel.sheet import SheetLine
from widgets.text import cell_fit, cell_width, glyphs, plain
from widgets.text.lines import Line, Role, Span, cut, ends, line_width
from widgets.text.wrap import wrap_cells

_CLAIM_LEAST, _VALUES_MOST = 24, 34
_GAP = 2
_STOP_EVERY = 6
"""Lines after which the cursor stops within a long paragraph, so that all of it can be brought into sight."""
_VERDICTS: dict[Verdict, tuple[str, Role, str]] = {
    Verdict.REFUSED: ("disabled", "bad", "Refused"),
    Verdict.WOULD_PASS: ("ok", "good", "Would pass"),
    Verdict.WOULD_BE_REFUSED: ("disabled", "bad", "Would be refused"),
    Verdict.UNKNOWN: ("", "warn", "Not known"),
}
_RESULTS: dict[Result, tuple[str, Role, str]] = {
    Result.NOT_MET: ("disabled", "bad", "not met"),
    Result.UNKNOWN: ("", "warn", "unknown"),
    Result.MET: ("ok", "good", "met"),
}
"""Names of signs, roles and words; those without a sign are asked about."""


def _sign(name: str) -> str:
    return getattr(glyphs.current(), name) if name else "?"


def verdict_words(told: Explanation) -> str:
    """The verdict with its sign."""
    name, _, words = _VERDICTS[told.verdict]
    return f"{_sign(name)} {words}"


def counts_words(told: Explanation) -> str:
    """`4 met · 1 not met · 2 unknown`."""
    counts = told.counts
    dot = f" {glyphs.current().dot} "
    return f"{counts.met} met{dot}{counts.not_met} not met{dot}{counts.unknown} unknown"


def about_words(told: Explanation, scene: Formatter) -> str:
    """Kind, retry, who can change it."""
    surrounding = Circumstances(scene.now, scene.zone)
    retry = "" if told.verdict is Verdict.WOULD_PASS else retry_words(told.retry, surrounding)
    parts = (str(told.kind), retry, f"{told.who} can change it" if told.who else "")
    return f" {glyphs.current().dot} ".join(part for part in parts if part)


def evidence_fields(one: Evidence, scene: Formatter) -> tuple[Field, ...]:
    """All that is known of one condition."""
    name, role, words = _RESULTS[one.result]
    fields = (
        Field("Condition", one.claim, "strong"), Field("Result", f"{_sign(name)} {words}", role),
        Field("Then", one.then or "not known"), Field("Now", one.now or "not known"), Field("Why", one.note),
        Field("Known from", one.source),
        Field("Read", f"{scene.when(one.as_of, named=True)}, {_age(one.as_of, scene)}" if one.as_of else ""),
    )  # fmt: skip
    return tuple(field for field in fields if field.value)


def evidence_key(number: int) -> str:
    """Names a line of evidence on the sheet."""
    return f"evidence {number}"


def evidence_at(told: Explanation, key: str) -> Evidence | None:
    """The evidence that a line's key names."""
    kind, _, number = key.partition(" ")
    return told.evidence[int(number)] if kind == "evidence" and int(number) < len(told.evidence) else None


def sheet(told: Explanation, scene: Formatter, assumed: Sequence[Span], width: int) -> list[SheetLine]:
    """The whole explanation.

    Args:
        told: what to show.
        scene: how times are worded.
        assumed: what a rehearsal assumes; empty for what was tried.
        width: cells.
    """
    inner = max(20, width - 2)
    lines = [*_head(told, scene, assumed, inner)]
    if told.evidence or told.subject.kind != FAILURE_CODE:
        lines += _evidence(told.evidence, scene, inner, counts_words(told))
    sections = (
        ("Changed since", [_change(one, scene) for one in told.changed_since]),
        ("Not known", [_not_known(one) for one in told.not_known]),
        ("Around it", [_paragraph(text) for text in told.context]),
    )
    for title, paragraphs in sections:
        if paragraphs:
            lines += [SheetLine(()), SheetLine(((title, "title"),))]
            for head, more in paragraphs:
                lines += _wrapped(head, inner - 2, more, indent="  ")
    lines += _ids(told, inner)
    return [SheetLine(((" ", "text"), *one.line), one.key, one.stop) if one.line else one for one in lines]


def _head(told: Explanation, scene: Formatter, assumed: Sequence[Span], width: int) -> Iterator[SheetLine]:
    _, role, _ = _VERDICTS[told.verdict]
    head: Line = ((verdict_words(told), role),)
    tail = cut(((told.failure_code, "strong"), (f"  {scene.when(told.at)}" if told.at else "", "muted")), width)
    beside = line_width(head) + _GAP + line_width(tail) <= width
    yield SheetLine(ends(head, tail, width) if beside else head, stop=True)
    if not beside:
        yield SheetLine(tail)
    bar = f"{glyphs.current().cursor} "
    for number, part in enumerate(wrap_cells(told.sentence, width - 2)):
        yield SheetLine(((bar, role), (part, "strong")), stop=number % _STOP_EVERY == 0)
    yield SheetLine(())
    if told.shopper_message:
        yield from _labelled("The shopper saw", f"“{told.shopper_message}”", "text", width)
    if about := about_words(told, scene):
        yield from _labelled("", about, "text", width)
    if assumed:
        yield SheetLine((("Assumed ", "muted"), *assumed), stop=True)


def _labelled(label: str, text: str, role: Role, width: int) -> Iterator[SheetLine]:
    head: Span = (f"{label} " if label else "", "muted")
    left = cell_width(head[0])
    for number, part in enumerate(wrap_cells(text, width - left)):
        lead = head if number == 0 else (" " * left, "muted")
        yield SheetLine((lead, (part, role)), stop=number % _STOP_EVERY == 0)


def _change(one: Change, scene: Formatter) -> tuple[str, Line]:
    arrow = glyphs.current().arrow
    return f"{one.what}: {one.before or 'nothing'} {arrow} {one.after or 'nothing'}", (
        (f"seen {scene.when(one.seen_at)}", "source"),
    )


def _not_known(one: NotKnown) -> tuple[str, Line]:
    return one.what, ((one.call, "key"),) if one.call else ()


def _paragraph(text: str) -> tuple[str, Line]:
    return text, ()


def _wrapped(text: str, width: int, more: Line, indent: str) -> Iterator[SheetLine]:
    """A paragraph; what more there is of it beside its end, or below where it does not fit."""
    parts = wrap_cells(text, width)
    fits = cell_width(parts[-1]) + _GAP + line_width(more) <= width
    for number, part in enumerate(parts):
        tail = (("  ", "text"), *more) if more and fits and number == len(parts) - 1 else ()
        yield SheetLine(((indent + part, "text"), *tail), stop=number % _STOP_EVERY == 0)
    if more and not fits:
        for words, role in more:
            yield from (SheetLine(((indent + part, role),)) for part in wrap_cells(words, width))


def _ids(told: Explanation, width: int) -> Iterator[SheetLine]:
    named = [*told.ids, *([("request_id", told.request_id)] if told.request_id else [])]
    if not named:
        return
    yield SheetLine(())
    yield SheetLine((("Ids", "title"),))
    column = min(max(cell_width(plain(name)) for name, _ in named), width // 3)
    for name, identity in named:
        for number, part in enumerate(wrap_cells(identity, width - column - 4)):
            lead = cell_fit(name if number == 0 else "", column)
            yield SheetLine(((f"  {lead}  ", "muted"), (part, "text")), f"id {identity}", stop=number == 0)


# Evidence


def _age(as_of: str | None, scene: Formatter) -> str:
    read = utc_text(as_of)
    return fmt.age(parse_instant(read), scene.now) if read else ""


def _values(one: Evidence) -> str:
    if not one.now or not one.then:
        return one.then or (f"now {one.now}" if one.now else "")
    return f"{one.then} (still)" if one.now == one.then else f"{one.then} {glyphs.current().arrow} {one.now}"


def _evidence(evidence: Sequence[Evidence], scene: Formatter, width: int, counts: str) -> Iterator[SheetLine]:
    yield SheetLine(())
    head: Line = (("Evidence", "title"), (f"  {counts}", "text"))
    note: Line = (("then, now, known from", "muted"),)
    beside = line_width(head) + _GAP + line_width(note) <= width
    yield SheetLine(ends(head, note, width) if beside else head)
    if not evidence:
        yield SheetLine((("No condition is known to apply.", "muted"),), stop=True)
        return
    cells = [(_values(one), one.source, _age(one.as_of, scene)) for one in evidence]
    claim, values, source, age = _columns([plain(one.claim) for one in evidence], cells, width - _GAP)
    for number, (one, (said, known, old)) in enumerate(zip(evidence, cells, strict=True)):
        name, role, _ = _RESULTS[one.result]
        claims = wrap_cells(one.claim, claim)
        saids = wrap_cells(said, values) if values else []
        quiet = one.result == Result.MET
        for row in range(max(len(claims), len(saids))):
            spans: list[Span] = [(f"{_sign(name)} " if row == 0 else "  ", role)]
            spans.append((cell_fit(claims[row] if row < len(claims) else "", claim), "text"))
            if values:
                part = saids[row] if row < len(saids) else ""
                spans += [("  ", "text"), (cell_fit(part, values), "text" if quiet else "strong")]
            if row == 0:
                spans += [(f"  {cell_fit(known, source)}", "source")] if source else []
                spans += [(f"  {cell_fit(old, age)}", "muted")] if age else []
            yield SheetLine(tuple(spans), evidence_key(number), stop=row == 0)
        # Where there is no room for them beside each other, values stand below what they are of.
        below: list[tuple[str, Role]] = [] if values or not said else [(said, "text" if quiet else "strong")]
        below += [(one.note, "muted")] if one.note and not quiet else []
        for text, style in below:
            for part in wrap_cells(text, width - _GAP):
                yield SheetLine(((f"  {part}", style),), evidence_key(number))


def _columns(claims: Sequence[str], cells: Sequence[tuple[str, str, str]], width: int) -> tuple[int, int, int, int]:
    """Widths of claim, values, source and age; 0 for a column left out: the age goes first, then source and values."""
    widest = [max(cell_width(plain(row[at])) for row in cells) for at in range(3)]
    values = min(widest[0], _VALUES_MOST)
    wanted = max(map(cell_width, claims))
    for source, age in ((widest[1], widest[2]), (widest[1], 0), (0, 0)):
        left = width - sum(size + _GAP for size in (values, source, age) if size)
        if left >= min(wanted, max(_CLAIM_LEAST, width * 2 // 5)):
            return min(wanted, left), values, source, age
    return width, 0, 0, 0
