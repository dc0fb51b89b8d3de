"""Rows that belong to no campaign alone: stacked redemptions, and failures without any voucher."""

from store.sandbox.world import moments
from store.sandbox.world.benefits import discount_given
from store.sandbox.world.plans import CampaignPlan
from store.sandbox.world.records import OrderRow, RedemptionRow, VoucherRow
from store.sandbox.world.showpieces import COUPONS
from store.sandbox.world.stage import Stage
from store.sandbox.world.traffic import rollback_of


def add_orphans(stage: Stage, wanted: int) -> None:
    """Failures with null voucher, customer and order (API §11.6): mistyped codes."""
    for ms in stage.times(stage.earliest, stage.now - 1, wanted):
        stage.redemptions.append(
            RedemptionRow(
                id=stage.timed_key("rf", ms),
                object="redemption",
                created_at=moments.text(ms),
                result="FAILURE",
                status="FAILED",
                campaign_id=None,
                campaign=None,
                related_object_type=None,
                related_object_id=None,
                parent_redemption_id=None,
                redemption=None,
                voucher_id=None,
                voucher_code=None,
                customer_id=None,
                tracking_id=None,
                failure_code="not_found",
                amount=None,
                order_id=None,
                order_amount=0,
                discount_amount=0,
                channel="API",
                reward_assignment_id=None,
                reason=None,
            )
        )


def add_stacks(stage: Stage, plans: list[CampaignPlan], wanted: int) -> None:
    """Orders paid with a promotion tier and a code at once (API §11.4): a parent row and two children.

    Every second stack is rolled back as a whole, which writes three more rows.
    """
    promotion = max((plan for plan in plans if plan.tiers), key=lambda plan: plan.idea.weight)
    coupons = [plan for plan in plans if plan.kind == COUPONS and plan.redemptions and plan.vouchers]
    generic = [plan for plan in coupons if plan.idea.quantity is None] or coupons
    coupon = max(generic, key=lambda plan: plan.idea.weight)
    codes = [row for row in stage.vouchers if row.campaign_id == coupon.id]
    begin = max(promotion.window(stage.earliest, stage.now)[0], coupon.window(stage.earliest, stage.now)[0])
    for i, ms in enumerate(stage.times(begin + moments.DAY, stage.now - 5 * moments.DAY, wanted)):
        code = codes[-1 - i % len(codes)] if coupon.idea.quantity is None else _unused(stage, codes)
        rows = _stack(stage, promotion, coupon, code, ms)
        first = len(stage.redemptions)
        stage.redemptions += rows
        if i % 2:
            _undo(stage, first, ms + 2 * moments.DAY)


def _unused(stage: Stage, codes: list[VoucherRow]) -> VoucherRow:
    used = {row.voucher_id for row in stage.redemptions if row.result == "SUCCESS"}
    return next(row for row in codes if row.id not in used)


def _stack(
    stage: Stage, promotion: CampaignPlan, coupon: CampaignPlan, code: VoucherRow, ms: int
) -> list[RedemptionRow]:
    person = max(0, stage.person_at(ms))
    stage.touch(person, ms)
    someone = stage.people[person].row
    tier = promotion.tiers[0]
    amount = stage.order_amount() + 5_000
    first = min(amount, discount_given(tier.idea.discount, amount, 0.5))
    second = min(amount - first, discount_given(coupon.idea.benefit, amount - first, 0.5))
    parent = stage.timed_key("r", ms)
    order = OrderRow(
        stage.timed_key("ord", ms), None, moments.text(ms - 25), None, "PAID", someone.id, None, amount, first + second,
        parent,
    )  # fmt: skip
    stage.orders.append(order)
    head = RedemptionRow(
        id=parent,
        object="redemption",
        created_at=moments.text(ms),
        result="SUCCESS",
        status="SUCCEEDED",
        campaign_id=None,
        campaign=None,
        related_object_type="redemption",
        related_object_id=parent,
        parent_redemption_id=None,
        redemption=None,
        voucher_id=None,
        voucher_code=None,
        customer_id=someone.id,
        tracking_id=someone.tracking_id,
        failure_code=None,
        amount=None,
        order_id=order.id,
        order_amount=amount,
        discount_amount=first + second,
        channel="API",
        reward_assignment_id=None,
        reason=None,
    )
    child = head._replace(redemption=parent, parent_redemption_id=parent)
    return [
        head,
        child._replace(
            id=stage.timed_key("r", ms), related_object_type="promotion_tier", related_object_id=tier.id,
            campaign_id=promotion.id, campaign=promotion.name, discount_amount=first,
        ),
        child._replace(
            id=stage.timed_key("r", ms), related_object_type="voucher", related_object_id=code.id,
            campaign_id=coupon.id, campaign=coupon.name, discount_amount=second, voucher_id=code.id,
            voucher_code=code.code,
        ),
    ]  # fmt: skip


def _undo(stage: Stage, first: int, ms: int) -> None:
    parent: str | None = None
    for index in range(first, first + 3):
        old = stage.redemptions[index]
        stage.redemptions[index] = old._replace(status="ROLLED_BACK")
        row = rollback_of(old, stage.timed_key("rr", ms), moments.text(ms), "Order cancelled")
        if parent is None:
            parent = row.id
        else:
            row = row._replace(parent_redemption_id=parent)
        stage.redemptions.append(row)
