"""Balances changed by hand: gift credit, points, transfers between cards."""

from dataclasses import replace

from store.sandbox.problems import bad_payload, refused
from store.sandbox.routes import VOUCHER
from store.sandbox.routes_loyalty import CARD, PROGRAM
from store.sandbox.table import Document
from store.sandbox.world.campaign_documents import VALIDITY
from store.sandbox.world.records import VoucherRow
from store.sandbox.writes import ledger
from store.sandbox.writes.bodies import date_of, text_of, whole_of
from store.sandbox.writes.change import Change, WriteRoute
from store.sandbox.writes.ledger import Entry

_EXPIRY = ("PROGRAM_RULES", "CUSTOM_DATE", "NON_EXPIRING")


def _by_hand(change: Change, row: VoucherRow, amount: int, expires_at: str | None, *, points: bool) -> Document:
    body = change.body
    if not amount:
        raise refused("invalid_amount", "Amount has to be a valid number other than zero", "Invalid Amount")
    ledger.check_enough(change, row, amount)
    unit = "CREDITS" if row.type == ledger.GIFT else "POINTS"
    entry = Entry(
        source_id=text_of(body, "source_id"), reason=text_of(body, "reason"), source="API", expires_at=expires_at
    )
    made = ledger.post(change, row, f"{unit}_{'ADDITION' if amount > 0 else 'REMOVAL'}", amount, entry)
    return ledger.balance_document(made, points=points)


def _of_voucher(change: Change) -> Document:
    """`amount` of a gift card in minor units; of a loyalty card plain points (API §7 leaves it open)."""
    row = ledger.card_row(change, change.named(VOUCHER, "code"))
    return _by_hand(
        change, row, whole_of(change.body, "amount"), ledger.expiry_by_rules(change, row.campaign_id), points=False
    )


def _of_card(change: Change) -> Document:
    if "campaignId" in change.call.path:
        change.named(PROGRAM, "campaignId")
    row, body = ledger.card_row(change, change.named(CARD, "memberId")), change.body
    points, kind = whole_of(body, "points"), text_of(body, "expiration_type") or _EXPIRY[0]
    if kind not in _EXPIRY:
        allowed = ", ".join(_EXPIRY)
        raise bad_payload(f"Property .expiration_type should be equal to one of the allowed values [ {allowed} ]")
    expires_at = ledger.expiry_by_rules(change, row.campaign_id) if kind == _EXPIRY[0] else None
    if kind == _EXPIRY[1]:
        expires_at = (date_of(body, "expiration_date") or "")[:10]
        if not expires_at:
            raise bad_payload("Property .expiration_date should be string")
        if expires_at < change.at[:10]:
            details = "Expiration date cannot be set in the past"
            raise refused("invalid_expiration_date", details, "Invalid Expiration Date")
    return _by_hand(change, row, points, expires_at, points=True)


def _transfer(change: Change) -> Document:
    """Move points to the path's card from those in the body; all or none."""
    change.named(PROGRAM, "campaignId")
    target, parts = ledger.card_row(change, change.named(CARD, "memberId")), []
    taken: dict[str, int] = {}
    for one in change.items():
        points, source_id = whole_of(one, "points"), text_of(one, "source_id")
        row = ledger.card_row(change, change.id_of(CARD, text_of(one, "code") or ""))
        if points <= 0 or row.id == target.id:
            raise refused("invalid_amount", "Amount has to be a valid positive number", "Invalid Amount")
        taken[row.id] = taken.get(row.id, 0) + points
        ledger.check_enough(change, row, -taken[row.id])
        parts.append((row, points, Entry(source_id=source_id, source="API", reason=text_of(one, "reason"))))
    expires_at = ledger.expiry_by_rules(change, target.campaign_id)
    for row, points, entry in parts:
        out = ledger.post(
            change, row, "POINTS_TRANSFER_OUT", -points, replace(entry, other_voucher_id=target.id)
        )  # fmt: skip
        ledger.post(
            change, target, "POINTS_TRANSFER_IN", points,
            replace(entry, other_voucher_id=row.id, related_transaction_id=out.id, expires_at=expires_at),
        )  # fmt: skip
    return {**dict.fromkeys(VALIDITY), **change.shown("vouchers", target.id)}


ROUTES: tuple[WriteRoute, ...] = (
    ("POST", "/v1/vouchers/{code}/balance", _of_voucher),
    ("POST", "/v1/loyalties/members/{memberId}/balance", _of_card),
    ("POST", "/v1/loyalties/{campaignId}/members/{memberId}/balance", _of_card),
    ("POST", "/v1/loyalties/{campaignId}/members/{memberId}/transfers", _transfer),
)
