"""Lists of customers and of what one of them has: orders, cards, programs, referrals, segments, movements."""

from collections.abc import Sequence
from typing import Any

from store.domain.movements import in_points
from store.queries.card_ledger import card_ledger
from store.queries.customers import ORDERS, PEOPLE, PROGRAMS, REFERRALS, SEEN, SEGMENT_STEPS, WATCHED
from store.queries.rows import Condition, RowView
from tui.campaign_kit.lists.traffic import ANY_TRANSACTIONS
from tui.kit.context import SubjectContext
from tui.kit.lists.spec import (
    Choice,
    Facet,
    ListColumn,
    ListRecord,
    ListSpec,
    day,
    list_column,
    money,
    named_day,
    number,
    points,
    text,
    when,
)
from widgets.table.rows import Cell, CellText
from widgets.text import glyphs


def _who(record: ListRecord) -> Cell:
    """The name, masked unless revealed; a customer whom the API does not know any more is marked."""
    known = record.scene.name(record["name"]) or record.scene.name(record["email"]) or record.id
    signs = glyphs.current()
    if record["missing_since"]:
        return CellText(f"{signs.missing} {known} (gone)", "muted")
    return f"{signs.active} {known}" if record["watched"] else known


_PEOPLE_COLUMNS: tuple[ListColumn, ...] = (
    list_column("name", "Customer", _who, width=20, flex=2, most=40, priority=100),
    list_column("email", "E-mail", lambda row: row.scene.name(row["email"]), width=16, flex=1, most=34, priority=70),
    when("last_activity", "Last activity", priority=95),
    number("redemptions_succeeded", "Redeemed", priority=90),
    number("orders_count", "Orders", priority=85),
    points("loyalty_points", "Points", priority=80),
    text("segments", "Segments", 14, flex=1, most=36, sort="", priority=60),
    day("created_at", "Created", priority=40),
    list_column("source_id", "Source id", lambda row: row.scene.name(row["source_id"]), width=14, priority=30),
    text("id", "Id", 30, priority=20),
)
_LOOKED_AT = when("looked_at", "Viewed", priority=50)
_WATCHED_FACET = Facet(
    "Watched",
    (Choice("watched", (Condition("watched", "not null"),)), Choice("not watched", (Condition("watched", "null"),))),
)
_THERE = Facet(
    "Presence",
    (Choice("known to the API", (Condition("missing_since", "null"),)),
     Choice("gone: deleted or merged", (Condition("missing_since", "not null"),))),
)  # fmt: skip
_TOLD = "Last activity and segments are known of those who were opened, or are watched (w)."


def _people(identity: str, noun: tuple[str, str], view: RowView, empty: str) -> ListSpec:
    return ListSpec(
        id=identity,
        noun=noun,
        view=view,
        columns=(*_PEOPLE_COLUMNS, _LOOKED_AT) if view is SEEN else _PEOPLE_COLUMNS,
        empty=empty,
        facets=(_WATCHED_FACET, _THERE),
        note=lambda _: _TOLD,
        resource="customers",
        project_wide=True,
        personal=True,
        metadata=True,
        silent=empty if view is not PEOPLE else "",
        own_marks=view is not PEOPLE,
    )


ALL_PEOPLE = _people(
    "customers", ("customer", "customers"), PEOPLE,
    "No customers are synced yet. `promoscope sync --all` reads them all, `promoscope activity CUSTOMER` one.",
)  # fmt: skip
WATCHED_PEOPLE = _people(
    "watched-customers", ("watched customer", "watched customers"), WATCHED,
    "Nobody is watched. w on a customer has every sync keep up their activity.",
)  # fmt: skip
SEEN_PEOPLE = _people(
    "viewed-customers", ("viewed customer", "viewed customers"), SEEN, "Nobody was looked at in this cache yet."
)

_FROM_EVENTS = "Told by the events that were read: no list of the API has a customer's orders."

ORDER_ROWS = ListSpec(
    id="customer-orders",
    noun=("order", "orders"),
    view=ORDERS,
    columns=(
        list_column("source_id", "Order", lambda row: str(row["source_id"] or row.id), width=18, flex=1, most=36,
                    priority=100),
        when("last_seen", "Last event", priority=98),
        text("status", "Status", 11, priority=90),
        money("amount", "Amount", priority=85),
        money("discount_amount", "Discount", priority=70),
        money("total_amount", "Paid", priority=88),
        number("events", "Events", priority=50),
        when("first_seen", "First event", priority=40),
        text("id", "Id", 24, priority=20),
    ),
    facets=(Facet("Status", column="status"),),
    dates="last_seen",
    note=lambda _: _FROM_EVENTS,
)  # fmt: skip

