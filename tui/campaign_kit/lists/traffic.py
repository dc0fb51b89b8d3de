"""Lists of what happened: redemptions, publications, distributions, transactions (API §4.2 I, J, K, N)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from store import words as fmt
from store.domain.movements import MOVEMENTS, in_points, movement_words
from store.domain.values import inside, shown, word
from store.queries.distributions import SUBSTITUTE, answered
from store.queries.freshness import data_state
from store.queries.rows import Condition, RowList
from store.queries.views import ATTEMPTS, DISTRIBUTIONS, PUBLICATIONS, TRANSACTIONS
from store.queries.webhooks import distribution_state
from tui.campaign_kit.lists.redemption_detail import redemption_detail
from tui.kit.context import SubjectContext
from tui.kit.export_way import MINOR
from tui.kit.lists.details import column_fields
from tui.kit.lists.spec import (
    Choice,
    Detail,
    Facet,
    ListColumn,
    ListRecord,
    ListSpec,
    list_column,
    money,
    number,
    text,
    when,
)
from widgets.panel.panel import Field
from widgets.table.rows import Cell, CellText
from widgets.text import glyphs

_ROLLBACK = "redemption_rollback"
_REDEMPTION = Condition("object", "!=", _ROLLBACK)
_ROLLBACKS = Condition("object", "=", _ROLLBACK)


def result_cell(record: ListRecord) -> Cell:
    """How an attempt ended, rollbacks shown apart."""
    signs = glyphs.current()
    failed = record["result"] == "FAILURE"
    if record["object"] == _ROLLBACK:
        return (
            CellText(f"{signs.disabled} rollback failed", "bad")
            if failed
            else CellText(f"{signs.sync} rollback", "warn")
        )
    if failed:
        return CellText(f"{signs.disabled} refused", "bad")
    if record["status"] == "ROLLED_BACK" or record["rolled_back_by"]:
        return CellText(f"{signs.same} rolled back", "warn")
    return CellText(f"{signs.ok} succeeded", "good") if record["result"] == "SUCCESS" else ""


def _redeemed(record: ListRecord) -> Cell:
    """What was redeemed: the code, else the tier, else the stack."""
    if record["voucher_code"]:
        return str(record["voucher_code"])
    tier = record.named("promotion_tiers", "promotion_tier_id")
    return tier or ("stack" if record["is_parent"] else "")


_FAILED, _ENDED_WELL = Condition("result", "=", "FAILURE"), Condition("result", "!=", "FAILURE")
_RESULTS = (
    Choice("succeeded", (_REDEMPTION, Condition("result", "=", "SUCCESS"), Condition("undone", "=", 0))),
    Choice("refused", (_REDEMPTION, _FAILED)),
    Choice("rolled back", (_REDEMPTION, _ENDED_WELL, Condition("undone", "=", 1))),
    Choice("rollback", (_ROLLBACKS, _ENDED_WELL)),
    Choice("rollback failed", (_ROLLBACKS, _FAILED)),
)
"""What `result_cell` says of rows, as it says it; each row that ended is in one of them."""

RESULT = Facet("Result", _RESULTS, shown=True)


def _split(context: SubjectContext) -> str:
    """Why this list is longer than the count of redemptions elsewhere: refusals and rollbacks are rows, too."""
    state = context.reader.ask(data_state, "redemptions", context.subject)

    def rows(*conditions: Condition) -> int:
        return RowList(context.reader, ATTEMPTS, context.subject, conditions=conditions).count()

    stand, refused, undone, rollbacks, failed = (rows(*choice.conditions) for choice in _RESULTS)
    if state.known(stand + refused + undone + rollbacks + failed) is None:
        return ""
    back = f" ({fmt.count(undone)} rolled back)" if undone else ""
    parts = [f"{fmt.count(stand + undone)} redeemed{back}", f"{fmt.count(refused)} refused"]
    if rollbacks or failed:
        words = fmt.counted(rollbacks, "rollback")
        parts.append(f"{words}, {fmt.count(failed)} failed" if failed else words)
    return " · ".join(parts)


def _took(record: ListRecord) -> Cell:
    """Credits or points: a row's `amount` counts what its voucher holds (API §11.7)."""
    return record.scene.money(record["amount"])


_RESULT = list_column("result", "Result", result_cell, width=13, kind="status", priority=95)
_AT = when("created_at", "At", priority=98)
_WHO = list_column("customer_id", "Customer", lambda row: row.customer(), width=8, flex=1, most=34, priority=70)
_FAILURE = text("failure_code", "Failure", 16, flex=2, most=36, priority=75)
_ORDER = money("order_amount", "Order", priority=55)
_CHANNEL = text("channel_type", "Channel", 10, priority=20)


