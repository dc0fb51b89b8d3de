"""A small shop's year, for tests."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from widgets.timeline.bars import BarActivity, Recurring, TimelineBar, TimelineRow, Window
from widgets.timeline.grid import Grid

WARSAW = ZoneInfo("Europe/Warsaw")
GRID = Grid(WARSAW)
NOW = datetime(2026, 11, 27, 13, tzinfo=WARSAW)
FOREVER = datetime.max.replace(tzinfo=UTC)


def day(month: int, number: int, year: int = 2026, hour: int = 0) -> datetime:
    return datetime(year, month, number, hour, tzinfo=WARSAW)


def weekdays(start: datetime, end: datetime) -> Sequence[Window]:
    """Monday to Friday of every week that meets the range."""
    first = start.astimezone(WARSAW).date() - timedelta(days=1)
    found = []
    while first <= end.astimezone(WARSAW).date():
        if first.weekday() < 5:
            after = first + timedelta(days=1)
            found.append(
                (datetime(*first.timetuple()[:3], tzinfo=WARSAW), datetime(*after.timetuple()[:3], tzinfo=WARSAW))
            )
        first += timedelta(days=1)
    return found


def row(
    name: str,
    start: datetime | None,
    end: datetime | None,
    *labels: str,
    role: str = "type-1",
    depth: int = 0,
    **more: Any,
) -> TimelineRow:
    bar = TimelineBar(f"bar:{name}", start, end, labels, role=role, **more)
    glyph = {"light": "○", "hatched": "✕"}.get(str(more.get("fill")), "●")
    return TimelineRow(name, name, (bar,), glyph=glyph, role="status-active", depth=depth)


ROWS: tuple[TimelineRow, ...] = (
    TimelineRow("coupons", "Coupon", heading=True, count="5"),
    row("Last Call", day(11, 1), day(11, 27, hour=16), "Last Call, ends in 3 h", "ends in 3 h", "3 h"),
    row("Everything at 9.99", day(11, 3), day(11, 29), "ends in 2 d", "2 d", clashes=((day(11, 10), day(11, 14)),)),
    row("November Early Bird", day(11, 10, hour=14), day(12, 3, hour=10), "ends in 6 d", "6 d"),
    row("December Clearance", day(12, 2), day(1, 20, 2027), "starts in 5 d", fill="light"),
    row("Flash", day(11, 30, hour=18), day(11, 30, hour=20), "2 hours on Monday", "Mon", fill="light"),
    row("Midsummer Shipping", day(6, 1), day(12, 12), "disabled", fill="hatched"),
    TimelineRow("gifts", "Gift cards", heading=True, count="2"),
    row("Corporate Gift", day(1, 1), day(12, 1), "codes until 12 Dec", tail_end=day(12, 12), role="type-2"),
    row("Gift Cards", day(3, 1, 2025), None, "never ends", role="type-2"),
    row("Always Was", None, None, "always", role="type-2"),
    TimelineRow("promotions", "Promotions", heading=True, count="2"),
    row(
        "Cart Ladder, weekdays", day(9, 1), day(2, 1, 2027), "Mon-Fri", role="type-3",
        recurring=Recurring(timedelta(days=1), weekdays),
    ),
    row("Tier 1 · 5 %", day(9, 1), day(12, 5), role="type-3", depth=1),
    row("Tier 2 · 10 %", day(11, 20), day(12, 18), role="type-3", depth=1),
)  # fmt: skip

ACTIVITY = {
    "bar:Everything at 9.99": BarActivity(
        tuple((date(2026, 11, number), number * 7 % 40) for number in range(3, 28)),
        against=((date(2026, 11, 20), 1),), ticks=(day(11, 12, hour=9),),
    ),
    "bar:Gift Cards": BarActivity(tuple((date(2026, 11, number), number % 5) for number in range(1, 28))),
}  # fmt: skip
