"""Home in words: figures with their changes, insights and campaigns as lines. Pure."""

from collections.abc import Sequence
from datetime import datetime

from store import words as fmt
from store.models import Unit
from store.queries.campaigns import LOW_SUCCESS
from store.queries.home import Home, HomeFigure, TopCampaign
from store.queries.insights.insight import Insight, Insights, Urgency
from tui.kit.figure_words import known_words
from tui.kit.figures import source_words
from widgets.panel.stats import StatData
from widgets.text import cell_fit, cell_width, glyphs, plain
from widgets.text.lines import Line, Role, Span, ends, line_width
from widgets.text.sparks import sparkline
from widgets.text.wrap import wrap_cells

ONE_ROW_FROM = 132
"""Cells from which six figures stand side by side."""
_GOOD_TO_RISE = frozenset({"redemptions", "success", "orders"})
_LOOKS: dict[Urgency, tuple[str, Role]] = {
    Urgency.NOW: ("failed", "bad"), Urgency.SOON: ("active", "warn"), Urgency.TO_KNOW: ("scheduled", "second"),
}  # fmt: skip
URGENCY_WORDS = {
    Urgency.NOW: "costs something now", Urgency.SOON: "soon will", Urgency.TO_KNOW: "good to know",
}  # fmt: skip
_NAME_CELLS, _WIDE_NAME_CELLS = 26, 30
_WIDE_FROM = 90
"""Cells of a list from which names have more room."""
_SAID_CELLS, _LEAST_EVIDENCE = 40, 16
"""Cells of the column of what is said, which longer sentences break out of, and of evidence that is worth its place."""
_COUNT, _RATE, _CHANGE, _SPARK = 9, 8, 14, 14
_SPARK_FROM = 68
_WORD_FROM = 62
"""Cells from which names keep 26 beside a change with its word; the arrow says it, too."""
_CHANGE_ALONE = 9
"""Cells of a list from which names leave room for the last fourteen days."""
NOTHING_TO_SEE = "Nothing needs a look."


def change_words(now: int | None, before: int | None, unit: Unit) -> str:
    """`▲ 8.3 % more`, `▼ 2.0 pt lower`, `= the same`; "" where it is not known."""
    if now is None or before is None:
        return ""
    signs = glyphs.current()
    if now == before:
        return f"{signs.same} the same"
    if unit is Unit.PERMILLE:
        gap = abs(now - before)
        sign = signs.up if now > before else signs.down
        return f"{sign} {gap // 10}.{gap % 10} pt {_word(now, before, 'higher', 'lower')}"
    return f"{fmt.delta(now, before)} {_word(now, before, 'more', 'less')}" if before else fmt.delta(now, before)


def _word(now: int, before: int, more: str, less: str) -> str:
    return more if now > before else less


def _without_word(change: str) -> str:
    """A change by its sign and figure alone, for where there is no room."""
    for word in (" more", " less", " higher", " lower", " the same"):
        change = change.removesuffix(word)
    return change


def meter_words(remaining: int | None, limit: int | None) -> str:
    """What the limit headers say of the API's current period: `37 of 100 now`; "" before the first call."""
    return "" if remaining is None or limit is None else f"{limit - remaining:,} of {limit:,} now"


def figure_stat(one: HomeFigure, currency: str | None, now: datetime, meter: str = "") -> StatData:
    """A figure as a block: label, value with its change, and source, age and note.

    Args:
        one: the figure.
        currency: for amounts.
        now: for its age.
        meter: as of `meter_words`, for the API calls.
    """
    figure = one.figure
    change = change_words(one.now, one.before, figure.unit)
    role: Role = "muted"
    if change and one.now != one.before and one.id in _GOOD_TO_RISE:
        role = "good" if (one.now or 0) > (one.before or 0) else "bad"
    low = figure.unit is Unit.PERMILLE and figure.value is not None and figure.value < LOW_SUCCESS
    source = source_words(figure.source, figure.as_of, now)
    value = known_words(figure, currency)
    why = f"{figure.why} · {meter}" if meter and one.id == "calls" else figure.why
    return StatData(one.title, value, change, role, "", source, why, "bad" if low else "strong")


