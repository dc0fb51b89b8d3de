"""Rows of the large tables. Field names are the column names that routes filter and sort by."""

from typing import NamedTuple


class VoucherRow(NamedTuple):
    """One code. `amount` is the initial gift credit in minor units, or the initial points of a card."""

    id: str
    code: str
    campaign_id: str
    campaign: str
    type: str
    created_at: str
    updated_at: str | None
    holder_id: str | None
    category: str | None
    category_id: str | None
    active: bool
    is_referral_code: bool
    start_date: str | None
    expiration_date: str | None
    quantity: int | None
    amount: int


class RedemptionRow(NamedTuple):
    """One redemption or rollback (`object` says which).

    `campaign_id` is the related object's parent. `redemption` is the stack's parent on a redemption and the
    redemption undone on a rollback. `amount` is credits or points, negative on rollbacks; `order_amount` and
    `discount_amount` are minor units, negative on rollbacks.
    """

    id: str
    object: str
    created_at: str
    result: str
    status: str
    campaign_id: str | None
    campaign: str | None
    related_object_type: str | None
    related_object_id: str | None
    parent_redemption_id: str | None
    redemption: str | None
    voucher_id: str | None
    voucher_code: str | None
    customer_id: str | None
    tracking_id: str | None
    failure_code: str | None
    amount: int | None
    order_id: str | None
    order_amount: int
    discount_amount: int
    channel: str
    reward_assignment_id: str | None
    reason: str | None


class PublicationRow(NamedTuple):
    """One assignment of a code to a customer; failed ones have no voucher."""

    id: str
    created_at: str
    result: str
    campaign_id: str
    campaign: str
    voucher_id: str | None
    voucher_code: str | None
    customer_id: str
    tracking_id: str
    channel: str
    source_id: str | None
    distribution_id: str | None
    failure_code: str | None
    voucher_type: str
    is_referral_code: bool


class CustomerRecord(NamedTuple):
    """One customer; summaries, loyalty and referrals are derived from the other tables."""

    id: str
    source_id: str | None
    name: str
    email: str | None
    city: str | None
    country: str | None
    phone: str | None
    birthdate: str | None
    tracking_id: str
    created_at: str
    updated_at: str | None


class OrderRow(NamedTuple):
    """One order, amounts in minor units. A stack of redemptions shares one order."""

    id: str
    source_id: str | None
    created_at: str
    updated_at: str | None
    status: str
    customer_id: str | None
    referrer_id: str | None
    amount: int
    discount_amount: int
    redemption_id: str | None


class TransactionRow(NamedTuple):
    """One change of a balance. `amount` is signed: minor units on gift cards, points on loyalty cards.

    `balance` is what was left afterwards and `total` what the card was ever credited with.
    """

    id: str
    created_at: str
    campaign_id: str
    voucher_id: str
    type: str
    amount: int
    balance: int
    total: int
    source_id: str | None
    source: str | None
    reason: str | None
    related_transaction_id: str | None
    order_id: str | None
    redemption_id: str | None
    rollback_id: str | None
    earning_rule_id: str | None
    reward_id: str | None
    other_voucher_id: str | None


class PendingPointsRow(NamedTuple):
    """Points that wait for their activation date; an entry vanishes once activated or cancelled."""

    id: str
    created_at: str
    updated_at: str | None
    campaign_id: str
    voucher_id: str
    customer_id: str | None
    order_id: str
    points: int
    activates_at: str
    earning_rule_id: str | None


class ClosedPoints(NamedTuple):
    """Points that wait no more: `status` is ACTIVATED or CANCELED, `at` says since when."""

    row: PendingPointsRow
    status: str
    at: str


class PointsBucketRow(NamedTuple):
    """Points of one card that expire together; `status` is ACTIVE, EXPIRED or USED, no date means never."""

    id: str
    created_at: str
    updated_at: str | None
    campaign_id: str
    voucher_id: str
    points: int
    status: str
    expires_at: str | None


class HolderRow(NamedTuple):
    """A customer's part in a redeemable: OWNER, REFERRER or REFEREE."""

    id: str
    created_at: str
    voucher_id: str
    campaign_id: str
    campaign_type: str
    voucher_type: str
    customer_id: str
    holder_role: str