PROGRAM_ROWS = ListSpec(
    id="customer-programs",
    noun=("loyalty card", "loyalty cards"),
    view=PROGRAMS,
    columns=(
        text("campaign", "Program", 18, flex=1, most=36, priority=100),
        text("code", "Card", 18, flex=1, most=30, priority=90),
        list_column("loyalty_tier", "Tier", lambda row: row.named("loyalty_tiers", "loyalty_tier"), width=12,
                    priority=92),
        points("balance", "Points", priority=95),
        points("pending_points", "Pending", priority=60),
        points("next_expiration_points", "Next to expire", 14, priority=80),
        named_day("next_expiration_date", "On", "", priority=78),
        day("created_at", "Held since", priority=30),
    ),
    lookups={"loyalty_tier": "loyalty_tiers"},
    place="code",
)  # fmt: skip

REFERRAL_ROWS = ListSpec(
    id="customer-referrals",
    noun=("referral", "referrals"),
    view=REFERRALS,
    columns=(
        list_column("other", "Customer", lambda row: row.customer("other"), width=18, flex=1, most=36, priority=100),
        text("role", "This customer was", 17, priority=95),
        list_column("campaign_id", "Campaign", lambda row: row.named("campaigns", "campaign_id"), width=18, flex=1,
                    most=36, priority=90),
        when("date", "At", priority=92),
        text("related_object_type", "Through", 12, priority=60),
        text("related_object_id", "Id", 24, priority=40),
    ),
    facets=(Facet("Role", column="role"),),
    dates="date",
    lookups={"other": "customers", "campaign_id": "campaigns"},
    resource="customers",
    project_wide=True,
    personal=True,
)  # fmt: skip


def _step(record: ListRecord) -> Cell:
    signs = glyphs.current()
    entered = str(record["type"] or "").endswith("entered")
    return CellText(f"{signs.up} entered", "good") if entered else CellText(f"{signs.down} left", "muted")


SEGMENT_ROWS = ListSpec(
    id="customer-segments",
    noun=("step", "steps"),
    view=SEGMENT_STEPS,
    columns=(
        list_column("segment", "Segment", lambda row: str(row["segment"] or row["segment_id"] or ""), width=20, flex=1,
                    most=40, priority=100),
        list_column("type", "Step", _step, width=10, priority=95),
        when("created_at", "At", priority=90),
        text("segment_id", "Id", 20, priority=30),
    ),
    note=lambda _: "Passive segments, the default since November 2025, tell of nobody who enters or leaves.",
)  # fmt: skip


def _unit_words(record: ListRecord, column: str) -> str:
    if in_points(record["type"]) is False:
        return record.scene.money(record[column])
    return record.scene.points(record[column])


def _recomputed(record: ListRecord) -> Cell:
    words = _unit_words(record, "recomputed")
    return CellText(f"{words} differs", "bad") if record["differs"] else words


def _work_out(context: SubjectContext, rows: Sequence[dict[str, Any]]) -> None:
    """The balance that the movements of each row's card come to at the row."""
    for card in {str(row["voucher_id"]) for row in rows}:
        moves = {move.id: move for move in context.reader.ask(card_ledger, card).movements}
        for row in rows:
            if (move := moves.get(str(row["id"]))) is not None:
                row["recomputed"], row["differs"] = move.recomputed, move.agrees is False


LEDGER_ROWS = ListSpec(
    id="customer-ledger",
    noun=("movement", "movements"),
    view=ANY_TRANSACTIONS.view,
    columns=(
        *ANY_TRANSACTIONS.columns[:5],
        list_column("recomputed", "Worked out", _recomputed, width=14, kind="number", sort="", priority=93),
        text("reason", "Reason", 16, flex=1, most=40, priority=40),
    ),
    facets=ANY_TRANSACTIONS.facets,
    lookups=ANY_TRANSACTIONS.lookups,
    derive=_work_out,
    more=ANY_TRANSACTIONS.more,
)  # fmt: skip
