"""Rows that belong to no campaign alone: stacked redemptions, and failures without any voucher."""

from msgspec.structs import replace

from store.sandbox.world import moments
from store.sandbox.world.benefits import discount_given
from store.sandbox.world.notes import Code, OrderNote, RedemptionNote
from store.sandbox.world.plans import CampaignPlan
from store.sandbox.world.showpieces import COUPONS
from store.sandbox.world.stage import Stage


def add_orphans(stage: Stage, wanted: int) -> None:
    """Failures with null voucher, customer and order (API §11.6): mistyped codes."""
    for ms in stage.times(stage.earliest, stage.now - 1, wanted):
        key = stage.timed_key("rf", ms)
        stage.redemptions.append(RedemptionNote(key, ms, None, None, None, -1, "not_found", None, None, 0, "API", None))


def add_stacks(stage: Stage, plans: list[CampaignPlan], wanted: int) -> None:
    """Orders paid with a promotion tier and a code at once (API §11.4): a parent row and two children.

    Every second stack is rolled back as a whole, which writes three more rows.
    """
    promotion = max((plan for plan in plans if plan.tiers), key=lambda plan: plan.idea.weight)
    coupons = [plan for plan in plans if plan.kind == COUPONS and plan.redemptions and plan.vouchers]
    generic = [plan for plan in coupons if plan.idea.quantity is None] or coupons
    coupon = max(generic, key=lambda plan: plan.idea.weight)
    codes = next(batch.codes for batch in stage.batches if batch.plan is coupon)
    begin = max(promotion.window(stage.earliest, stage.now)[0], coupon.window(stage.earliest, stage.now)[0])
    for i, ms in enumerate(stage.times(begin + moments.DAY, stage.now - 5 * moments.DAY, wanted)):
        code = codes[-1 - i % len(codes)] if coupon.idea.quantity is None else _unused(stage, codes)
        rows = _stack(stage, promotion, coupon, code, ms)
        stage.redemptions += rows
        if i % 2:
            _undo(stage, rows, ms + 2 * moments.DAY)


def _unused(stage: Stage, codes: list[Code]) -> Code:
    used = {note.code for note in stage.redemptions if note.failure is None}
    return next(code for code in codes if code not in used)


def _stack(stage: Stage, promotion: CampaignPlan, coupon: CampaignPlan, code: Code, ms: int) -> list[RedemptionNote]:
    person = max(0, stage.person_at(ms, coupon.terms.countries))
    stage.touch(person, ms)
    tier = promotion.tiers[0]
    amount = stage.order_amount() + 5_000
    first = min(amount, discount_given(tier.idea.discount, amount, 0.5))
    second = min(amount - first, discount_given(coupon.idea.benefit, amount - first, 0.5))
    key = stage.timed_key("r", ms)
    order = OrderNote(stage.timed_key("ord", ms), ms - 25, -1, person, amount, first + second, key)
    stage.orders.append(order)
    head = RedemptionNote(key, ms, None, None, None, person, None, None, order, first + second, "API", None)
    return [
        head,
        replace(head, id=stage.timed_key("r", ms), plan=promotion, tier=tier, discount=first, parent=head),
        replace(head, id=stage.timed_key("r", ms), plan=coupon, code=code, discount=second, parent=head),
    ]


def _undo(stage: Stage, rows: list[RedemptionNote], ms: int) -> None:
    parent: RedemptionNote | None = None
    for old in rows:
        note = old.undone(stage.timed_key("rr", ms), ms, "Order cancelled")
        if parent is None:
            parent = note
        else:
            note.parent = parent
        stage.redemptions.append(note)