def redemption_list(identity: str, *amounts: ListColumn, title: str = "Code") -> ListSpec:
    """The redemptions of a campaign.

    Args:
        identity: of the list.
        amounts: columns for what a redemption of this kind of code gives or takes.
        title: what is redeemed.
    """
    return ListSpec(
        id=identity,
        noun=("redemption row", "redemption rows"),
        view=ATTEMPTS,
        columns=(
            list_column("voucher_code", title, _redeemed, width=16, flex=1, most=36, priority=100),
            _AT, _RESULT, _WHO, *amounts, _ORDER, _FAILURE, _CHANNEL,
        ),
        facets=(
            RESULT,
            Facet("Failure", column="failure_code"),
            Facet("Channel", column="channel_type"),
        ),
        note=_split,
        lookups={"customer_id": "customers", "promotion_tier_id": "promotion_tiers"},
        detail=redemption_detail,
        personal=True,
        metadata=True,
    )  # fmt: skip


_DISCOUNT = money("discount_amount", "Discount", priority=65)
REDEMPTION_ROWS = redemption_list("redemptions", _DISCOUNT)
TIER_REDEMPTIONS = redemption_list("redemptions", _DISCOUNT, title="Tier")
"""Redemptions of promotions, which have no codes."""
GIFT_REDEMPTIONS = redemption_list(
    "gift-redemptions", list_column("amount", "Credits", _took, width=9, kind="number", unit=MINOR, priority=65)
)
"""Redemptions that take credit off a card."""

NO_DELIVERY = "Delivery of messages is not available from the API."
_PUBLISHED = {"SUCCESS": "succeeded", "FAILURE": "failed"}


def _published_code(record: ListRecord) -> Cell:
    """A refused publication often has none."""
    return str(record["voucher_code"]) if record["voucher_code"] else CellText("no code", "muted")


def _publication_result(record: ListRecord) -> Cell:
    signs = glyphs.current()
    if record["result"] == "FAILURE":
        return CellText(f"{signs.disabled} {_PUBLISHED['FAILURE']}", "bad")
    if record["result"] == "SUCCESS":
        return CellText(f"{signs.ok} {_PUBLISHED['SUCCESS']}", "good")
    return str(record["result"] or "")


def _publication_more(_: SubjectContext, record: ListRecord, document: Mapping[str, Any]) -> Iterable[Field]:
    for label, value in (
        ("Customer id", record["customer_id"]),
        ("Source id", record["source_id"]),
        ("Distribution", record["distribution_id"]),
        ("Message", record["failure_message"]),
        ("Tracking id", record["tracking_id"]),
    ):
        if value:
            yield Field(label, str(value))
    codes = inside(document, "vouchers")
    if isinstance(codes, list) and len(codes) > 1:
        yield Field("Codes", tuple(shown(code) for code in codes[:20]))


def _publications_note(_: SubjectContext) -> str:
    """What the API does not say of publications."""
    return NO_DELIVERY


def _distributions_note(_: SubjectContext) -> str:
    """What the API does not say of distributions."""
    return (
        f"Distributions are {SUBSTITUTE}. Names, triggers and delivery counts are not available from the API."
        " Redeemed and rate count codes that were published once: a redemption of others has no one publication."
    )


PUBLICATION_ROWS = ListSpec(
    id="publications",
    noun=("publication", "publications"),
    view=PUBLICATIONS,
    columns=(
        list_column("voucher_code", "Code", _published_code, width=18, flex=1, most=40, priority=100),
        _AT,
        list_column("result", "Result", _publication_result, width=12, kind="status", priority=95),
        _WHO,
        text("channel", "Channel", 12, priority=80),
        text("failure_code", "Failure", 18, flex=1, most=36, priority=50),
        text("distribution_id", "Distribution", 18, priority=30),
        text("source_id", "Source", 14, priority=10),
    ),
    facets=(
        Facet(
            "Result",
            column="result",
            words=lambda value: _PUBLISHED.get(value, str(value)),
            shown=True,
            values=tuple(_PUBLISHED),
        ),
        Facet("Channel", column="channel"),
        Facet("Failure", column="failure_code"),
    ),
    note=_publications_note,
    lookups={"customer_id": "customers"},
    more=_publication_more,
    personal=True,
    metadata=True,
)


def _distribution_detail(spec: ListSpec, context: SubjectContext, record: ListRecord) -> Detail:
    note = Field("Known", SUBSTITUTE.capitalize() + ".", "warn")
    latest = context.reader.ask(distribution_state, record.id)
    state = [Field("State", latest.state, substitute=f"webhook of {record.scene.when(latest.at)}")] if latest else []
    fields = (*column_fields(spec, record), *state, Field("Id", record.id), note)
    return Detail(f"Distribution {record.id}", fields)


def _came_of_it(context: SubjectContext, rows: Sequence[dict[str, Any]]) -> None:
    """Redemptions of each distribution's codes; unknown until they are complete, or where codes do not state it."""
    found = context.reader.ask(answered, context.subject.id)
    read = context.reader.ask(data_state, "redemptions", context.subject).completed_at is not None
    for row in rows:
        one = found.get(row["id"]) if read else None
        row["redemptions"], row["rate"] = (None, None) if one is None else (one.redemptions, one.rate_permille)


