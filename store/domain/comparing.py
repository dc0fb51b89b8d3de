"""Operators of conditions, decided: yes, no, or not known with the reason.

Only what the specification leaves no doubt about is decided (schema ValidationRuleConditions). Where it leaves two
readings, both are tried, and an answer is given only if they agree.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from store.days import local_time
from store.domain.durations import parse_duration
from store.domain.validity import DailyHours, clock_minute, opening
from store.domain.values import visible, whole, word
from store.folding import fold
from store.times import instant_of, utc_text

_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
_SECONDS = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether a comparison holds; `why` says in words why it is not known.

    `lacks` names what there is none of (`order`, `customer`, `property`) where that is why it does not hold.
    """

    truth: bool | None
    why: str = ""
    lacks: str = ""


@dataclass(frozen=True, slots=True)
class DateContext:
    """What dates are compared by: the moment and the project's zone, each `None` where it is not known."""

    moment: datetime | None = None
    zone: tzinfo | None = None


def all_of(truths: Iterable[bool | None]) -> bool | None:
    """Three-valued `and`: one no decides, else one unknown leaves it open."""
    found = set(truths)
    return False if False in found else None if None in found else True


def any_of(truths: Iterable[bool | None]) -> bool | None:
    """Three-valued `or`: one yes decides, else one unknown leaves it open."""
    found = set(truths)
    return True if True in found else None if None in found else False


def opposite(truth: bool | None) -> bool | None:
    """Three-valued `not`."""
    return None if truth is None else not truth


OPPOSITES = {
    "$is_not": "$is", "$not_in": "$in", "$not_contain": "$contains", "$not_contains": "$contains",
    "$is_not_defined": "$is_defined", "$is_unknown": "$has_value",
}  # fmt: skip
_PRESENCE = ("$is_defined", "$has_value")
_EQUAL = ("$is", "$in")
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "$less_than": lambda one, other: one < other,
    "$less_than_or_equal": lambda one, other: one <= other,
    "$less_than_equal": lambda one, other: one <= other,
    "$more_than": lambda one, other: one > other,
    "$more_than_or_equal": lambda one, other: one >= other,
    "$more_than_equal": lambda one, other: one >= other,
    "$greater_than": lambda one, other: one > other,
    "$greater_than_or_equal": lambda one, other: one >= other,
}
_TEXT: dict[str, Callable[[str, str], bool]] = {
    "$starts_with": str.startswith,
    "$ends_with": str.endswith,
    "$contains": lambda text, part: part in text,
}
_SIZES: dict[str, Callable[[int, int], bool]] = {
    "$count": lambda size, wanted: size == wanted,
    "$count_more": lambda size, wanted: size > wanted,
    "$count_less": lambda size, wanted: size < wanted,
}
NOT_DECIDED = "the cache cannot decide this comparison"
_NO_VALUE = "the condition states no value that can be read"
_DOUBT = "the API does not say how these two compare"


def agreed(truths: Iterable[bool | None], why: str) -> Comparison:
    """The one answer that every reading gives; else that it is not known."""
    found = set(truths)
    return Comparison(found.pop()) if len(found) == 1 and None not in found else Comparison(None, why)


def operands(values: Any) -> Sequence[Any]:
    """The values of an operator, which come as a list or alone."""
    return values if isinstance(values, list | tuple) else [] if values is None else [values]


