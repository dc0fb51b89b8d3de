"""Balances of cards: transactions, and the buckets in which points expire."""

from dataclasses import dataclass

from store.sandbox.problems import refused
from store.sandbox.table import Document
from store.sandbox.world import moments
from store.sandbox.world.records import PointsBucketRow, TransactionRow, VoucherRow
from store.sandbox.writes.change import Change

GIFT, CARD = "GIFT_VOUCHER", "LOYALTY_CARD"
_LAST = 'select total from "transactions" where voucher_id = ? order by created_at desc, id desc limit 1'
_BUCKETS = (
    "select id, points from \"points_expiration\" where voucher_id = ? and status = 'ACTIVE'"
    " order by expires_at is null, expires_at, id"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a new transaction says beside its card, amount and type; `expires_at` is a day, of points that come in."""

    source_id: str | None = None
    source: str | None = None
    reason: str | None = None
    related_transaction_id: str | None = None
    order_id: str | None = None
    redemption_id: str | None = None
    rollback_id: str | None = None
    earning_rule_id: str | None = None
    reward_id: str | None = None
    other_voucher_id: str | None = None
    expires_at: str | None = None


def card_row(change: Change, key: str) -> VoucherRow:
    """A code that holds credit or points.

    Raises:
        Problem: 400 for a code that holds neither, or a loyalty card that nobody holds.
    """
    row: VoucherRow = change.row("vouchers", key)
    if row.type not in (GIFT, CARD):
        raise refused("invalid_voucher", "Only gift cards and loyalty cards have a balance", "Invalid Voucher")
    if row.type == CARD and row.holder_id is None:
        raise refused("invalid_customer", row.code, "Customer must be a holder of a loyalty card.")
    return row


def balance_of(change: Change, row: VoucherRow) -> int:
    """What a card holds, minor units or points."""
    return row.amount + sum(change.world.facts.movements(row.id).values())


def check_enough(change: Change, row: VoucherRow, amount: int) -> None:
    """Raise Problem 400 when a card would hold less than nothing after `amount` (signed)."""
    left = balance_of(change, row)
    if left + amount < 0:
        key = "gift_amount_exceeded" if row.type == GIFT else "loyalty_card_points_exceeded"
        raise refused(key, f"The card {row.code} holds {left}")


def post(change: Change, row: VoucherRow, kind: str, amount: int, entry: Entry) -> TransactionRow:
    """Change a balance by `amount` (signed), and let buckets and the code's `updated_at` follow."""
    table = change.world.tables["transactions"]
    table.by("voucher_id")
    last = table.sql(_LAST, row.id).fetchone()
    total = row.amount if last is None else last[0]
    if amount > 0 and not kind.endswith("REFUND"):
        total += amount
    made = TransactionRow(
        change.new_id("vtx"), change.at, row.campaign_id, row.id, kind, amount, balance_of(change, row) + amount, total,
        entry.source_id, entry.source, entry.reason, entry.related_transaction_id, entry.order_id,
        entry.redemption_id, entry.rollback_id, entry.earning_rule_id, entry.reward_id, entry.other_voucher_id,
    )  # fmt: skip
    table.add(made)
    if row.type == CARD:
        if amount > 0:
            lay_in(change, row, amount, entry.expires_at)
        else:
            _drain(change, row, -amount)
    change.world.tables["vouchers"].edit(row.id, updated_at=change.at)
    return made


def lay_in(change: Change, row: VoucherRow, points: int, expires_at: str | None) -> None:
    """Points of a card that expire together."""
    change.world.tables["points_expiration"].add(
        PointsBucketRow(
            change.new_id("lopb"), change.at, None, row.campaign_id, row.id, points, "ACTIVE", expires_at
        )
    )  # fmt: skip


def _drain(change: Change, row: VoucherRow, points: int) -> None:
    """Take points from the buckets that expire the soonest."""
    buckets = change.world.tables["points_expiration"]
    buckets.by("voucher_id")
    for key, held in buckets.sql(_BUCKETS, row.id).fetchall():
        taken = min(points, held)
        if taken == held:
            buckets.edit(key, status="USED", updated_at=change.at)
        elif taken:
            buckets.edit(key, points=held - taken, updated_at=change.at)
        points -= taken


def expiry_by_rules(change: Change, campaign_id: str) -> str | None:
    """The day on which points that come now expire by the program's rules: a month's end, None for never."""
    campaign = change.world.documents["campaigns"].find(campaign_id) or {}
    rules = campaign.get("voucher", {}).get("loyalty_card", {}).get("expiration_rules")
    if not rules or rules.get("period_type") != "MONTH":
        return None
    year, month = divmod(change.call.now.year * 12 + change.call.now.month + rules["period_value"], 12)
    return moments.day_text(moments.day_of(moments.instant(f"{year:04d}-{month + 1:02d}-01T00:00:00.000Z")) - 1)


def balance_document(row: TransactionRow, *, points: bool) -> Document:
    """The answer to a change of a balance (schema VouchersBalanceUpdateResponseBody)."""
    return {
        "points" if points else "amount": row.amount,
        "total": row.total,
        "balance": row.balance,
        "type": "gift_voucher" if row.type.startswith("CREDITS") else "loyalty_card",
        "object": "balance",
        "related_object": {"type": "voucher", "id": row.voucher_id},
        "operation_type": "MANUAL",
    }
