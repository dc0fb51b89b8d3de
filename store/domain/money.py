"""Exact amounts in words, from integers alone.

The API multiplies money by 100 whatever the currency (API §1), so the exponent here is always 2: a yen amount of
50000 is ¥500. Currencies without minor units show their fraction only when there is one, so nothing is lost.
"""

from typing import Any

from store.domain.values import shown, whole

_PER_MAJOR = 100
_SYMBOLS = {
    "EUR": "€", "GBP": "£", "ILS": "₪", "INR": "₹", "JPY": "¥", "KRW": "₩", "UAH": "₴", "USD": "$",
}  # fmt: skip
_NO_MINOR_UNITS = frozenset((
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
    "XPF",
))  # fmt: skip
UNKNOWN = "–"


def format_minor(amount: int, currency: str | None = None) -> str:
    """Minor units as an amount: `1959000, "EUR"` is `€19,590.00`, without a currency the bare `19,590.00`.

    Args:
        amount: hundredths of the currency's unit.
        currency: ISO 4217 code of the profile, since `/v1` carries none; an unknown one follows the number.
    """
    major, rest = divmod(abs(amount), _PER_MAJOR)
    code = (currency or "").strip().upper()
    digits = f"{major:,}" if code in _NO_MINOR_UNITS and not rest else f"{major:,}.{rest:02d}"
    sign = "-" if amount < 0 else ""
    if not code:
        return f"{sign}{digits}"
    symbol = _SYMBOLS.get(code)
    return f"{sign}{symbol}{digits}" if symbol else f"{sign}{digits} {code}"


def money_text(value: Any, currency: str | None = None) -> str:
    """A member that should hold minor units; what is no exact integer is shown as it is, null as unknown."""
    amount = whole(value)
    if amount is not None:
        return format_minor(amount, currency)
    return UNKNOWN if value is None else f"{shown(value)} (not an amount)"


def points_text(value: Any) -> str:
    """A member that should hold points: `1,200 points`, `1 point`; points are never multiplied (API §1)."""
    amount = whole(value)
    if amount is None:
        return UNKNOWN if value is None else f"{shown(value)} points"
    return f"{amount:,} point" if abs(amount) == 1 else f"{amount:,} points"
