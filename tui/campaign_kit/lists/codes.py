"""Lists of codes: discount codes, gift cards, loyalty cards, referral codes (schema VoucherWithCategories)."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from store import words as fmt
from store.days import instant_text
from store.domain.discount import voucher_value_text
from store.domain.values import inside, word
from store.queries.names import person
from store.queries.rows import Condition
from store.queries.views import CODES
from store.times import is_instant
from tui.kit.context import SubjectContext
from tui.kit.export_way import MINOR
from tui.kit.lists.spec import (
    Choice,
    Facet,
    ListColumn,
    ListRecord,
    ListSpec,
    day,
    end,
    list_column,
    points,
    text,
)
from widgets.panel.panel import Field
from widgets.table.rows import Cell, CellText
from widgets.text import glyphs

PRESENT = "in the API"


_PRESENCES = (
    Choice(PRESENT, (Condition("missing_since", "null"),)),
    Choice("gone from the API", (Condition("missing_since", "not null"),)),
)
PRESENCE = Facet("Presence", _PRESENCES, default=PRESENT)
"""Records the API still returns, and those a complete reading no longer found."""


def code_status(record: ListRecord) -> Cell:
    """The derived status of a code: gone, disabled, expired, not started, used up, active (API §5)."""
    signs = glyphs.current()
    if record["missing_since"]:
        return CellText(f"{signs.missing} gone", "status-ended")
    if record["active"] == 0:
        return CellText(f"{signs.disabled} disabled", "status-off")
    if (dated := dated_status(record)) is not None:
        return dated
    limit, used = record["redemption_quantity"], record["redeemed_quantity"]
    if isinstance(limit, int) and isinstance(used, int) and used >= limit:
        return CellText(f"{signs.expired} used up", "status-ended")
    return CellText(f"{signs.active} active", "status-active")


def dated_status(record: ListRecord) -> Cell | None:
    """What a row's dates make of it: expired, not certain, starting later; None where it is in force."""
    signs, now = glyphs.current(), instant_text(record.scene.now)
    start, end = record["start_date"], record["expiration_date"]
    if end and is_instant(end) and end <= now:
        return CellText(f"{signs.expired} expired", "status-ended")
    if not (is_instant(start or "") and is_instant(end or "")):
        return CellText(f"{signs.failed} unknown", "status-alarm")
    if start and start > now:
        return CellText(f"{signs.scheduled} starts {record.scene.until(start)}", "status-scheduled")
    return None


def standings(context: SubjectContext, *more: Choice) -> list[Choice]:
    """What `code_status` and `part_status` say of rows, as they say it; each row is in one of them.

    Args:
        context: for now.
        more: further words for rows that are in force, which "active" then leaves out.
    """
    # Instants are whole milliseconds: before the next one is at or before now.
    after = instant_text(context.reader.now() + timedelta(milliseconds=1))
    here, on = Condition("missing_since", "null"), Condition("active", "!=", 0)
    going, begun = Condition("ends", ">=", after), Condition("begins", "<", after)
    dated, undated = Condition("undated", "=", 0), Condition("undated", "=", 1)
    in_force = (here, on, going, begun, dated)
    left_out = tuple(Condition(one.column, "=", 0) for choice in more for one in choice.conditions)
    return [
        Choice("active", (*in_force, *left_out)),
        *(Choice(choice.label, (*in_force, *choice.conditions)) for choice in more),
        Choice("starts later", (here, on, going, Condition("begins", ">=", after), dated)),
        Choice("expired", (here, on, Condition("ends", "<", after))),
        Choice("unknown", (here, on, going, undated)),
        Choice("disabled", (here, Condition("active", "=", 0))),
        Choice("gone", (Condition("missing_since", "not null"),)),
    ]


def _statuses(context: SubjectContext) -> list[Choice]:
    return standings(context, Choice("used up", (Condition("used_up", "=", 1),)))


_USES_MADE = (
    Choice("at least once", (Condition("redeemed_quantity", ">=", 1),)),
    Choice("never", (Condition("redeemed_quantity", "=", 0),)),
)
_HOLDING = (
    Choice("with a customer", (Condition("holder_id", "not null"),)),
    Choice("without a customer", (Condition("holder_id", "null"),)),
)


def _expiries(context: SubjectContext) -> list[Choice]:
    """Within 7, 30 and 90 days from now, already past, and never."""
    now = context.reader.now()

    def within(days: int) -> Choice:
        begin, end = instant_text(now), instant_text(now + timedelta(days=days))
        return Choice(f"expires within {days} days", (Condition("ends", ">=", begin), Condition("ends", "<", end)))

    past = Choice("expiry is past", (Condition("ends", "<", instant_text(now)),))
    return [within(7), within(30), within(90), past, Choice("never expires", (Condition("expiration_date", "null"),))]


def _uses(record: ListRecord) -> Cell:
    used, limit = record["redeemed_quantity"], record["redemption_quantity"]
    if not isinstance(used, int):
        return ""
    return f"{used:,} of {limit:,}" if isinstance(limit, int) else f"{used:,}"


def _emptied(record: ListRecord) -> Cell:
    """A balance; the card with nothing left is quiet."""
    words = record.scene.money(record["balance"])
    return CellText(words, "muted") if record["balance"] == 0 else words


