"""Sums over received integers that no value can break: SQLite's own `sum()` is an error past 64 bits."""

_LOW = 2**32 - 1


def sum_parts(expression: str) -> str:
    """SQL for two columns that `whole_sum` makes one exact sum of, however large it is.

    Args:
        expression: SQL of 64-bit integers and NULLs; NULLs are left out.
    """
    return f"sum(({expression}) >> 32), sum(({expression}) & {_LOW})"


def whole_sum(high: int | None, low: int | None) -> int | None:
    """The sum that the two columns of `sum_parts` make; None where there was nothing to add."""
    return None if high is None or low is None else (high << 32) + low


def exact_sum(expression: str) -> str:
    """SQL for the exact sum of an integer expression in an aggregate query.

    Args:
        expression: SQL of 64-bit integers and NULLs; NULLs are left out.

    Returns:
        SQL that is NULL when there is nothing to add, or when the sum is past what an SQLite integer holds.
    """
    high, low = f"sum(({expression}) >> 32)", f"sum(({expression}) & {_LOW})"
    carried = f"({high} + ({low} >> 32))"
    return f"(case when {carried} between {-(2**31)} and {2**31 - 1} then ({carried} << 32) | ({low} & {_LOW}) end)"


def exact_total(expression: str) -> str:
    """SQL as of `exact_sum`, but 0 where there is nothing to add."""
    return f"(case when count({expression}) = 0 then 0 else {exact_sum(expression)} end)"