def real(value: Any) -> int | float | None:
    """A finite number, also from a string of digits; a yes or no is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return whole(value) if isinstance(value, str) else None


def compare_number(operator: str, possible: Sequence[int], values: Any) -> Comparison:
    """Compare a number that may be any of some.

    Args:
        operator: as received, `$less_than`.
        possible: the numbers it may be.
        values: of the operator, as received.
    """
    found = [real(value) for value in operands(values)]
    wanted = [value for value in found if value is not None]
    if not wanted or len(wanted) < len(found):
        return Comparison(None, _NO_VALUE)
    known = operator in _ORDER or OPPOSITES.get(operator, operator) in _EQUAL
    return agreed((_number(operator, number, wanted) for number in set(possible)), _DOUBT if known else NOT_DECIDED)


def compare_between(operator: str, least: int, most: int | None, values: Any) -> Comparison:
    """Compare a number that lies between two, both included; `most` is None where it may be any larger one."""
    wanted = [value for one in operands(values) if (value := real(one)) is not None]
    near = {math.floor(value) + step for value in wanted for step in (-1, 0, 1)}
    points = {least, *(point for point in near if point >= least and (most is None or point <= most))}
    answer = compare_number(operator, (*points, *([most] if most is not None else [])), values)
    return Comparison(None, "only a part of the number is known") if answer.why == _DOUBT and most != least else answer


def _number(operator: str, actual: int, wanted: Sequence[int | float]) -> bool | None:
    if operator in OPPOSITES:
        return opposite(_number(OPPOSITES[operator], actual, wanted))
    if operator in _EQUAL:
        return actual in wanted
    holds = _ORDER.get(operator)
    results = set() if holds is None else {holds(actual, value) for value in wanted}
    return results.pop() if len(results) == 1 else None


def compare_members(operator: str, actual: frozenset[str], values: Any) -> Comparison:
    """Compare membership: `$is` and `$in` hold where one of the named is among them."""
    if operator in OPPOSITES:
        answer = compare_members(OPPOSITES[operator], actual, values)
        return Comparison(opposite(answer.truth), answer.why)
    wanted = [_identity(value) for value in operands(values)]
    if operator not in _EQUAL:
        return Comparison(None, NOT_DECIDED)
    return (
        Comparison(any(value in actual for value in wanted)) if wanted and all(wanted) else Comparison(None, _NO_VALUE)
    )


def _identity(value: Any) -> str:
    return visible(value.get("id")) if isinstance(value, dict) else visible(value)


def compare_value(operator: str, actual: Any, values: Any, clock: DateContext) -> Comparison:
    """Compare a metadata value, `None` where the property is known not to be set."""
    if operator in OPPOSITES:
        base = OPPOSITES[operator]
        if actual is None and base not in _PRESENCE:
            return Comparison(None, "the property is not set, and the API does not say how that compares")
        answer = compare_value(base, actual, values, clock)
        return Comparison(opposite(answer.truth), answer.why)
    if operator in _PRESENCE:
        return Comparison(actual is not None)
    if operator in ("$is_true", "$is_false"):
        values = [operator == "$is_true"]
        operator = "$is"
    wanted = operands(values)
    if not wanted:
        return Comparison(None, _NO_VALUE)
    answers = (reader(operator, actual, wanted, clock) for reader in (_equality, _ordering, _texts, _sizes, _dates))
    return next((answer for answer in answers if answer is not None), Comparison(None, NOT_DECIDED))


def _unset(actual: Any) -> Comparison | None:
    return Comparison(False, lacks="property") if actual is None else None


def _equality(operator: str, actual: Any, wanted: Sequence[Any], _clock: DateContext) -> Comparison | None:
    if operator not in _EQUAL:
        return None
    truth = any_of(_same(actual, value) for value in wanted)
    return _unset(actual) or Comparison(truth, "" if truth is not None else _DOUBT)


def _same(actual: Any, wanted: Any) -> bool | None:
    """Whether two values are one; None where it depends on capitals, blanks or kinds, of which the API says nothing."""
    if isinstance(actual, dict | list) or isinstance(wanted, dict | list) or wanted is None:
        return None
    if isinstance(actual, str) and isinstance(wanted, str):
        if actual == wanted:
            return True
        return None if fold(actual.strip()) == fold(wanted.strip()) else False
    kinds = {isinstance(value, bool) for value in (actual, wanted)}
    if not isinstance(actual, str) and not isinstance(wanted, str) and len(kinds) == 1:
        return bool(actual == wanted)
    one, other = _loose(actual), _loose(wanted)
    return None if one == other else False


def _loose(value: Any) -> Any:
    """A value as another kind may spell it: numbers of text, words of flags."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError:
        return value.strip().lower()


def _ordering(operator: str, actual: Any, wanted: Sequence[Any], _clock: DateContext) -> Comparison | None:
    holds = _ORDER.get(operator)
    if holds is None:
        return None
    one = None if isinstance(actual, str) else real(actual)
    others = [None if isinstance(value, str) else real(value) for value in wanted]
    if one is None or None in others:
        return _unset(actual) or Comparison(None, _DOUBT)
    return agreed((holds(one, other) for other in others), _DOUBT)


def _texts(operator: str, actual: Any, wanted: Sequence[Any], _clock: DateContext) -> Comparison | None:
    holds = _TEXT.get(operator)
    if holds is None:
        return None
    if not isinstance(actual, str) or not all(isinstance(value, str) and value for value in wanted):
        return _unset(actual) or Comparison(None, _DOUBT)
    if any(holds(actual, value) for value in wanted):
        return Comparison(True)
    return Comparison(None, _DOUBT) if any(holds(fold(actual), fold(value)) for value in wanted) else Comparison(False)


def _sizes(operator: str, actual: Any, wanted: Sequence[Any], _clock: DateContext) -> Comparison | None:
    holds = _SIZES.get(operator)
    if holds is None:
        return None
    sizes = [whole(value) for value in wanted]
    if not isinstance(actual, list | tuple) or None in sizes:
        return _unset(actual) or Comparison(None, _DOUBT)
    return agreed((holds(len(actual), size) for size in sizes if size is not None), _DOUBT)