def figure_lines(stats: Sequence[StatData], width: int) -> list[Line]:
    """Figures in one row where there is room for six, else in rows of three."""
    if not stats:
        return []
    per_row = 6 if width >= ONE_ROW_FROM else 3
    cells = (width - 2 * (per_row - 1)) // per_row
    lines: list[Line] = []
    for first in range(0, len(stats), per_row):
        row = stats[first : first + per_row]
        for part in (_label, _value, _quiet):
            spans: list[Span] = []
            for place, stat in enumerate(row):
                block = ends(part(stat, cells), (), cells)
                spans += block
                if place < len(row) - 1:
                    spans.append((" " * (cells + 2 - line_width(block)), "text"))
            lines.append(tuple(spans))
    return lines


def _label(stat: StatData, cells: int) -> Line:
    del cells
    return ((stat.label.upper(), "label"),)


def _value(stat: StatData, cells: int) -> Line:
    """The number is made short where it does not fit beside its change, and never cut."""
    if not stat.delta_text:
        return ((fmt.fit_number(stat.value_text, cells), stat.role),)
    # In ASCII a currency's sign is written as its code.
    longer = 2 if glyphs.current() is glyphs.ASCII and not stat.value_text.isascii() else 0
    change = stat.delta_text
    if cell_width(stat.value_text) + longer + 1 + cell_width(change) > cells:
        # The arrow says as much as the last word.
        change = _without_word(change)
    room = cells - cell_width(change) - 1 - longer
    value = fmt.fit_number(stat.value_text, room)
    gap = "  " if cell_width(value) < room else " "
    return ((value, stat.role), (f"{gap}{change}", stat.delta_role))


def _quiet(stat: StatData, cells: int) -> Line:
    """What the figure lacks or holds before its source: of that, the window's line has the age of all."""
    both = " · ".join(part for part in (stat.note, stat.source_text) if part)
    fits = cell_width(plain(both)) <= cells or not stat.note
    return ((both if fits else stat.note, "source"),)


def window_spans(found: Home) -> list[Span]:
    """`Last 7 days vs the 7 days before · 17 – 23 Nov 2026`."""
    dot = f" {glyphs.current().dot} "
    days = found.stretch.days
    spans: list[Span] = [(f"Last {found.window.words}", "accent"), (f" vs the {found.window.words} before", "muted")]
    if days is not None:
        spans.append((f"{dot}{fmt.day_range(days.start, days.end)}", "muted"))
    return spans


def cover_words(found: Home, now: datetime) -> str:
    """How many campaigns the figures cover, by what and how old, and whose days they count if not the project's."""
    read = [one.figure for one in found.figures if one.id == "redemptions"]
    source = source_words(read[0].source, found.as_of, now) if read else ""
    covered = f"{found.covered:,} of {fmt.counted(found.campaigns, 'campaign')}"
    by_summary = f"{found.by_summary:,} by summary" if found.by_summary else ""
    return f" {glyphs.current().dot} ".join(part for part in (covered, by_summary, source, found.note) if part)


def insights_head(found: Insights, *, is_short: bool = False) -> Line:
    """The heading above the insights and how many there are; a short one says that some could not be judged."""
    number = len(found.found)
    head: Line = (("NEEDS A LOOK", "label"), (f"  {number:,}" if number else "", "strong"))
    return (*head, ("  ? not all judged", "muted")) if is_short and found.not_judged else head


def not_judged_words(found: Insights) -> str:
    """What could not be judged since it is not cached."""
    return f"not judged: {', '.join(found.not_judged)}" if found.not_judged else ""


def evidence_words(one: Insight | None, cells: int) -> str:
    """The evidence in one line of so many cells; "" where there is no room for what is worth reading."""
    if one is None or cells < _LEAST_EVIDENCE:
        return ""
    return cell_fit(plain(one.evidence), cells, ellipsis=glyphs.current().ellipsis).rstrip()


def insight_columns(found: Sequence[Insight], width: int) -> tuple[int, int]:
    """Cells of the names and of what is said of them, where a list is so wide."""
    most = _WIDE_NAME_CELLS if width >= _WIDE_FROM else _NAME_CELLS
    names = max((cell_width(plain(one.name)) for one in found), default=0)
    said = max((size for one in found if (size := cell_width(plain(one.says))) <= _SAID_CELLS), default=0)
    return min(names, most), said


