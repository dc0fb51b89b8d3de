"""Attempts that a campaign refuses: each with a reason that its own dates, codes and terms prove."""

from operator import attrgetter

from store.sandbox.world import moments
from store.sandbox.world.issuing import CodeIssue
from store.sandbox.world.notes import Code, OrderNote, RedemptionNote
from store.sandbox.world.plans import CampaignPlan, TierPlan
from store.sandbox.world.stage import Stage
from store.sandbox.world.vocabulary import CHANNELS


class Refusing(CodeIssue):
    """Writes failed redemptions down; a reason is only given where the records bear it out."""

    def __init__(self, stage: Stage, plan: CampaignPlan) -> None:
        super().__init__(stage, plan)
        self.spent: list[Code] = []
        self.regulars: list[int] = []
        self._constant: list[tuple[str, int]] = []

    def refuse(self, ms: int, failure: str = "", code: Code | None = None) -> None:
        """A failed redemption of some code of this campaign, for a reason of its own unless one is given."""
        failure = failure or self._reason()
        if failure == "quantity_exceeded":
            code = self.rng.choice(self.spent)
            failure = failure if code.used >= (self.plan.idea.quantity or 0) else "missing_order"
        if failure == "voucher_disabled":
            code = self.rng.choice([one for one in self.codes if not one.active])
        ms = self._moment(failure, ms)
        code = code or (self.rng.choice(self.codes) if self.codes else None)
        if code is not None and code.created > ms and failure != "voucher_disabled":
            code = min(self.codes, key=attrgetter("created"))
        ms = max(ms, code.created) if code else ms
        self.note_failure(ms, failure, code, self._person(failure, ms, code), order=self._order(failure, code))

    def redeemer(self, ms: int, code: Code | None) -> int:
        """Who redeems: the holder, on referral codes another customer; -1 for an unknown visitor."""
        wanted = self.plan.terms.countries
        if code is not None and code.holder >= 0:
            if not self.is_referral:
                return code.holder
            other = self.stage.person_at(ms, wanted)
            return other if other != code.holder else -1
        known = wanted or self.plan.terms.per_customer or self.rng.random() < 0.9
        return self.stage.person_at(ms, wanted) if known else -1

    def note_failure(
        self, ms: int, failure: str, code: Code | None, person: int, tier: TierPlan | None = None, order: int = 0
    ) -> None:
        """Write down a redemption that failed; touches the customer only. The order was never placed: it has no id."""
        stage = self.stage
        key = stage.timed_key("rf", ms)
        if person >= 0:
            stage.touch(person, ms)
        tried = OrderNote("", ms, -1, person, order, 0, key) if order else None
        channel = CHANNELS[int(self.rng.random() * len(CHANNELS))]
        stage.redemptions.append(
            RedemptionNote(key, ms, self.plan, tier, code, person, failure, None, tried, 0, channel, None)
        )

    def _reason(self) -> str:
        if not self._constant:
            self._constant = list(self._constant_reasons())
        found = list(self._constant)
        if self.spent:
            found.append(("quantity_exceeded", 3))
        if self.regulars:
            found.append(("redemption_rules_violated", 3))
        return self.rng.choices([name for name, _ in found], [weight for _, weight in found])[0]

    def _constant_reasons(self) -> list[tuple[str, int]]:
        """Reasons that hold for the whole campaign, and how often each is met."""
        plan, now, terms = self.plan, self.stage.now, self.plan.terms
        recurs = any(name.startswith("validity_") for name in plan.idea.extras)
        possible = (
            ("order_rules_violated", 6, terms.least_order > 0),
            ("customer_rules_violated", 5, bool(terms.countries)),
            ("voucher_expired", 2, plan.end is not None and plan.end < now - moments.DAY),
            ("voucher_not_active", 1, plan.start is not None and self._early() < min(plan.start, now)),
            ("voucher_not_active_now", 4, recurs),
            ("voucher_disabled", 1, not all(code.active for code in self.codes)),
            ("missing_customer", 1, bool(terms.countries or terms.per_customer)),
            ("missing_order", 1, True),
        )
        return [(name, weight) for name, weight, holds in possible if holds]

    def _early(self) -> int:
        """When the last code of the first batch is there."""
        return self.plan.created + moments.MINUTE

    def _moment(self, failure: str, ms: int) -> int:
        """When the attempt must have been made to fail for this reason."""
        plan, now = self.plan, self.stage.now
        if failure == "voucher_expired" and plan.end is not None:
            return plan.end + moments.HOUR + int(self.rng.random() * (min(now, plan.end + 20 * moments.DAY) - plan.end))
        if failure == "voucher_not_active" and plan.start is not None:
            return self.rng.randrange(self._early(), min(plan.start, now))
        if failure == "voucher_not_active_now":
            return self._outside(ms)
        return ms

    def _outside(self, ms: int) -> int:
        """An instant near this one at which a recurring campaign rests."""
        extras, now = self.plan.idea.extras, self.stage.now
        if "validity_hours" in extras:
            noon = moments.day_of(ms) * moments.DAY + 12 * moments.HOUR + ms % moments.HOUR
            return noon if noon < now else noon - moments.DAY
        if "validity_day_of_week" in extras:
            while moments.weekday(moments.day_of(ms)) in extras["validity_day_of_week"]:
                ms -= moments.DAY
            return ms
        return ms + 10 * moments.DAY if ms + 10 * moments.DAY < now else ms - 10 * moments.DAY

    def _person(self, failure: str, ms: int, code: Code | None) -> int:
        if failure == "missing_customer":
            return -1
        if failure == "redemption_rules_violated":
            return self.rng.choice(self.regulars)
        if failure == "customer_rules_violated":
            return self.stage.person_at(ms, self.plan.terms.countries, inside=False)
        return self.redeemer(ms, code)

    def _order(self, failure: str, code: Code | None) -> int:
        """The order that was tried, minor units; 0 for none."""
        if failure == "missing_order":
            return 0
        if failure == "gift_amount_exceeded":
            return self.stage.order_amount() + (code.balance if code else 0)
        if failure == "order_rules_violated":
            return self.too_small(self.plan.terms.least_order)
        return self.stage.order_amount(self.plan.terms.least_order)

    def too_small(self, least: int) -> int:
        """An order below a minimum, in tens of minor units."""
        return max(100, least - 10 - 10 * self.stage.below(max(1, least // 20)))