def _dates(operator: str, actual: Any, wanted: Sequence[Any], clock: DateContext) -> Comparison | None:
    reader = _DATES.get("$" + operator.removeprefix("$"))
    if reader is None:
        return None
    text = utc_text(actual)
    if text is None:
        return _unset(actual) or Comparison(None, "the value is not a date")
    truths = [reader(_Date(instant_of(text), len(actual) == 10), value, clock) for value in wanted]
    truth = any_of(truths)
    return Comparison(truth, "" if truth is not None else _date_doubt(clock))


def _date_doubt(clock: DateContext) -> str:
    if clock.zone is None:
        return "the project's time zone is not known"
    return "the moment is not known" if clock.moment is None else "the API does not say how these dates compare"


@dataclass(frozen=True, slots=True)
class _Date:
    """An instant; `bare` where it came as a day without a time."""

    instant: datetime
    bare: bool

    def day(self, zone: tzinfo) -> date:
        return self.instant.date() if self.bare else local_time(self.instant, zone).date()


def _beside(sign: int) -> Callable[[_Date, Any, DateContext], bool | None]:
    """`$before` (-1) and `$after` (1): a day without a time is any instant near it."""

    def holds(actual: _Date, value: Any, _clock: DateContext) -> bool | None:
        text = utc_text(value)
        if text is None:
            return None
        gap = actual.instant - instant_of(text)
        one_is_bare = actual.bare is not (len(word(value)) == 10)
        if one_is_bare and abs(gap) <= 2 * _DAY:
            return None
        return gap * sign > timedelta(0)

    return holds


def _distance(sign: int, operator: str) -> Callable[[_Date, Any, DateContext], bool | None]:
    """Days from today, back (-1) or ahead (1): by the calendar and by the clock alike, or not known."""
    holds = _ORDER.get(operator)

    def decided(actual: _Date, value: Any, clock: DateContext) -> bool | None:
        days = whole(value)
        if days is None or clock.moment is None or clock.zone is None:
            return None
        calendar = (actual.day(clock.zone) - local_time(clock.moment, clock.zone).date()).days * sign
        if holds is None:
            return calendar == days
        if actual.bare:
            exact, scale = 2 * calendar - sign, 2
        else:
            exact, scale = (actual.instant - clock.moment) * sign // _SECOND, _SECONDS
        on_the_wrong_side = calendar < 0 and operator == "$less_than"
        by_calendar, by_clock = holds(calendar, days), holds(exact, days * scale)
        return by_calendar if by_calendar == by_clock and not on_the_wrong_side else None

    return decided


def _weekday(actual: _Date, value: Any, clock: DateContext) -> bool | None:
    day = whole(value)
    if day is None or not 0 <= day <= 6 or clock.zone is None:
        return None
    return actual.day(clock.zone).isoweekday() % 7 == day


def _absolute(actual: _Date, value: Any, _clock: DateContext) -> bool | None:
    ends = [utc_text(part.strip()) for part in word(value).split(";")]
    known = [instant_of(end) for end in ends if end is not None]
    if len(known) != 2 or len(ends) != 2 or actual.bare or actual.instant == known[1]:
        return None
    return known[0] <= actual.instant < known[1]


def _daily_hours(actual: _Date, value: Any, clock: DateContext) -> bool | None:
    parts = word(value).split(";")
    if len(parts) != 3 or clock.zone is None or actual.bare:
        return None
    start, end = clock_minute(parts[0]), clock_minute(parts[1])
    days = [whole(part) for part in parts[2].split(",")]
    named = tuple(day for day in days if day is not None and 0 <= day <= 6)
    if start is None or end is None or len(named) != len(days):
        return None
    local = local_time(actual.instant, clock.zone)
    return DailyHours(named, start, end).admits(local.isoweekday() % 7, local.hour * 60 + local.minute)


def _repeated(actual: _Date, value: Any, clock: DateContext) -> bool | None:
    parts = [part.strip() for part in word(value).split(";")]
    if len(parts) != 3 or clock.zone is None or actual.bare or parse_duration(parts[1]) is None:
        return None
    frame = {"start_date": parts[0], "validity_timeframe": {"interval": parts[1], "duration": parts[2]}}
    return opening(frame, actual.instant.astimezone(UTC), clock.zone).open


_DATES: dict[str, Callable[[_Date, Any, DateContext], bool | None]] = {
    "$before": _beside(-1),
    "$after": _beside(1),
    "$dow": _weekday,
    "$timeframe": _repeated,
    "$timeframe_absolute": _absolute,
    "$timeframe_daily_hours": _daily_hours,
    "$more_than_ago": _distance(-1, "$more_than"),
    "$less_than_ago": _distance(-1, "$less_than"),
    "$is_days_ago": _distance(-1, "$is"),
    "$more_than_future": _distance(1, "$more_than"),
    "$less_than_future": _distance(1, "$less_than"),
    "$is_days_in_future": _distance(1, "$is"),
}
"""Operators on dates; the API leaves out the dollar sign of one."""
