"""Values as words: counts, money, points, percent, changes, ages, times and sparks.

Pure functions on plain values; no Textual, so that the command line uses them too. `None` is "unknown" and shows as
a dash, never as 0. Money and points are integers; no float touches them.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal

from widgets.text import glyphs

_UNITS = (("Q", 10**15), ("T", 10**12), ("B", 10**9), ("M", 10**6), ("k", 10**3))
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "ILS": "₪", "UAH": "₴"}

_LONG_SHARE = 10_000
"""Percent from which a share is told in short."""

MINOR_PER_MAJOR = 100
"""The API multiplies every amount by 100, whatever the currency (API §1)."""


def count(value: int | None) -> str:
    """`12345` → `12,345`."""
    return glyphs.current().unknown if value is None else f"{value:,}"


def compact(value: int | None) -> str:
    """A count in at most five characters and a sign: `950`, `1.2k`, `12.3k`, `123k`, `4.5M`.

    Halves round away from zero; the arithmetic is on integers.
    """
    if value is None:
        return glyphs.current().unknown
    sign, size = ("-" if value < 0 else ""), abs(value)
    for index, (letter, unit) in enumerate(_UNITS):
        if size < unit:
            continue
        tenths = _round_div(size * 10, unit)
        if tenths < 1000:
            whole, tenth = divmod(tenths, 10)
            return f"{sign}{whole}.{tenth}{letter}" if tenth else f"{sign}{whole}{letter}"
        whole = _round_div(size, unit)
        if whole >= 1000 and index:
            return f"{sign}1{_UNITS[index - 1][0]}"
        return f"{sign}{whole:,}{letter}"
    return f"{sign}{size}"


_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")


def fit_number(words: str, cells: int) -> str:
    """A number in words made short where it is wider than its place: `€90,123,456,789.00` → `€90.1B`.

    A number that is cut reads as another one; the compact form keeps its size. What holds no number stays as it is.
    """
    if len(words) <= cells:
        return words
    return _NUMBER.sub(lambda found: compact(int(found[0].replace(",", "").partition(".")[0])), words)


def money(minor: int | None, currency: str | None = None, *, cents: bool = True) -> str:
    """Minor units as an amount: `1959000, "EUR"` → `€19,590.00`.

    Args:
        minor: integer minor units, hundredths in every currency (API §1).
        currency: ISO 4217 code of the profile. `None` shows a bare number, for `/v1` carries no currency.
        cents: `False` rounds to whole major units (halves away from zero).
    """
    if minor is None:
        return glyphs.current().unknown
    sign, size = ("-" if minor < 0 else ""), abs(minor)
    if cents:
        major, rest = divmod(size, MINOR_PER_MAJOR)
        amount = f"{major:,}.{rest:02d}"
    else:
        amount = f"{_round_div(size, MINOR_PER_MAJOR):,}"
    return sign + _with_currency(amount, currency)


def money_compact(minor: int | None, currency: str | None = None) -> str:
    """Minor units for an axis or a narrow column: `€19.6k`."""
    if minor is None:
        return glyphs.current().unknown
    size = _round_div(abs(minor), MINOR_PER_MAJOR)
    return ("-" if minor < 0 else "") + _with_currency(compact(size), currency)


def points(value: int | None) -> str:
    """`8410` → `8,410 pts`; points are never multiplied (API §1)."""
    if value is None:
        return glyphs.current().unknown
    return f"{value:,} {'pt' if abs(value) == 1 else 'pts'}"


def at_least(words: str) -> str:
    """A number of which only a part is known: `≥ €50.00`."""
    return f"≥ {words}"


def percent(part: int | None, whole: int | None) -> str:
    """A share with one decimal below 100 %: `94.1 %`, `100 %`.

    Unknown when a side is unknown or the whole is 0. A share that is not 0 is never shown as `0.0 %`, and one that is
    not the whole never as `100 %`: it reads `<0.1 %` and `99.9 %`.
    """
    if part is None or not whole:
        return glyphs.current().unknown
    sign = "-" if (part < 0) != (whole < 0) and part else ""
    size, base = abs(part), abs(whole)
    if size == base:
        return f"{sign}100 %"
    tenths = _round_div(size * 1000, base)
    if size > base:
        share = max(100, _round_div(size * 100, base))
        return f"{sign}{share:,} %" if share < _LONG_SHARE else f"{sign}{compact(share)} %"
    if size and not tenths:
        return f"{sign}<0.1 %"
    tenths = min(tenths, 999)
    return f"{sign}{tenths // 10}.{tenths % 10} %"


def delta(now: int | None, before: int | None) -> str:
    """The change against an earlier period: `▲ 8.3 %`, `▼ 120 %`, `= 0 %`, `▲ new` from zero; empty when unknown.

    One decimal below 100 %, as every share.
    """
    if now is None or before is None:
        return ""
    signs = glyphs.current()
    if now == before:
        return f"{signs.same} 0 %"
    sign = signs.up if now > before else signs.down
    if before == 0:
        return f"{sign} new"
    share = _round_div(abs(now - before) * 100, abs(before))
    return f"{sign} >999 %" if share > 999 else f"{sign} {percent(abs(now - before), abs(before))}"


def age(then: datetime | None, now: datetime) -> str:
    """How long ago, for data: `just now`, `2 min ago`, `3 h ago`, `5 d ago`; a time ahead of `now` is `just now`."""
    if then is None:
        return "never"
    seconds = int((now - then).total_seconds())
    if seconds < _MINUTE:
        return "just now"
    return f"{_coarse(seconds)} ago"


def until(then: datetime, now: datetime) -> str:
    """The distance to a time on either side: `in 3 d`, `2 h ago`, `now`."""
    seconds = int((then - now).total_seconds())
    if abs(seconds) < _MINUTE:
        return "now"
    return f"in {_coarse(seconds)}" if seconds > 0 else f"{_coarse(-seconds)} ago"


def duration(span: timedelta | None) -> str:
    """A length of time in its two largest units: `45 s`, `3 min 20 s`, `2 h 5 min`, `4 d 3 h`."""
    if span is None:
        return glyphs.current().unknown
    total = int(span.total_seconds())
    sign, rest = ("-" if total < 0 else ""), abs(total)
    parts: list[str] = []
    for unit, size in (("d", _DAY), ("h", _HOUR), ("min", _MINUTE), ("s", 1)):
        value, rest = divmod(rest, size)
        if value:
            parts.append(f"{value} {unit}")
        elif parts:
            break
        if len(parts) == 2:
            break
    return sign + " ".join(parts) if parts else "0 s"


def day(value: date | None, *, year: bool = True) -> str:
    """`20 Nov 2026`; with `year=False`, `20 Nov`."""
    if value is None:
        return glyphs.current().unknown
    text = f"{value.day} {_MONTHS[value.month - 1]}"
    return f"{text} {value.year}" if year else text


def day_range(start: date | None, end: date | None) -> str:
    """`1 Sep – 26 Nov 2026`; an open side reads `from …`, `until …`, both `always`."""
    if start is None:
        return "always" if end is None else f"until {day(end)}"
    if end is None:
        return f"from {day(start)}"
    return f"{day(start, year=start.year != end.year)} – {day(end)}"


def clock(value: datetime | None, zone: tzinfo, *, seconds: bool = False, named: bool = True) -> str:
    """A time on the wall of the project: `20 Nov 2026 14:03 Europe/Warsaw`.

    Args:
        value: an aware time; a naive one is taken as UTC.
        zone: the project's time zone.
        seconds: adds seconds.
        named: adds the zone's name; leave it out only where the screen already shows it.
    """
    if value is None:
        return glyphs.current().unknown
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        local = aware.astimezone(zone)
    except OverflowError:  # the ends of the calendar have no time in some zones
        local, zone = aware, UTC
    time = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
    text = f"{day(local.date())} {time}"
    return f"{text} {zone_name(zone, local)}" if named else text


def zone_name(zone: tzinfo, at: datetime | None = None) -> str:
    """`Europe/Warsaw`, `UTC`, or the offset where a zone has no key."""
    key = getattr(zone, "key", None)
    if isinstance(key, str) and key:
        return key
    return zone.tzname(at) or "UTC"


def meter(used: int, whole: int, cells: int = 8) -> str:
    """A bar of `cells` characters, `▰▰▰▱▱▱▱▱`; anything above 0 shows at least one full cell."""
    signs = glyphs.current()
    if whole <= 0 or used <= 0:
        full = 0
    else:
        full = min(cells, max(1, used * cells // whole))
    return signs.meter_full * full + signs.meter_empty * (cells - full)


def sparkline(
    values: Sequence[int | None], width: int | None = None, charset: Literal["unicode", "ascii"] | None = None
) -> str:
    """A row of bars, one character each; `None` is a gap, never 0.

    Args:
        values: oldest first; the scale runs from 0 (or the lowest, when negative) to the highest.
        width: characters. More values than that are taken in equal groups, each by its highest; fewer are
            left as they are.
        charset: the glyph set; the one in use when left out.
    """
    signs = glyphs.current() if charset is None else glyphs.ASCII if charset == "ascii" else glyphs.UNICODE
    shown = list(values) if width is None else _groups(values, width)
    known = [value for value in shown if value is not None]
    if not known:
        return signs.spark_gap * len(shown)
    low, high = min(0, *known), max(0, *known)
    levels = len(signs.spark) - 1
    span = high - low

    def bar(value: int | None) -> str:
        if value is None:
            return signs.spark_gap
        return signs.spark[-(-(value - low) * levels // span) if span else 0]

    return "".join(map(bar, shown))


def _groups(values: Sequence[int | None], width: int) -> list[int | None]:
    size = len(values)
    if width <= 0:
        return []
    if size <= width:
        return list(values)
    out: list[int | None] = []
    for index in range(width):
        part = [v for v in values[index * size // width : (index + 1) * size // width] if v is not None]
        out.append(max(part) if part else None)
    return out


def _round_div(value: int, unit: int) -> int:
    return (2 * value + unit) // (2 * unit)


def _coarse(seconds: int) -> str:
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < 2 * _DAY:
        return f"{seconds // _HOUR} h"
    return f"{seconds // _DAY} d"


def _with_currency(amount: str, currency: str | None) -> str:
    if not currency:
        return amount
    code = currency.upper()
    symbol = _SYMBOLS.get(code)
    return f"{symbol}{amount}" if symbol else f"{amount} {code}"
