"""Every check, one declaration each: the command line, the screen and the README know no check by name."""

from store.checks.campaigns import dates_turned_round, limits_passed
from store.checks.cards import unbalanced_cards
from store.checks.codes import codes_alike, codes_outside_campaign, overused_codes
from store.checks.coverage import WITH_CARDS, WITH_CODES, ListNeed
from store.checks.finding import Check, Severity
from store.checks.metadata import exposed_in_metadata
from store.checks.rules import never_redeemable
from store.checks.traffic import cancelled_orders, published_to_nobody, without_discount

_CAMPAIGNS = ListNeed("campaigns")
_CODES = ListNeed("vouchers", by_campaign=True, types=WITH_CODES)
_REDEMPTIONS = ListNeed("redemptions", by_campaign=True)
_PUBLICATIONS = ListNeed("publications", by_campaign=True, types=WITH_CODES)
_MOVEMENTS = ListNeed("transactions", by_campaign=True, types=WITH_CARDS, in_project=False)
_TIERS = ListNeed("promotion_tiers")
_RULES = (ListNeed("validation_rules"), ListNeed("validation_rules_assignments"))
ERROR, WARNING = Severity.ERROR, Severity.WARNING

CHECKS: tuple[Check, ...] = (
    Check(
        "balances", "Card balances",
        "The movements of a gift or loyalty card do not come to the balance that the API states.",
        "Compare the card's ledger with the dashboard; correct the balance, or report it to Voucherify.",
        "card", "whose movements do not add up", ERROR, (_CAMPAIGNS, _CODES, _MOVEMENTS), unbalanced_cards,
    ),
    Check(
        "cancelled-orders", "Cancelled orders",
        "An order is cancelled, and the redemption that came with it stands: the code stays used, the budget spent.",
        "Roll the redemption back, or have the integration do it when it cancels an order.",
        "redemption", "of a cancelled order that was not rolled back", ERROR, (_CAMPAIGNS, _REDEMPTIONS),
        cancelled_orders,
    ),
    Check(
        "zero-discount", "Successes without a discount",
        "A discount was redeemed with success, and nothing was taken off an order that had a value.",
        "Look at the discount's effect and the items it applies to: the shopper used a code up for nothing.",
        "redemption", "that took nothing off", WARNING, (_CAMPAIGNS, _CODES, _TIERS, _REDEMPTIONS), without_discount,
    ),
    Check(
        "overused-codes", "Uses beyond the limit",
        "A code was redeemed more often than its own limit allows.",
        "See whether its limit was lowered later; else look at redemptions that were made at one moment.",
        "code", "used more often than allowed", ERROR, (_CAMPAIGNS, _CODES), overused_codes,
    ),
    Check(
        "code-dates", "Codes outside their campaign's dates",
        "A code starts before its campaign, or ends after it: it is refused although its own dates say otherwise.",
        "Set the code's dates within its campaign's, or prolong the campaign.",
        "code", "with dates beyond the campaign's", WARNING, (_CAMPAIGNS, _CODES), codes_outside_campaign,
    ),
    Check(
        "campaign-dates", "Ends before starts",
        "A campaign, tier or earning rule ends before it starts, so it is never in force.",
        "Correct the dates.",
        "end", "before the start", ERROR, (_CAMPAIGNS, _TIERS), dates_turned_round,
    ),
    Check(
        "dead-codes", "What cannot be redeemed",
        "Its dates leave no instant, or its rules exclude each other, so that every attempt is refused.",
        "Correct the dates or the rule; until then tell nobody the code.",
        "redeemable", "that nobody can redeem", ERROR, (_CAMPAIGNS, _CODES, *_RULES), never_redeemable,
    ),
    Check(
        "deleted-customers", "Publications to deleted customers",
        "A code was published to a customer that is gone: nobody holds it, and it counts as given.",
        "Publish the code to somebody else, or disable it.",
        "publication", "to a customer that is gone", WARNING, (_CAMPAIGNS, _PUBLICATIONS, ListNeed("customers")),
        published_to_nobody,
    ),
    Check(
        "codes-alike", "Codes that differ in capitals alone",
        "Two codes are the same but for capital letters: shoppers and support take one for the other.",
        "Disable one of them, or set the project to codes without regard to case once none is left.",
        "code", "the same as another but for capitals", WARNING, (_CAMPAIGNS, _CODES), codes_alike,
    ),
    Check(
        "limits", "Limits passed",
        "A campaign gave more than a limit of its rules allows.",
        "See whether the limit was lowered later; else look at redemptions that were made at one moment.",
        "limit", "passed", ERROR, (_CAMPAIGNS, *_RULES), limits_passed,
    ),
    Check(
        "metadata", "Secrets and personal data in metadata",
        "Metadata holds a key, a token, a card number, an address or a phone number: whoever may read it sees it.",
        "Remove it from the metadata; a secret that stood there is known, so replace it, too.",
        "place", "in metadata with a secret or personal data", ERROR,
        (_CAMPAIGNS, _CODES, _REDEMPTIONS, _PUBLICATIONS, ListNeed("customers")), exposed_in_metadata,
    ),
)  # fmt: skip

BY_NAME = {check.name: check for check in CHECKS}