DISTRIBUTION_ROWS = ListSpec(
    id="distributions",
    noun=("distribution", "distributions"),
    view=DISTRIBUTIONS,
    columns=(
        text("id", "Distribution", 22, flex=1, most=44, priority=100),
        number("publications", "Published", priority=95),
        number("failed", "Failed", priority=70),
        number("customers", "Customers", priority=60),
        number("redemptions", "Redeemed", sort="", priority=88),
        list_column("rate", "Rate", lambda row: fmt.percent(row["rate"], 1000) if row["rate"] is not None else "",
                    width=7, kind="number", sort="", priority=86),
        text("channel", "Channel", 12, priority=80),
        when("first_seen", "First seen", priority=40),
        when("last_seen", "Last seen", priority=90),
    ),
    empty="No publications are synced yet, and so no distributions. Press r to fetch them ({cost}).",
    dates="last_seen",
    note=_distributions_note,
    derive=_came_of_it,
    detail=_distribution_detail,
)  # fmt: skip


def _signed(record: ListRecord, words: str) -> Cell:
    """A movement: additions carry a plus, so that the sign never depends on colour."""
    amount = record["amount"]
    if not isinstance(amount, int):
        return ""
    return CellText(f"+{words}", "good") if amount > 0 else CellText(words, "bad" if amount < 0 else "muted")


def _transaction_more(_: SubjectContext, record: ListRecord, document: Mapping[str, Any]) -> Iterable[Field]:
    for label, value in (
        ("Redemption", record["redemption_id"]),
        ("Order", record["order_id"]),
        ("Reward", record.named("rewards", "reward_id")),
        ("Related transaction", record["related_transaction_id"]),
        ("Operation", word(inside(document, "details", "balance", "operation_type")).lower()),
        ("Card id", record["voucher_id"]),
    ):
        if value:
            yield Field(label, str(value))


def card_column(priority: int = 100) -> ListColumn:
    """The code of the card a row is about; its id while the card is not cached."""
    return list_column(
        "code",
        "Card",
        lambda row: str(row["code"] or row["voucher_id"] or ""),
        width=18,
        flex=1,
        most=40,
        priority=priority,
    )


def _own_unit(record: ListRecord, column: str) -> str:
    """An amount in the unit of its own movement; bare where the type says none."""
    points = in_points(record["type"])
    if points is None:
        return record.scene.count(record[column])
    return record.scene.points(record[column]) if points else record.scene.money(record[column])


def _related_card(record: ListRecord) -> Cell:
    """The card at the other end of a transfer; its transaction's id while that is not cached."""
    return str(record["related_card"] or record["related_transaction_id"] or "")


def transaction_list(identity: str, worded: Callable[[ListRecord, str], str], unit: str = "") -> ListSpec:
    """Movements on cards, each with the balance it left; signed.

    Args:
        identity: of the list.
        worded: a record's column as an amount, in minor units or points.
        unit: which of them; "" where it differs from row to row.
    """
    return ListSpec(
        id=identity,
        noun=("transaction", "transactions"),
        view=TRANSACTIONS,
        columns=(
            list_column("type", "Type", lambda row: movement_words(row["type"]), width=16, priority=92),
            card_column(),
            when("created_at", "At", priority=98),
            list_column("amount", "Movement", lambda row: _signed(row, worded(row, "amount")),
                        width=10, kind="number", unit=unit, priority=96),
            list_column("balance", "Balance after", lambda row: worded(row, "balance"),
                        width=13, kind="number", unit=unit, priority=94),
            list_column("earning_rule_id", "Earning rule",
                        lambda row: row.named("earning_rules", "earning_rule_id"), width=18, flex=1, most=32,
                        priority=20),
            text("reason", "Reason", 16, flex=1, most=40, priority=40),
            list_column("related_card", "Related card", _related_card, width=16, flex=1, most=32, priority=30),
            text("source_id", "Source id", 16, flex=1, most=32, priority=25),
            text("source", "Source", 10, priority=10),
        ),
        facets=(Facet("Type", column="type", words=movement_words, shown=True, values=tuple(MOVEMENTS)),),
        lookups={"earning_rule_id": "earning_rules", "reward_id": "rewards"},
        more=_transaction_more,
    )  # fmt: skip


GIFT_TRANSACTIONS = transaction_list("gift-transactions", lambda row, column: row.scene.money(row[column]), MINOR)
POINTS_TRANSACTIONS = transaction_list(
    "points-transactions", lambda row, column: row.scene.points(row[column]), "points"
)
ANY_TRANSACTIONS = transaction_list("transactions", _own_unit)
"""Movements whose own type states whether they are points or credits."""
