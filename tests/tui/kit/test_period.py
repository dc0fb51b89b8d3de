"""The period on a campaign's screen: what it is compared with is what its words and the dialog of dates say."""

from datetime import date

import pytest

from store.words import DateSpan
from tui.kit.period import period_of, period_words
from widgets.dialog.date_presets import DateRange, preset
from widgets.dialog.date_range import DateChoice

TODAY = date(2026, 11, 20)
LIFE = DateSpan(date(2026, 1, 5), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("choice", "before", "words"),
    [
        (preset("30d", TODAY), DateSpan(date(2026, 9, 22), date(2026, 10, 21)), "Last 30 days vs previous 30 · "),
        (preset("this_month", TODAY), DateSpan(date(2026, 10, 1), date(2026, 10, 31)),
         "This month vs 1 Oct – 31 Oct 2026 · "),
        (preset("last_month", TODAY), DateSpan(date(2026, 9, 1), date(2026, 9, 30)),
         "Last month vs 1 Sep – 30 Sep 2026 · "),
        (preset("all", TODAY), None, "All time · "),
    ],
)  # fmt: skip
def test_what_a_period_is_compared_with(choice: DateRange, before: DateSpan | None, words: str) -> None:
    chosen = DateChoice(choice)
    period = period_of(chosen, LIFE, TODAY)
    assert period.before == before
    assert "".join(text for text, _ in period_words(period)).startswith(words)
    said = chosen.previous
    assert before == (said and said.span)
    assert period_of(DateChoice(chosen.range, compare=False), LIFE, TODAY).before is None
