"""Lifetime totals of campaigns, what they lack, and the instant up to which summaries tell them (API §4.1)."""

import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta

from store.models import Figure, Source, Unit, oldest
from store.queries.reader import holds


def end_of_day(day: str) -> str:
    """The instant a summary's last day (`YYYY-MM-DD`) ends, as UTC text: its total tells nothing later."""
    return f"{date.fromisoformat(day) + timedelta(days=1)}T00:00:00.000Z"


@dataclass(frozen=True, slots=True)
class Totals:
    """A campaign's lifetime totals from one source.

    Attributes:
        values: by the names of `CampaignsSummaryGetResponseBody` (money in minor units); empty when none is held.
        unusable: by metric, how many records (of a summary: days) have no usable number.
        until: of a summary, the instant up to which it tells (UTC text).
    """

    values: dict[str, int]
    unusable: dict[str, int]
    until: str | None = None

    def __bool__(self) -> bool:
        return bool(self.values or self.unusable)

    def figure(self, metric: str, unit: Unit = Unit.COUNT) -> Figure:
        """A member of the summary; exact up to `until`, where every day has a usable number."""
        lacking = self.unusable.get(metric, 0)
        known = self.values.get(metric)
        if known is None and not lacking:
            return Figure(None, unit)
        note = lacking_note(metric, "summary", lacking)
        return Figure.counted(known, unit, Source.SUMMARY, self.until, not lacking, note)


def totals_of(connection: sqlite3.Connection, campaign_id: str, source: str) -> Totals:
    """A campaign's lifetime totals from "rows" or "summary"."""
    rows = connection.execute(
        "select metric, value, until from campaign_totals where campaign_id = ? and source = ?", (campaign_id, source)
    ).fetchall()
    until = oldest(*(row[2] for row in rows))
    unusable = unusable_amounts(connection, campaign_id, source, "", "")
    lacking = {metric: records for (metric, _), records in unusable.items()}
    return Totals({row[0]: row[1] for row in rows}, lacking, None if until is None else end_of_day(until))


def summary_totals(connection: sqlite3.Connection, campaign_id: str) -> Totals:
    """A campaign's summary over its whole life."""
    return totals_of(connection, campaign_id, "summary")


def unusable_amounts(
    connection: sqlite3.Connection, campaign_id: str, source: str, first: str, last: str
) -> dict[tuple[str, str], int]:
    """How many records of a campaign have no usable amount, by metric and day.

    Args:
        connection: a reader.
        campaign_id: whose.
        source: "rows" or "summary", where a day of the summary is one record.
        first: the first day; "" for the lifetime totals.
        last: the last day, included.
    """
    if not holds(connection, "unusable_amounts"):
        return {}
    rows = connection.execute(
        "select metric, day, records from unusable_amounts"
        " where campaign_id = ? and source = ? and day between ? and ?",
        (campaign_id, source, first, last),
    )
    return {(metric, day): records for metric, day, records in rows}


_RECORDS = {"orders": "order", "publications": "publication", "vouchers": "code", "transactions": "transaction"}


def lacking_note(metric: str, source: str, records: int) -> str:
    """Why a sum of a metric is "at least": `2 orders without a usable amount`; "" for none."""
    noun = "day" if source == "summary" else _RECORDS.get(metric.partition("_")[0], "redemption")
    return without_amount(records, noun, "amount" if "amount" in metric else "number")


def without_amount(records: int, noun: str, what: str = "amount") -> str:
    """`1 card without a usable amount`, `one day without a usable amount`; "" for none."""
    if not records:
        return ""
    many = f"{records:,} {noun}s" if records > 1 else f"one {noun}" if noun == "day" else f"1 {noun}"
    return f"{many} without a usable {what}"


def joined(*notes: str) -> str:
    """Several notes of a figure as one."""
    return ", ".join(note for note in notes if note)
