"""Sums of received integers that no size of them can end: SQLite's own `sum` fails the whole query past 64 bits."""


def _high(expression: str) -> str:
    return f"sum(({expression}) >> 32)"


def _low(expression: str) -> str:
    return f"sum(({expression}) & 4294967295)"


def halves(expression: str) -> str:
    """Two result columns that `joined` makes the exact sum of."""
    return f"{_high(expression)}, {_low(expression)}"


def joined(high: int | None, low: int | None) -> int:
    """The sum behind `halves`; 0 of no numbers."""
    return ((high or 0) << 32) + (low or 0)


def whole_sum(expression: str) -> str:
    """The sum as one SQL aggregate; NULL of no numbers, and past 64 bits."""
    exact = f"({_high(expression)} << 32) + {_low(expression)}"
    return f"case when abs(total({expression})) < 9.2e18 then {exact} end"
