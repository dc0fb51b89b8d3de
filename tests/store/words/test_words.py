import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import words as fmt

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0, "0"),
        (999, "999"),
        (12345, "12,345"),
        (-1234, "-1,234"),
        (10**12, "1,000,000,000,000"),
    ],
)
def test_count(value: int | None, text: str) -> None:
    assert fmt.count(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0, "0"),
        (999, "999"),
        (1000, "1k"),
        (1250, "1.3k"),
        (12_345, "12.3k"),
        (99_949, "99.9k"),
        (99_950, "100k"),
        (999_499, "999k"),
        (999_500, "1M"),
        (-4_500_000, "-4.5M"),
        (10**12, "1T"),
        (123 * 10**15, "123Q"),
    ],
)
def test_compact(value: int | None, text: str) -> None:
    assert fmt.compact(value) == text


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_compact_is_short(value: int) -> None:
    assert len(fmt.compact(abs(value))) <= 5 or abs(value) >= 10**15 - 10**12


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (None, "EUR", "–"),
        (0, "EUR", "€0.00"),
        (5, "EUR", "€0.05"),
        (-5, "EUR", "-€0.05"),
        (1_959_000, "eur", "€19,590.00"),
        (1_959_000, None, "19,590.00"),
        (1_959_000, "PLN", "19,590.00 PLN"),
        (10**20 + 1, "USD", "$1,000,000,000,000,000,000.01"),
        (50_000, "JPY", "¥500"),
        (50_050, "JPY", "¥500.50"),
        (-50_000, " jpy ", "-¥500"),
        (0, "KRW", "₩0"),
        (100_00, "VND", "100 VND"),
        (1_234_50, "KWD", "1,234.50 KWD"),
    ],
)
def test_money(minor: int | None, currency: str | None, text: str) -> None:
    assert fmt.money(minor, currency) == text


@given(st.integers(-(10**25), 10**25), st.sampled_from([None, "PLN", "XAF"]))
def test_money_is_exact(minor: int, currency: str | None) -> None:
    digits = fmt.money(minor, currency).split(" ")[0].replace(",", "")
    assert Decimal(digits) * 100 == minor


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (None, None, "–"),
        (0, "EUR", "€0"),
        (49, "EUR", "€0"),
        (50, "EUR", "€1"),
        (99_949, "EUR", "€999"),
        (99_950, "EUR", "€1k"),
        (1_959_000, "EUR", "€19.6k"),
        (-1_959_000, "PLN", "-19.6k PLN"),
    ],
)
def test_money_compact(minor: int | None, currency: str | None, text: str) -> None:
    assert fmt.money_compact(minor, currency) == text


def test_points() -> None:
    assert [fmt.points(v) for v in (None, 0, 1, 8410)] == ["–", "0 pts", "1 pt", "8,410 pts"]
    assert [fmt.points(v, short=False) for v in (None, 1, -8410)] == ["–", "1 point", "-8,410 points"]


def test_counted() -> None:
    assert [fmt.counted(number, "call") for number in (0, 1, 1204)] == ["0 calls", "1 call", "1,204 calls"]
    assert fmt.counted(2, "entry", "entries") == "2 entries"


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (None, 10, "–"),
        (1, None, "–"),
        (1, 0, "–"),
        (0, 10, "0.0 %"),
        (941, 1000, "94.1 %"),
        (10, 10, "100 %"),
        (99_999, 100_000, "99.9 %"),
        (1, 1_000_000, "<0.1 %"),
        (1, 2_000, "0.1 %"),
        (49, 100_000, "<0.1 %"),
        (50, 100_000, "0.1 %"),
        (9_995, 10_000, "99.9 %"),
        (1_001, 1_000, "100 %"),
        (25, 10, "250 %"),
        (-1, 4, "-25.0 %"),
    ],
)
def test_percent(part: int | None, whole: int | None, text: str) -> None:
    assert fmt.percent(part, whole) == text


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_percent_never_rounds_up_to_the_whole_or_down_to_nothing(part: int, whole: int) -> None:
    text = fmt.percent(part, whole)
    assert (text == "100 %") == (part == whole or (part > whole and round(part * 100 / whole) <= 100))
    assert (text == "0.0 %") == (part == 0)


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [
        (108, 100, "▲ 8.0 %"),
        (2_203, 1_000, "▲ 120 %"),
        (98, 100, "▼ 2.0 %"),
        (100, 100, "= 0 %"),
        (5, 0, "▲ new"),
        (1001, 1000, "▲ 0.1 %"),
        (100_001, 100_000, "▲ <0.1 %"),
        (100_000, 1, "▲ >999 %"),
        (10_994, 1_000, "▲ 999 %"),
        (10_995, 1_000, "▲ >999 %"),
        (0, 0, "= 0 %"),
        (-5, 0, "▼ new"),
        (0, 4, "▼ 100 %"),
        (None, 1, ""),
        (1, None, ""),
    ],
)
def test_delta(now: int | None, before: int | None, text: str) -> None:
    assert fmt.delta(now, before) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 min ago"),
        (120, "2 min ago"),
        (3599, "59 min ago"),
        (3600, "1 h ago"),
        (3 * 3600, "3 h ago"),
        (48 * 3600 - 1, "47 h ago"),
        (48 * 3600, "2 d ago"),
        (5 * 86400, "5 d ago"),
    ],
)
def test_age(seconds: int, text: str) -> None:
    assert fmt.age(NOW - timedelta(seconds=seconds), NOW) == text


