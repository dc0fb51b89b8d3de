"""How an export is written: what its one dialog asks, and values in the form that was chosen."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal
from typing import Any

from store.days import local_time, parse_instant
from store.times import is_endless
from store.words import zone_name
from tui.kit.context import SubjectContext
from widgets.dialog.questions import Question

MINOR = "minor units"
"""Hundredths of the currency's unit, as the API counts money."""
THOUSANDTHS = "thousandths"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_OF_TIME = ("_at", "_date")
_KIND, _COLUMNS, _PEOPLE, _VALUES, _GUARD = "kind", "columns", "people", "values", "guard"


@dataclass(frozen=True, slots=True)
class ExportWay:
    """How an export is written; by itself as programs want it, with people masked.

    Attributes:
        kind: of file, where there are several.
        all_columns: every column of the rows, not those on screen alone.
        reveal: names and addresses in full.
        readable: decimals and local times, not minor units and UTC.
        guard: CSV cells that a spreadsheet would take for formulas are neutralised.
    """

    kind: str = "csv"
    all_columns: bool = True
    reveal: bool = False
    readable: bool = False
    guard: bool = True


@dataclass(frozen=True, slots=True)
class Wording:
    """What the readable form depends on: the profile's currency, None without one, and the project's zone."""

    currency: str | None
    zone: tzinfo

    @classmethod
    def of(cls, context: SubjectContext) -> "Wording":
        """That of a tab."""
        return cls(context.currency, context.zone)

    def heading(self, name: str, unit: str = "", *, readable: bool, is_time: bool = False) -> str:
        """A column's name with what its values are."""
        if readable and unit == MINOR:
            unit = self.currency or "no currency set"
        elif readable and unit == THOUSANDTHS:
            unit = "%"
        elif readable and not unit and (is_time or name.endswith(_OF_TIME)):
            unit = zone_name(self.zone)
        return f"{name} ({unit})" if unit else name

    def readable(self, value: Any, unit: str = "") -> Any:
        """Minor units as exact decimals, thousandths as percent, an instant as the project's clock had it."""
        if isinstance(value, int) and unit in (MINOR, THOUSANDTHS):
            return Decimal(f"{value}e-2" if unit == MINOR else f"{value}e-1")
        if isinstance(value, str) and _INSTANT.fullmatch(value) and not is_endless(value):
            try:
                clock = local_time(parse_instant(value), self.zone)
                return clock.replace(tzinfo=None).isoformat(" ", "seconds")
            except OverflowError:
                return value
        return value


def export_questions(
    *,
    kinds: Sequence[tuple[str, str]] = (),
    columns: bool = False,
    personal: bool = False,
    revealed: bool = False,
    values: bool = True,
    guard: bool = True,
) -> list[Question]:
    """What to ask before an export.

    Args:
        kinds: of file, with words, where there are several.
        columns: whether there are more columns than those on screen.
        personal: whether it names customers.
        revealed: whether they are shown in full now.
        values: whether it has amounts or times.
        guard: whether the formula guard is on to begin with.
    """
    asked = [Question(_KIND, "File", kinds, kinds[0][0])] if kinds else []
    table = (_KIND, "csv") if kinds else None
    if columns:
        asked.append(Question(_COLUMNS, "Columns", [("visible", "as on screen"), ("all", "all")], "visible"))
    if personal:
        answers = [("masked", "masked"), ("full", "in full")]
        asked.append(Question(_PEOPLE, "Personal data", answers, "full" if revealed else "masked"))
    if values:
        answers = [("readable", "decimals, local time"), ("raw", "raw: minor units, UTC")]
        asked.append(Question(_VALUES, "Values", answers, "readable", table))
    answers = [("on", "on, for spreadsheets"), ("off", "off, for programs")]
    asked.append(Question(_GUARD, "CSV formula guard", answers, "on" if guard else "off", table))
    return asked


def way_of(answers: Mapping[str, str]) -> ExportWay:
    """The answers as a way; what was not asked is as programs want it."""
    return ExportWay(
        kind=answers.get(_KIND, "csv"),
        all_columns=answers.get(_COLUMNS, "all") == "all",
        reveal=answers.get(_PEOPLE) == "full",
        readable=answers.get(_VALUES) == "readable",
        guard=answers.get(_GUARD) != "off",
    )


def way_words(answers: Mapping[str, str]) -> str:
    """What the note after an export says of people; "" where there are none in it."""
    return f", personal data {'in full' if answers[_PEOPLE] == 'full' else 'masked'}" if _PEOPLE in answers else ""
