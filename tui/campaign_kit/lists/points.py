"""Lists of points on their way: buckets that will expire, and points that wait for their day (API §4.3)."""

from collections.abc import Sequence
from datetime import date

from store.days import local_time
from store.queries.rows import Condition
from store.queries.views import PENDING_POINTS, POINTS_EXPIRATION
from store.times import is_instant
from tui.campaign_kit.lists.traffic import card_column
from tui.kit.context import SubjectContext
from tui.kit.lists.spec import Choice, Facet, ListRecord, ListSpec, list_column, named_day, points, text, when
from widgets.table.rows import Cell, CellText
from widgets.text import glyphs

_DAYS_SOON = 7


def _due(record: ListRecord) -> Cell:
    """Whether pending points wait, are due within a week, or should have been activated already."""
    signs, at = glyphs.current(), str(record["activates_at"] or "")
    today = local_time(record.scene.now, record.scene.zone).date()
    if not at:
        return CellText(f"{signs.scheduled} no day", "muted")
    if not is_instant(at):
        return CellText(f"{signs.failed} not a date", "status-alarm")
    distance = _date(at) - today.toordinal()
    if distance < 0:
        return CellText(f"{signs.failed} overdue {-distance} d", "status-alarm")
    if distance == 0:
        return CellText(f"{signs.active} today", "status-active")
    if distance <= _DAYS_SOON:
        return CellText(f"{signs.active} in {distance} d", "status-active")
    return CellText(f"{signs.scheduled} in {distance} d", "status-scheduled")


def _bucket(record: ListRecord) -> Cell:
    """Whether the points of a bucket can still be spent; a status not known here as it came."""
    signs, status = glyphs.current(), str(record["status"] or "")
    known = {
        "ACTIVE": (f"{signs.active} active", "status-active"),
        "EXPIRED": (f"{signs.expired} expired", "status-ended"),
    }
    words, role = known.get(status, (status, "muted"))
    return CellText(words, role)


def _date(text_of: str) -> int:
    return date.fromisoformat(text_of[:10]).toordinal()


def _dues(context: SubjectContext) -> Sequence[Choice]:
    """Overdue, due within a week, later, without a day: each entry is in one of them."""
    today = context.today.isoformat()
    soon = context.today.fromordinal(context.today.toordinal() + _DAYS_SOON + 1).isoformat()
    return (
        Choice("overdue", (Condition("activates_at", "<", today),)),
        Choice("due within 7 days", (Condition("activates_at", ">=", today), Condition("activates_at", "<", soon))),
        Choice("later", (Condition("activates_at", ">=", soon),)),
        Choice("without a day", (Condition("activates_at", "null"),)),
    )


_BUCKET_STATES = tuple(
    Choice(word.lower(), (Condition("status", "=", word),)) for word in ("ACTIVE", "EXPIRED", "REDEEMED")
)
"""What is still to come is what a user looks for; the past is one choice away."""


def _expiries(context: SubjectContext) -> Sequence[Choice]:
    """Within 7, 30 and 90 days from today, already past, and never."""
    today = context.today.isoformat()

    def within(days: int) -> Choice:
        end = context.today.fromordinal(context.today.toordinal() + days + 1).isoformat()
        return Choice(f"within {days} days", (Condition("expires_at", ">=", today), Condition("expires_at", "<", end)))

    past, undated = Condition("expires_at", "<", today), Condition("expires_at", "null")
    return (within(7), within(30), within(90), Choice("past", (past,)), Choice("never", (undated,)))


PENDING_ROWS = ListSpec(
    id="pending-points",
    noun=("pending entry", "pending entries"),
    view=PENDING_POINTS,
    columns=(
        named_day("activates_at", "Activates", "no day", priority=100),
        points("points", "Points", priority=98),
        list_column("due", "Due", _due, width=16, kind="status", sort="activates_at", priority=95),
        list_column("customer_id", "Customer", lambda row: row.customer(), width=16, flex=1, most=34, priority=70),
        card_column(60),
        text("order_id", "Order", 20, flex=1, most=30, priority=40),
        when("created_at", "Since", priority=30),
    ),
    empty="No points are pending. Entries vanish once activated or cancelled; press r to fetch them again.",
    facets=(Facet("Due", _dues, shown=True),),
    dates="activates_at",
    lookups={"customer_id": "customers"},
    place="code",
    personal=True,
)  # fmt: skip

EXPIRATION_ROWS = ListSpec(
    id="points-expiration",
    noun=("bucket", "buckets"),
    view=POINTS_EXPIRATION,
    columns=(
        named_day("expires_at", "Expires", "never", priority=100),
        points("points", "Points", priority=98),
        list_column("status", "Status", _bucket, width=11, kind="status", priority=90),
        card_column(80),
        text("id", "Bucket", 24, flex=1, most=34, priority=20),
    ),
    empty="No expiration buckets are synced yet. Press r to fetch them by one export (about 5 calls).",
    facets=(Facet("Status", _BUCKET_STATES, default="active", shown=True), Facet("Expires", _expiries)),
    dates="expires_at",
    place="code",
)  # fmt: skip
