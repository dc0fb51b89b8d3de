"""Keys of refused publications, rollbacks and Loyalty v2 payments (mostly HTTP 423), as documented."""

from store.explain.answer import Kind, Retry
from store.explain.balances import balance_or_locked
from store.explain.failures import INTEGRATION, NO, OWNER, SHOPPER, SUPPORT, Meaning, once
from store.explain.publishing import (
    codes_left,
    enough_codes,
    member_of_program,
    new_source_id,
    not_joined_before,
    not_published_before,
    reward_in_stock,
)
from store.explain.requests import as_sent, order_total
from store.explain.stacks import can_be_undone, not_undone

LOYALTY = (
    Meaning("insufficient_card_balance", "the card holds less than was asked", Kind.USED_UP, SHOPPER,
            once("less is asked, or the card is topped up"), (balance_or_locked,)),
    Meaning("insufficient_balance", "the card holds less than was asked", Kind.USED_UP, SHOPPER,
            once("less is asked, or the card is topped up"), (balance_or_locked,)),
    Meaning("zero_card_balance", "the card holds nothing", Kind.USED_UP, SHOPPER, once("the card is topped up"),
            (balance_or_locked,)),
    Meaning("pay_with_points_not_enabled", "paying with points is not switched on", Kind.OFF, OWNER,
            once("it is switched on"), (member_of_program,)),
    Meaning("PAYMENT_EXCEEDS_ORDER_TOTAL_AMOUNT", "more was to be paid by card than the order costs", Kind.TECHNICAL,
            INTEGRATION, once("less is paid by the card"), (order_total,)),
    Meaning("no_target_card", "the member has no card that the call could use", Kind.MISSING, SUPPORT,
            once("the member has a card"), (member_of_program,)),
    Meaning("reward_out_of_stock", "the reward is out of stock", Kind.USED_UP, OWNER, once("the stock is raised"),
            (reward_in_stock,)),
    Meaning("non_active_member", "the member is not active", Kind.OFF, SUPPORT, once("the member is active"),
            (member_of_program,)),
    Meaning("non_active_program", "the loyalty program is not active", Kind.OFF, OWNER, once("it is switched on"),
            (member_of_program,)),
    Meaning("program_outside_validity_window", "it was outside the time in which the program runs", Kind.TIME, "",
            Retry(True), (member_of_program,)),
    Meaning("invalid_pending_points_bucket_status", "the pending points are not in a state that allows it",
            Kind.TECHNICAL, INTEGRATION, Retry(), (member_of_program,)),
    Meaning("member_already_exists", "the customer is a member already", Kind.TECHNICAL, INTEGRATION, NO,
            (member_of_program,)),
    Meaning("invalid_or_expired_cursor", "the cursor of the list is invalid or too old", Kind.TECHNICAL, INTEGRATION,
            once("the list is read from its beginning"), (as_sent,)),
)  # fmt: skip

ROLLBACKS = (
    Meaning("already_rolled_back", "the redemption was rolled back before", Kind.USED_UP, "", NO, (not_undone,)),
    Meaning("invalid_redemption", "the redemption cannot be rolled back", Kind.TECHNICAL, INTEGRATION, NO,
            (can_be_undone, not_undone)),
    Meaning("invalid_redemption_parent", "a part of a stack cannot be rolled back alone", Kind.TECHNICAL, INTEGRATION,
            once("the whole stack is rolled back"), (can_be_undone,)),
)  # fmt: skip

PUBLICATIONS = (
    Meaning("no_voucher_suitable_for_publication", "no code was left to publish", Kind.USED_UP, OWNER,
            once("codes are added to the campaign"), (codes_left,)),
    Meaning("too_many_vouchers_requested", "more codes were asked for than are left", Kind.USED_UP, OWNER,
            once("codes are added, or fewer are asked for"), (enough_codes,)),
    Meaning("voucher_already_published", "the code was published before", Kind.RULE, SUPPORT,
            once("another code is published"), (not_published_before,)),
    Meaning("voucher_cannot_be_published", "the customer has joined the campaign before", Kind.RULE, OWNER, NO,
            (not_joined_before, not_published_before)),
    Meaning("duplicate_source_id", "the publication's source id was used before", Kind.TECHNICAL, INTEGRATION,
            once("the call has a new source id"), (new_source_id,)),
)  # fmt: skip
