"""Counts, amounts, points, shares and changes as text."""

import re

UNKNOWN = "–"
"""Stands for a value that is not known."""

_UNITS = (("Q", 10**15), ("T", 10**12), ("B", 10**9), ("M", 10**6), ("k", 10**3))
_LONG_SHARE = 10_000
"""Percent from which a share is shown shortened."""

_MINOR_PER_MAJOR = 100
_TYPED = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d{1,2}))?", re.ASCII)
_SYMBOLS = {
    "EUR": "€", "GBP": "£", "ILS": "₪", "INR": "₹", "JPY": "¥", "KRW": "₩", "UAH": "₴", "USD": "$",
}  # fmt: skip
_NO_MINOR_UNITS = frozenset((
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
    "XPF",
))  # fmt: skip
"""Currencies of ISO 4217 without a smaller unit."""


def count(value: int | None) -> str:
    """`12345` → `12,345`."""
    return UNKNOWN if value is None else f"{value:,}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number of things: `1 call`, `1,204 calls`; a plural that does not end in s is named: `2 entries`."""
    return f"{number:,} {noun}" if abs(number) == 1 else f"{number:,} {plural or f'{noun}s'}"


def compact(value: int | None) -> str:
    """A count in at most five characters and a sign: `950`, `1.2k`, `12.3k`, `123k`, `4.5M`.

    Halves round away from zero; the arithmetic is on integers.
    """
    if value is None:
        return UNKNOWN
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


def fit_number(text: str, cells: int) -> str:
    """A number as text, made short where it is wider than its place: `€90,123,456,789.00` → `€90.1B`.

    A number that is cut reads as another one; the compact form keeps its size. What holds no number stays as it is.
    """
    if len(text) <= cells:
        return text
    return _NUMBER.sub(lambda found: compact(int(found[0].replace(",", "").partition(".")[0])), text)


def money(minor: int | None, currency: str | None = None) -> str:
    """An amount of the API: `1959000, "EUR"` is `€19,590.00`.

    The API multiplies every amount by 100, whatever the currency (API §1), so 50000 in yen is ¥500. A currency
    without minor units shows a fraction only where there is one (`¥500.50`), so that nothing is lost.

    Args:
        minor: hundredths of the currency's unit.
        currency: ISO 4217 code of the profile, since `/v1` carries none; without one the number stands alone, and one
            without a symbol here follows the number.
    """
    if minor is None:
        return UNKNOWN
    code = _code(currency)
    major, rest = divmod(abs(minor), _MINOR_PER_MAJOR)
    amount = f"{major:,}" if code in _NO_MINOR_UNITS and not rest else f"{major:,}.{rest:02d}"
    return ("-" if minor < 0 else "") + _with_currency(amount, code)


def typed_amount(text: str) -> int:
    """An amount as people type it, in minor units: `50`, `50.5`, `1,250.00`.

    Raises:
        ValueError: it is none; the message says what one looks like.
    """
    found = _TYPED.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"“{text[:20]}” is no amount. Type 50 or 1,250.00.")
    return int(found[1].replace(",", "")) * _MINOR_PER_MAJOR + int((found[2] or "").ljust(2, "0"))


def money_compact(minor: int | None, currency: str | None = None) -> str:
    """An amount for an axis or a narrow column, in hundredths as the API sends it: `€19.6k`."""
    if minor is None:
        return UNKNOWN
    size = _round_div(abs(minor), _MINOR_PER_MAJOR)
    return ("-" if minor < 0 else "") + _with_currency(compact(size), _code(currency))


def points(value: int | None, *, short: bool = True) -> str:
    """`8410` → `8,410 pts` in figures, `8,410 points` in sentences; points are never multiplied (API §1)."""
    if value is None:
        return UNKNOWN
    return counted(value, "pt" if short else "point")


def at_least(text: str) -> str:
    """A number of which only a part is known: `≥ €50.00`."""
    return f"≥ {text}"


def percent(part: int | None, whole: int | None) -> str:
    """A share with one decimal below 100 %: `94.1 %`, `100 %`.

    Unknown when a side is unknown or the whole is 0. A share that is not 0 is never shown as `0.0 %`, and one that is
    not the whole never as `100 %`: it reads `<0.1 %` and `99.9 %`.
    """
    if part is None or not whole:
        return UNKNOWN
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
    if now == before:
        return "= 0 %"
    sign = "▲" if now > before else "▼"
    if before == 0:
        return f"{sign} new"
    share = _round_div(abs(now - before) * 100, abs(before))
    return f"{sign} >999 %" if share > 999 else f"{sign} {percent(abs(now - before), abs(before))}"


def _round_div(value: int, unit: int) -> int:
    return (2 * value + unit) // (2 * unit)


def _code(currency: str | None) -> str:
    return (currency or "").strip().upper()


def _with_currency(amount: str, code: str) -> str:
    symbol = _SYMBOLS.get(code)
    return f"{symbol}{amount}" if symbol else f"{amount} {code}".rstrip()