def worked_out(name: str, words: Callable[[ListRecord], str]) -> Callable[[ListRecord], Cell]:
    """A column's words; marked where the value is worked out, since an export left it out."""

    def cell(record: ListRecord) -> Cell:
        said = words(record)
        marked = said and name in str(record["worked_out"] or "").split()
        return CellText(f"{said} est.", "muted") if marked else said

    return cell


def _next_expiration(record: ListRecord) -> str:
    value, at = record["next_expiration_points"], record["next_expiration_date"]
    return (
        f"{fmt.points(value)} on {record.scene.named_day(at, 'no day')}"
        if isinstance(value, int) and value and at
        else ""
    )


def _worked_out_points(name: str, title: str, **more: Any) -> ListColumn:
    cell = worked_out(name, lambda row: row.scene.points(row[name]))
    return list_column(name, title, cell, width=15, kind="number", unit="points", **more)


_CODE = text("code", "Code", 18, flex=2, most=40, priority=100)
_STATUS = list_column("status", "Status", code_status, width=12, kind="status", sort="", priority=90)
_HOLDER = list_column(
    "holder_id", "Customer", lambda row: row.customer("holder_id"), width=16, flex=1, most=34, priority=60
)
_USES = list_column("redeemed_quantity", "Uses", _uses, width=9, kind="number", priority=80)
_PUBLISHED = list_column(
    "publish_count", "Published", worked_out("publish_count", lambda row: row.scene.count(row["publish_count"])),
    width=10, kind="number", priority=50,
)  # fmt: skip
_CREATED = day("created_at", "Created", priority=40)
_ENDS = end("expiration_date", "Expires", priority=45)
_CATEGORY = text("category", "Category", 14, priority=10)


def _own_balance(record: ListRecord) -> Cell:
    """A balance in the unit of the code's own kind; bare where that says none."""
    kind, balance = str(record["type"] or ""), record["balance"]
    if kind.startswith("GIFT"):
        return record.scene.money(balance)
    return record.scene.points(balance) if kind.startswith("LOYALTY") else record.scene.count(balance)


_BALANCE = list_column("balance", "Balance", _emptied, width=9, kind="number", unit=MINOR, priority=85)
_LOADED = list_column(
    "amount", "Loaded", worked_out("amount", lambda row: row.scene.money(row["amount"])), width=10, kind="number",
    unit=MINOR, priority=70,
)  # fmt: skip


def _more(context: SubjectContext, record: ListRecord, document: Mapping[str, Any]) -> Iterable[Field]:
    """What the document says beyond the columns."""
    value = voucher_value_text(document, context.currency)
    if value:
        yield Field("Gives", value, "strong")
    if record["holder_id"]:
        yield Field("Customer id", str(record["holder_id"]))
        holder = context.reader.ask(person, record["holder_id"])
        if holder is not None and holder.email:
            yield Field("E-mail", record.scene.name(holder.email))
    if record["start_date"] or record["expiration_date"]:
        start, last = record.scene.day(record["start_date"]), record.scene.last_day(record["expiration_date"])
        yield Field("Valid", f"{start or 'always'} – {last}")
    additional = word(inside(document, "additional_info"))
    if additional:
        yield Field("Note", additional)
    updated = record.scene.when(document.get("updated_at"), named=True)
    yield Field("Changed", updated or "never")


def code_list(identity: str, noun: tuple[str, str], columns: tuple[ListColumn, ...]) -> ListSpec:
    """A list of codes with these columns between the status and the dates."""
    return ListSpec(
        id=identity,
        noun=noun,
        view=CODES,
        columns=(_CODE, _STATUS, *columns, _CREATED, _ENDS, _CATEGORY),
        empty=f"No {noun[1]} are synced yet. Press r to fetch them ({{cost}}); large campaigns come by export.",
        facets=(
            Facet("Status", _statuses, shown=True),
            Facet("Uses", _USES_MADE),
            Facet("Customer", _HOLDING),
            Facet("Category", column="category"),
            Facet("Expiry", _expiries),
            PRESENCE,
        ),
        metadata=True,
        lookups={"holder_id": "customers"},
        more=_more,
        place="code",
        personal=True,
    )


DISCOUNT_CODES = code_list("vouchers", ("voucher", "vouchers"), (_USES, _HOLDER, _PUBLISHED))
GIFT_CODES = code_list("gift-codes", ("gift card", "gift cards"), (_BALANCE, _LOADED, _USES, _HOLDER))
ANY_CODES = code_list(
    "codes",
    ("voucher", "vouchers"),
    (_USES, list_column("balance", "Balance", _own_balance, width=9, kind="number", priority=55), _HOLDER, _PUBLISHED),
)
"""Codes of a kind that only each code itself states."""
LOYALTY_CARDS = code_list(
    "loyalty-cards",
    ("loyalty card", "loyalty cards"),
    (
        points("balance", "Balance", priority=88),
        _worked_out_points("amount", "Points ever", priority=55),
        _worked_out_points("pending_points", "Pending", priority=35),
        list_column("next_expiration_date", "Next to expire", worked_out("next_expiration_date", _next_expiration),
                    width=28, priority=58),
        _HOLDER,
    ),
)  # fmt: skip
REFERRAL_CODES = code_list("referral-codes", ("referral code", "referral codes"), (_HOLDER, _USES, _PUBLISHED))
