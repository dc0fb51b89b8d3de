"""Lifetime totals that campaign summaries told, and the instant up to which they tell it (API §4.1)."""

import sqlite3
from datetime import date, timedelta


def end_of_day(day: str) -> str:
    """The instant a summary's last day (`YYYY-MM-DD`) ends, as UTC text: its total tells nothing later."""
    return f"{date.fromisoformat(day) + timedelta(days=1)}T00:00:00.000Z"


def summary_totals(connection: sqlite3.Connection, campaign_id: str) -> tuple[dict[str, int], str | None]:
    """A campaign's summary over its whole life.

    Returns:
        Metrics by the names of `CampaignsSummaryGetResponseBody` (money in minor units), empty when none is held,
        and the instant up to which they tell.
    """
    rows = connection.execute(
        "select metric, value, until from campaign_totals where campaign_id = ? and source = 'summary'", (campaign_id,)
    ).fetchall()
    until = min((row[2] for row in rows if row[2]), default=None)
    return {row[0]: row[1] for row in rows}, None if until is None else end_of_day(until)
