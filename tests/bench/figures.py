"""Measured figures: medians, and ratios to a base of the same run."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value.

    Attributes:
        group: what was measured together.
        name: what it is.
        value: in `unit`.
        unit: ms, rows/s, bytes, …
        ratio: to the base measured in the same run; None for a base and where none makes sense.
        against: names the base.
    """

    group: str
    name: str
    value: float
    unit: str
    ratio: float | None = None
    against: str = ""

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return asdict(self)

    def over(self, base: "Figure") -> "Figure":
        """The same with its ratio to a base."""
        return Figure(self.group, self.name, self.value, self.unit, self.value / base.value, base.name)


def median(measure: Callable[[], float], times: int) -> float:
    """The middle of several measurements, in the measurement's own unit, after one that warms up."""
    measure()
    return statistics.median(measure() for _ in range(times))


def medians(measures: Sequence[Callable[[], float]], times: int) -> list[float]:
    """The same of several that are compared: measured in turns, so that what else the machine does meets all alike."""
    rounds = [[measure() for measure in measures] for _ in range(times + 1)][1:]
    return [statistics.median(taken) for taken in zip(*rounds, strict=True)]


def milliseconds(act: Callable[[], object]) -> float:
    """How long a call takes."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1_000


def processor_milliseconds(act: Callable[[], object]) -> float:
    """How long the processor works for a call, whatever else the machine does."""
    began = time.process_time()
    act()
    return (time.process_time() - began) * 1_000


def print_table(figures: list[Figure]) -> None:
    """One line per figure."""
    print(f"{'WHAT':<62}{'VALUE':>14} {'UNIT':<10}{'RATIO':>8}  AGAINST")
    group = ""
    for one in figures:
        if one.group != group:
            group = one.group
            print(f"\n{group}")
        value = f"{one.value:,.0f}" if one.value >= 100 else f"{one.value:,.2f}"
        ratio = "" if one.ratio is None else f"{one.ratio:.2f}"
        print(f"  {one.name:<60}{value:>14} {one.unit:<10}{ratio:>8}  {one.against}".rstrip())
