"""The period a choice of dates means, and its words. Pure."""

from datetime import date

from store import words as fmt
from store.queries.series import FIRST_DAY
from store.words import Bucket, DateSpan
from tui.kit.context import Period
from widgets.dialog.date_range import DateChoice
from widgets.text import glyphs
from widgets.text.lines import Span


def period_of(choice: DateChoice, life: DateSpan, today: date) -> Period:
    """The period a choice of dates means; open sides end where the data does."""
    start = choice.range.start or max(FIRST_DAY, min(life.start, choice.range.end or today))
    end = choice.range.end or max(life.end, today, start)
    whole_life = choice.range.start is None and choice.range.end is None
    return Period(
        DateSpan(start, end), choice.range.title, Bucket(choice.bucket), choice.previous is not None, whole_life
    )


def period_words(period: Period) -> list[Span]:
    """`Last 30 days vs previous 30 · 22 Oct – 20 Nov 2026 · by week`."""
    dot = f" {glyphs.current().dot} "
    spans: list[Span] = [(period.label, "accent")]
    if (before := period.before) is not None:
        as_many = before.days == period.span.days
        words = f"previous {fmt.count(before.days)}" if as_many else fmt.day_range(before.start, before.end)
        spans.append((f" vs {words}", "muted"))
    spans.append((f"{dot}{fmt.day_range(period.span.start, period.span.end)}", "muted"))
    if period.bucket is not Bucket.DAY:
        spans.append((f"{dot}by {period.bucket.value}", "muted"))
    return spans
