"""Keys of refused redemptions and validations, as documented (API error reference, examples of the specification)."""

from store.explain.answer import Kind, Retry
from store.explain.balances import balance_or_locked
from store.explain.clue import bare
from store.explain.dates import in_its_hours, in_its_time, not_ended, started
from store.explain.failures import INTEGRATION, NO, OWNER, SHOPPER, SUPPORT, Look, Meaning, once
from store.explain.people import customer_named, has_holder, holds_the_card, is_holder, refused_own_referral
from store.explain.publishing import may_auto_join
from store.explain.requests import alone, as_sent, carries, no_repeats, order_named, two_identities
from store.explain.rules_met import CUSTOMER_RULES, ORDER_RULES, REDEMPTION_RULES, refused_by_rule
from store.explain.stacks import before_it_passed, few_enough, others_applied
from store.explain.switches import present, switched_on
from store.explain.uses import uses_left_or_locked


def _stacking(key: str, what: str) -> Meaning:
    return Meaning(key, f"the call has more {what} than the stacking rules allow", Kind.RULE, OWNER,
                   once("fewer are sent in one call"), (few_enough, others_applied))  # fmt: skip


def _missing(key: str, words: str, *path: str) -> Meaning:
    look = {"customer": customer_named, "order": order_named}.get(".".join(path)) or carries(words, *path)
    meaning, retry = f"the call carried no {bare(words)}", once(f"the call carries {words}")
    return Meaning(key, meaning, Kind.MISSING, INTEGRATION, retry, (look,))


def _malformed(key: str, meaning: str, *more: Look) -> Meaning:
    return Meaning(key, meaning, Kind.TECHNICAL, INTEGRATION, once("the call is changed"), (*more, as_sent))


REDEMPTIONS = (
    Meaning("voucher_expired", "the code had expired", Kind.TIME, OWNER, NO, (not_ended,)),
    Meaning("voucher_not_active", "the code had not started", Kind.TIME, "", Retry(), (started,)),
    Meaning("voucher_not_active_now", "it was outside the days and hours in which the code runs", Kind.TIME, "",
            Retry(True), (in_its_hours,)),
    Meaning("voucher_disabled", "the code was switched off", Kind.OFF, SUPPORT, once("it is switched on"),
            (switched_on,)),
    Meaning("quantity_exceeded", "the code has no use left", Kind.USED_UP, SUPPORT, Retry(), (uses_left_or_locked,)),
    Meaning("gift_amount_exceeded", "more was asked of the gift card than it holds", Kind.USED_UP, SHOPPER, Retry(),
            (balance_or_locked,)),
    Meaning("loyalty_card_points_exceeded", "more points were asked than the loyalty card holds", Kind.USED_UP, SHOPPER,
            Retry(), (balance_or_locked,)),
    Meaning("customer_rules_violated", "the customer does not match the rules", Kind.RULE, OWNER, Retry(),
            (refused_by_rule(CUSTOMER_RULES), holds_the_card), CUSTOMER_RULES),
    Meaning("order_rules_violated", "the order does not match the rules", Kind.RULE, SHOPPER, Retry(),
            (refused_by_rule(ORDER_RULES),), ORDER_RULES),
    Meaning("redemption_rules_violated", "the redemption does not match the rules: a limit, its metadata, key or user",
            Kind.RULE, OWNER, Retry(), (refused_by_rule(REDEMPTION_RULES),), REDEMPTION_RULES),
    Meaning("promotion_inactive", "the promotion was switched off", Kind.OFF, OWNER, once("it is switched on"),
            (switched_on,)),
    Meaning("promotion_not_active_now", "it was outside the time in which the promotion runs", Kind.TIME, "", Retry(),
            (in_its_time,)),
    Meaning("no_applicable_redeemables", "nothing in the request applied", Kind.RULE, "", Retry(), (others_applied,)),
    Meaning("preceding_validation_failed", "an earlier redeemable of the call failed, so that this one was left out",
            Kind.RULE, "", Retry(), (before_it_passed,)),
    _stacking("applicable_redeemables_limit_exceeded", "applicable redeemables"),
    _stacking("applicable_redeemables_per_category_limit_exceeded", "applicable redeemables of one category"),
    _stacking("applicable_exclusive_redeemables_limit_exceeded", "exclusive redeemables"),
    _stacking("applicable_exclusive_redeemables_per_category_limit_exceeded", "exclusive redeemables of one category"),
    Meaning("referrer_not_permitted_to_redeem", "referrers may not use their own code", Kind.RULE, "", NO,
            (refused_own_referral,)),
    Meaning("not_published", "the referral code has no referrer", Kind.MISSING, SUPPORT,
            once("the code is published to a customer"), (has_holder,)),
    _missing("missing_customer", "a customer", "customer"),
    _missing("missing_order", "an order", "order"),
    _missing("missing_amount", "an order amount", "order", "amount"),
    _missing("missing_order_items", "order items", "order", "items"),
    _missing("missing_order_items_amount", "an amount for each order item", "order", "items", "amount"),
    _missing("missing_reward", "a reward", "reward"),
    _missing("missing_vouchers", "vouchers", "vouchers"),
    _malformed("missing_param", "the call lacked a parameter"),
    _malformed("missing_parameters", "the call lacked parameters"),
    _malformed("invalid_customer", "the call's customer is not the one that the code or redemption needs", is_holder),
    _malformed("invalid_order", "the order of the call is malformed or contradicts itself", order_named),
    _malformed("invalid_amount", "the amount of the call cannot be used"),
    _malformed("invalid_redeemables", "the redeemables of the call cannot be used together"),
    _malformed("duplicated_redeemables", "the call named a redeemable twice", no_repeats),
    _malformed("ambiguous_tracking_id", "the call named two identities of one origin", two_identities),
    Meaning("not_found", "there is no such code or object", Kind.MISSING, SHOPPER, once("it is typed as it was issued"),
            (present,)),
    Meaning("resource_not_found", "there is no such code or object", Kind.MISSING, SHOPPER,
            once("it is typed as it was issued"), (present,)),
    Meaning("multiple_requests", "another call used the code at the same moment", Kind.TECHNICAL, "", Retry(True),
            (alone,)),
    Meaning("loyalty_card_not_active", "the loyalty card was not active", Kind.OFF, OWNER, once("it is switched on"),
            (switched_on, started, not_ended)),
    Meaning("campaign_not_active", "the campaign was not active", Kind.OFF, OWNER, once("it is switched on"),
            (switched_on, started, not_ended)),
    Meaning("campaign_not_allow_auto_join", "customers do not join the campaign by themselves", Kind.OFF, OWNER,
            once("auto-join is switched on, or the code is published"), (may_auto_join,)),
)  # fmt: skip
