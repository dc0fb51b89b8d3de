"""A figure is exact, at least so much, or unknown; never a part that looks whole."""

from datetime import date

import pytest

from store.models import Figure, Source, Unit
from store.queries.budget import net
from store.queries.series import Series
from tui.kit.figure_words import known_words


@pytest.mark.parametrize(
    ("found", "complete", "value", "at_least", "words"),
    [
        (5_000, True, 5_000, None, "€50.00"),
        (0, True, 0, None, "€0.00"),
        (None, True, None, None, "–"),
        (5_000, False, None, 5_000, "≥ €50.00"),
        (-5_000, False, None, -5_000, "≥ -€50.00"),
        (0, False, None, None, "–"),
        (None, False, None, None, "–"),
    ],
)
def test_a_part_is_never_a_value(
    found: int | None, complete: bool, value: int | None, at_least: int | None, words: str
) -> None:
    figure = Figure.counted(found, Unit.MINOR, Source.ROWS, None, complete)
    assert (figure.value, figure.at_least, figure.complete) == (value, at_least, complete)
    assert known_words(figure, "EUR") == words


def test_the_sum_of_a_partial_series_is_at_least() -> None:
    series = Series("orders_amount", (date(2026, 11, 1),), (5_000,), Source.ROWS, None, False, "not all rows")
    figure = series.figure(Unit.MINOR)
    assert (figure.value, figure.at_least, figure.note) == (None, 5_000, "not all rows")


@pytest.mark.parametrize(("complete", "previous"), [(True, 5_000), (False, None)])
def test_only_a_whole_period_is_compared_with(complete: bool, previous: int | None) -> None:
    now = Series("orders_amount", (date(2026, 11, 2),), (6_000,), Source.ROWS, None, True)
    before = Series("orders_amount", (date(2026, 11, 1),), (5_000,), Source.ROWS, None, complete)
    assert now.figure(Unit.MINOR, before).previous == previous


@pytest.mark.parametrize(
    ("gross", "back", "value", "at_least"),
    [
        (Figure(900), Figure(150), 750, None),
        (Figure(None, at_least=900), Figure(150), None, 750),
        (Figure(900), Figure(None, at_least=150), None, None),
        (Figure(None, at_least=900), Figure(None, at_least=150), None, None),
    ],
)
def test_what_was_taken_back_in_part_leaves_the_net_unknown(
    gross: Figure, back: Figure, value: int | None, at_least: int | None
) -> None:
    found = net(gross, back)
    assert (found.value, found.at_least) == (value, at_least)
