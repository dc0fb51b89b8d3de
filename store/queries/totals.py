"""Lifetime totals of campaigns, what they lack, and the instant up to which summaries tell them (API §4.1)."""

import sqlite3
from datetime import date, timedelta

from msgspec import Struct

from store.models import Figure, Source, Unit, oldest
from store.queries.reader import holds
from store.words import counted


def summary_instant(until: str) -> tuple[str, bool]:
    """The instant (UTC text) up to which a stored total counts, and whether it was asked at that instant.

    Earlier releases asked up to a day before (`YYYY-MM-DD`): what happened after it is not in their totals.
    """
    if len(until) > len("2026-11-20"):
        return until, True
    return f"{date.fromisoformat(until) + timedelta(days=1)}T00:00:00.000Z", False


class Totals(Struct, frozen=True):
    """A campaign's lifetime totals from one source.

    Attributes:
        values: by the names of `CampaignsSummaryGetResponseBody` (money in minor units); empty when none is cached.
        unusable: by metric that is not complete, how many records (of a summary: days) have no usable number; 0 where
            the sum alone is too large.
        until: of a summary, the instant up to which it counts (UTC text).
        up_to: the day that a total of an earlier release ends with: what happened since is not in it; "" otherwise.
    """

    values: dict[str, int]
    unusable: dict[str, int]
    until: str | None = None
    up_to: str = ""

    def __bool__(self) -> bool:
        return bool(self.values or self.unusable)

    def figure(self, metric: str, unit: Unit = Unit.COUNT) -> Figure:
        """A member of the summary; exact up to `until`, where every day has a usable number."""
        lacking = self.unusable.get(metric)
        known = self.values.get(metric)
        if known is None and lacking is None:
            return Figure(None, unit)
        note = joined(f"up to {self.up_to}" if self.up_to else "", lacking_note(metric, "summary", lacking))
        complete = lacking is None and not self.up_to
        return Figure.counted(known, unit, Source.SUMMARY, self.until, complete, note)


def totals_of(connection: sqlite3.Connection, campaign_id: str, source: str) -> Totals:
    """A campaign's lifetime totals from "rows" or "summary"."""
    rows = connection.execute(
        "select metric, value, until from campaign_totals where campaign_id = ? and source = ?", (campaign_id, source)
    ).fetchall()
    until = oldest(*(row[2] for row in rows))
    unusable = unusable_amounts(connection, campaign_id, source, "", "")
    lacking = {metric: records for (metric, _), records in unusable.items()}
    values = {row[0]: row[1] for row in rows}
    if until is None:
        return Totals(values, lacking)
    instant, complete = summary_instant(until)
    return Totals(values, lacking, instant, "" if complete else until)


def summary_totals(connection: sqlite3.Connection, campaign_id: str) -> Totals:
    """A campaign's summary over its lifetime."""
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


TOO_LARGE = "the sum is too large to be stored"
_RECORDS = {"orders": "order", "publications": "publication", "vouchers": "code", "transactions": "transaction"}


def lacking_note(metric: str, source: str, records: int | None) -> str:
    """Why a sum of a metric is "at least": `2 orders without a usable amount`; "" where it is complete.

    Args:
        metric: the summary's name for it.
        source: "rows" or "summary".
        records: how many have no usable number; 0 where the sum alone is too large, None where it is complete.
    """
    if records is None:
        return ""
    if records == 0:
        return TOO_LARGE
    noun = "day" if source == "summary" else _RECORDS.get(metric.partition("_")[0], "redemption")
    return without_amount(records, noun, "amount" if "amount" in metric else "number")


def without_amount(records: int, noun: str, what: str = "amount") -> str:
    """`1 card without a usable amount`, `one day without a usable amount`; "" for none."""
    if not records:
        return ""
    if noun == "day":
        # Of a range that was not looked into, its days are counted: how many of them lack it is not known.
        return f"{'one day' if records == 1 else 'some days'} without a usable {what}"
    return f"{counted(records, noun)} without a usable {what}"


def joined(*notes: str) -> str:
    """Several notes of a figure as one."""
    return ", ".join(note for note in notes if note)
