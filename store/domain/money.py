"""Members of documents that should hold money or points, as text; `store.words` says how amounts are written."""

from typing import Any

from store.domain.values import shown, whole
from store.words import money, points


def money_text(value: Any, currency: str | None = None) -> str:
    """A member that should hold minor units; what is no exact integer is shown as it is, null as unknown."""
    amount = whole(value)
    return money(amount, currency) if amount is not None or value is None else f"{shown(value)} (not an amount)"


def points_text(value: Any) -> str:
    """A member that should hold points: `1,200 points`, `1 point`; what is no exact integer is shown as it is."""
    amount = whole(value)
    return points(amount, short=False) if amount is not None or value is None else f"{shown(value)} points"
