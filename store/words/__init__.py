"""The one place where values become text: counts, money, points, shares, days, spans, ages and buckets.

Pure functions on plain values, for the store's sentences, the screens and the command line alike. None is "unknown" and
reads `UNKNOWN`, never 0. Numbers are integers; no float touches them. Signs are Unicode: where a terminal has only
ASCII, `widgets.text` spells them.
"""

from store.words.dates import MONTHS, age, clock, day, day_range, distance, wait, zone_name
from store.words.numbers import (
    UNKNOWN,
    at_least,
    compact,
    count,
    counted,
    delta,
    fit_number,
    money,
    money_compact,
    percent,
    points,
    typed_amount,
)
from store.words.reasons import KEYS_MAY_NOT_READ, KEYS_NOT_ACCEPTED, NOT_STATED, NOT_SYNCED, REFUSED, is_refusal
from store.words.spans import Bucket, DateSpan, bucket_start, month_end

__all__ = [
    "KEYS_MAY_NOT_READ",
    "KEYS_NOT_ACCEPTED",
    "MONTHS",
    "NOT_STATED",
    "NOT_SYNCED",
    "REFUSED",
    "UNKNOWN",
    "Bucket",
    "DateSpan",
    "age",
    "at_least",
    "bucket_start",
    "clock",
    "compact",
    "count",
    "counted",
    "day",
    "day_range",
    "delta",
    "distance",
    "fit_number",
    "is_refusal",
    "money",
    "money_compact",
    "month_end",
    "percent",
    "points",
    "typed_amount",
    "wait",
    "zone_name",
]