def insight_line(one: Insight, width: int, columns: tuple[int, int], mark: str) -> Line:
    """Sign, name, what; and the evidence after it where there is room.

    Args:
        one: the insight.
        width: cells.
        columns: as of `insight_columns`.
        mark: the sign of the cursor, or a blank.
    """
    signs, (name, role) = glyphs.current(), _LOOKS[one.urgency]
    left: list[Span] = [(mark, "accent"), (f"{getattr(signs, name)} ", role)]
    if one.name:
        left.append((f"{cell_fit(plain(one.name), columns[0], ellipsis=signs.ellipsis)}  ", "text"))
    says = plain(one.says)
    left.append(
        (says + " " * max(0, columns[1] - cell_width(says)), "strong" if one.urgency is Urgency.NOW else "text")
    )
    room = width - line_width(left) - 3
    if room >= _LEAST_EVIDENCE:
        left.append((f"  {cell_fit(plain(one.evidence), room, ellipsis=signs.ellipsis)}", "muted"))
    return ends(left, (), width)


def insight_parts(one: Insight) -> tuple[str, ...]:
    """What a line would say with all the room there is: whose, what, by which evidence."""
    return one.name, one.says, one.evidence


def insight_details(one: Insight | None, width: int) -> list[Line]:
    """All of an insight: name, what, evidence, and how it is judged."""
    if one is None:
        return []
    name, role = _LOOKS[one.urgency]
    lines: list[Line] = [
        ((one.title.upper(), "label"),),
        ((f"{getattr(glyphs.current(), name)} ", role), (URGENCY_WORDS[one.urgency].capitalize(), "muted")),
    ]
    told: list[tuple[str, Role]] = [
        (f"{one.name}: {one.says}" if one.name else one.says, "strong"), (one.evidence, "text"), (one.judged, "muted"),
    ]  # fmt: skip
    if one.at_stake is not None:
        told.insert(2, (f"At stake: {fmt.counted(one.at_stake, 'redemption')} {one.stake_of}.", "text"))
    for text, kind in told:
        lines += [((part, kind),) for part in wrap_cells(plain(text), max(1, width))]
    return lines


def top_head(width: int) -> Line:
    """The headings of the campaigns' columns."""
    spark = f"  {'14 DAYS':<{_SPARK}}" if width >= _SPARK_FROM else ""
    head = f"{'REDEEMED':>{_COUNT}}{'RATE':>{_RATE}}  {'CHANGE':<{_change_cells(width)}}{spark} "
    return ends(((" TOP CAMPAIGNS", "label"),), ((head, "label"),), width)


def _change_cells(width: int) -> int:
    return _CHANGE if width >= _WORD_FROM else _CHANGE_ALONE


def top_parts(one: TopCampaign) -> tuple[str, str, str, str]:
    """Name, redemptions, rate and change of a campaign; the change is "" where it is not known."""
    redeemed = fmt.count(one.redemptions) if one.complete else fmt.at_least(fmt.count(one.redemptions))
    change = change_words(one.redemptions, one.before, Unit.COUNT) if one.complete else ""
    return one.campaign.display_name, redeemed, fmt.percent(one.success_permille, 1000), change


def top_line(one: TopCampaign, width: int, mark: str) -> Line:
    """Name, redemptions, rate, change and, where there is room, the last fourteen days."""
    signs = glyphs.current()
    name, redeemed, rate, change = top_parts(one)
    low = one.success_permille is not None and one.success_permille < LOW_SUCCESS
    rise: Role = "muted"
    if change and one.before != one.redemptions:
        rise = "good" if one.redemptions > (one.before or 0) else "bad"
    cells = _change_cells(width)
    if cell_width(change) > cells:
        change = _without_word(change)
    right: Line = (
        (f"{fmt.fit_number(redeemed, _COUNT):>{_COUNT}}", "strong"),
        (f"{'!' + rate if low else rate:>{_RATE}}", "bad" if low else "text"),
        (f"  {cell_fit(change or signs.unknown, cells)} ", rise),
    )
    if width >= _SPARK_FROM:
        right = (*right, (f" {sparkline(one.campaign.spark).ljust(_SPARK)} ", "accent"))
    return ends(((mark, "accent"), (plain(name), "text")), right, width)