def test_never() -> None:
    assert fmt.age(None, NOW) == "never"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.2, "1 s"),
        (90, "90 s"),
        (91, "2 min"),
        (5_400, "90 min"),
        (5_401, "2 h"),
        (99 * 86_400, "2376 h"),
        (99 * 86_400 + 1, "more than 99 days"),
        (1e300, "more than 99 days"),
    ],
)
def test_wait(seconds: float, text: str) -> None:
    assert fmt.wait(seconds) == text


NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DISTANCES = [
    (timedelta(seconds=20), "in less than 1 min"),
    (timedelta(minutes=12), "in 12 min"),
    (timedelta(hours=5), "in 5 h"),
    (timedelta(hours=11), "in 11 h"),
    (timedelta(hours=13), "tomorrow"),
    (timedelta(hours=34, minutes=59), "tomorrow"),
    (timedelta(hours=35, minutes=1), "in 2 d"),
    (timedelta(seconds=59), "in less than 1 min"),
    (timedelta(minutes=1), "in 1 min"),
    (timedelta(minutes=59, seconds=59), "in 59 min"),
    (timedelta(hours=1), "in 1 h"),
    (timedelta(days=400), "in 400 d"),
    (timedelta(days=729), "in 729 d"),
    (timedelta(days=730), "in 2 y"),
    (timedelta(days=1000), "in 2 y"),
    (timedelta(seconds=-20), "less than 1 min ago"),
    (timedelta(hours=-11), "11 h ago"),
    (timedelta(hours=-12, minutes=-59), "12 h ago"),
    (timedelta(hours=-13, minutes=-1), "yesterday"),
    (timedelta(days=-40), "40 d ago"),
]


@pytest.mark.parametrize(("gap", "words"), DISTANCES)
def test_distances_follow_the_local_calendar(gap: timedelta, words: str) -> None:
    assert fmt.distance(NOON + gap, NOON, ZoneInfo("Europe/Warsaw")) == words


def test_dates() -> None:
    assert fmt.day(date(2026, 11, 20)) == "20 Nov 2026"
    assert fmt.day(None) == "–"
    assert fmt.day_range(date(2026, 9, 1), date(2026, 11, 26)) == "1 Sep – 26 Nov 2026"
    assert fmt.day_range(date(2025, 9, 1), date(2026, 11, 26)) == "1 Sep 2025 – 26 Nov 2026"
    assert fmt.day_range(None, date(2026, 1, 2)) == "until 2 Jan 2026"
    assert fmt.day_range(date(2026, 1, 2), None) == "from 2 Jan 2026"
    assert fmt.day_range(None, None) == "always"


def test_clock_names_the_zone_across_daylight_saving() -> None:
    warsaw = ZoneInfo("Europe/Warsaw")
    assert fmt.clock(datetime(2026, 11, 20, 13, 3, tzinfo=UTC), warsaw) == "20 Nov 2026 14:03 Europe/Warsaw"
    assert fmt.clock(datetime(2026, 7, 20, 22, 3), warsaw, named=False) == "21 Jul 2026 00:03"
    assert fmt.clock(NOW, UTC, seconds=True) == "20 Nov 2026 12:00:00 UTC"
    assert fmt.clock(NOW, timezone(timedelta(hours=2))).endswith("14:00 UTC+02:00")
    assert fmt.clock(None, UTC) == "–"


def test_it_is_pure_so_that_store_widgets_and_commands_can_use_it() -> None:
    code = "import sys; before = set(sys.modules); import store.words; print(*(set(sys.modules) - before))"
    answer = subprocess.run([sys.executable, "-S", "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    found = set(answer.stdout.split())
    parts = {"store.words", *(f"store.words.{part}" for part in ("dates", "numbers", "reasons", "spans"))}
    assert {name for name in found if name.startswith("store")} == {"store", "store.days", "store.times", *parts}
    assert {name.partition(".")[0] for name in found} <= sys.stdlib_module_names | {"store"}


@pytest.mark.parametrize(
    ("words", "cells", "shown"),
    [
        ("12,345", 6, "12,345"),
        ("12,345", 5, "12.3k"),
        ("€90,123,456,789.00", 12, "€90.1B"),
        ("≥ €90,123,456,789.00", 12, "≥ €90.1B"),
        ("-€90,123,456,789.00", 12, "-€90.1B"),
        ("92,233,720,368,547,758.07 PLN", 14, "92.2Q PLN"),
        ("9,223,372,036,854,775,807 pts", 16, "9,223Q pts"),
        ("12,345,678 of 99,999,999", 16, "12.3M of 100M"),
        ("1234567", 5, "1.2M"),
        ("–", 0, "–"),
    ],
)
def test_a_number_that_does_not_fit_is_made_short_and_never_cut(words: str, cells: int, shown: str) -> None:
    assert fmt.fit_number(words, cells) == shown


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(99_994, 1_000, "9,999 %"), (100_000, 1_000, "10k %"), (2**63 - 1, 1, "922,337Q %"), (-(2**63), 1, "-922,337Q %")],
)
def test_a_long_percentage_is_made_short(part: int, whole: int, shown: str) -> None:
    assert fmt.percent(part, whole) == shown
