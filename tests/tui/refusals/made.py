"""Explanations made by hand."""

from store.explain.answer import Change, Evidence, Explanation, Kind, NotKnown, Result, Retry, Verdict
from store.ref import Ref
from tests.support.app_host import HOSTILE

READ = "2026-11-23T09:12:00.000Z"
LONG = "the code is within the campaign's own weekly hours, which are Monday to Friday from 9 to 17 o'clock"


def refused() -> Explanation:
    """A refusal with each part of the form."""
    return Explanation(
        Ref("redemption", "rf_0a1b"), Verdict.REFUSED,
        "Customer cust_Ann could not redeem AUTUMN-7F3K on order ord_991 of €42.00, because it was below €50.00.",
        "order_rules_violated", "Spend €50 or more.", Kind.RULE, "2026-11-20T13:03:00.000Z",
        Retry(helps=True, when="2026-12-01T00:00:00.000Z", condition="once the order is at least €50.00"), "shopper",
        (
            Evidence(
                "order amount is at least €50.00", Result.NOT_MET, "€42.00", "", "rule 10 % off", READ, "Undiscounted."
            ),
            Evidence(
                "the customer is in the segment Big", Result.UNKNOWN, "", "no", "segments", READ, "As of now alone."
            ),
            Evidence("the code is switched on", Result.MET, "on", "off", "code", READ),
            Evidence("the campaign is switched on", Result.MET, "on", "on", "campaign", READ, "A note of no weight."),
            Evidence(LONG, Result.MET, "Fri 14:03", "", "code"),
        ),
        ("The customer tried it 3 times before.",),
        (Change("code switched on", "on", "off", "2026-11-22T08:00:00.000Z"),),
        (NotKnown("Whether a session held the code.", "GET /v1/vouchers/AUTUMN-7F3K"), NotKnown("Its items.")),
        (Ref("voucher", "v_1"), Ref("campaign", "camp_1")), (("code", "AUTUMN-7F3K"),), "v-0a1b",
    )  # fmt: skip


def hostile() -> Explanation:
    """Each text an attacker's."""
    text = " ".join(HOSTILE)
    evidence = tuple(Evidence(text * (at + 1), result, text, text, text, "x", text) for at, result in enumerate(Result))
    return Explanation(
        Ref("redemption", text), Verdict.UNKNOWN, text * 3, text, text, Kind.TECHNICAL, text, Retry(None, text, text),
        text, evidence, (text,), (Change(text, text, text, text),), (NotKnown(text, text),), (Ref("voucher", text),),
        ((text, text),), text,
    )  # fmt: skip
