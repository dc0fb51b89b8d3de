"""A small sound project in a cache, made by hand, and one fault for each check that can be planted in it."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from store.cache.database import connect_writer
from store.cache.ledger import campaign_scope
from store.ref import Ref
from tests.support.limits_cache import condition
from tests.support.records import Document, campaign, order, put, read_whole, redemption

READ_AT = "2026-11-20T12:00:00.000Z"
START, END = "2026-11-01T00:00:00.000Z", "2026-12-31T00:00:00.000Z"
MADE = "2026-11-02T08:00:00.000Z"
LISTS = (
    "campaigns", "vouchers", "redemptions", "publications", "customers", "promotion_tiers", "validation_rules",
    "validation_rules_assignments",
)  # fmt: skip
CARD = "4111 1111 1111 1111"
TOKEN = "ghp_" + "a1B2" * 9
ADDRESS = "anna@example.com"


def voucher(identity: str, code: str, campaign_id: str | None = "camp_1", **more: object) -> Document:
    """A code that may be used twice and was used once, valid as long as its campaign."""
    return {
        "id": identity, "code": code, "type": "DISCOUNT_VOUCHER", "campaign": "Autumn", "campaign_id": campaign_id,
        "created_at": MADE, "active": True, "start_date": START, "expiration_date": END, "object": "voucher",
        "redemption": {"quantity": 2, "redeemed_quantity": 1}, "metadata": {"city": "Gdynia", "batch": 20261102},
        **more,
    }  # fmt: skip


def gift(identity: str, code: str, held: int = 3_000) -> Document:
    """A gift card of 50.00, of which 20.00 were used in two movements."""
    return voucher(
        identity, code, "camp_2", type="GIFT_VOUCHER", gift={"amount": 5_000, "balance": held},
        redemption={"quantity": None, "redeemed_quantity": 2},
    )  # fmt: skip


def movement(identity: str, at: str, change: int, balance: int, card: str = "v_g") -> Document:
    """A redemption of a card's credits."""
    balances = {"amount": change, "balance": balance, "total": 5_000}
    return {
        "id": identity, "created_at": at, "campaign_id": "camp_2", "voucher_id": card, "type": "CREDITS_REDEMPTION",
        "details": {"balance": balances},
    }  # fmt: skip


def publication(identity: str, customer: str, **more: object) -> Document:
    """A code given to a customer."""
    held = {"id": "v_1", "code": "CODE-1", "campaign": "Autumn", "campaign_id": "camp_1"}
    return {
        "id": identity, "object": "publication", "created_at": "2026-11-03T08:00:00.000Z", "customer_id": customer,
        "voucher": held, "result": "SUCCESS", **more,
    }  # fmt: skip


def made(identity: str, amount: int = 10_000, discount: int = 1_000, **more: object) -> Document:
    """A redemption of `CODE-1` with an order."""
    held = {"id": "v_1", "code": "CODE-1", "campaign": "Autumn", "campaign_id": "camp_1", "type": "DISCOUNT_VOUCHER"}
    placed = order(f"ord_{identity}", amount, discount, status="PAID")
    return redemption(identity, date="2026-11-04T10:00:00.000Z", voucher=held, order={**placed}, **more)


def rule(cache: sqlite3.Connection, identity: str, *conditions: Document, logic: str, target: tuple[str, str]) -> None:
    """Cache a rule and assign it to one object."""
    rules = {str(place): one for place, one in enumerate(conditions, start=1)}
    put(cache, "validation_rules", {"id": identity, "name": f"Rule {identity}", "rules": {**rules, "logic": logic}})
    put(cache, "validation_rules_assignments", {
        "id": f"asgm_{identity}", "rule_id": identity, "related_object_type": target[0], "related_object_id": target[1],
    })  # fmt: skip


def build_sound(path: Path) -> None:
    """The project without any fault, all of its lists read."""
    cache = connect_writer(path)
    held = {"owner": "team-42", "brief": "https://x.test/a"}
    dates: Document = {"start_date": START, "expiration_date": END, "metadata": held}
    put(
        cache, "campaigns", campaign(**dates), campaign("camp_2", "Cards", "GIFT_VOUCHERS", **dates),
        campaign("camp_3", "Tiers", "PROMOTION", **dates),
    )  # fmt: skip
    put(cache, "promotion_tiers", {"id": "promo_1", "name": "Ten off", "campaign_id": "camp_3", "created_at": MADE})
    put(cache, "vouchers", voucher("v_1", "CODE-1"), voucher("v_2", "code-2"), gift("v_g", "CARD-1"))
    put(cache, "customers", {"id": "cust_1", "name": "Anna", "email": ADDRESS, "created_at": MADE,
                             "metadata": {"second_address": ADDRESS}})  # fmt: skip
    put(cache, "publications", publication("pub_1", "cust_1"))
    put(cache, "redemptions", made("r_1"), made("r_2"))
    put(
        cache, "transactions", movement("vtx_1", "2026-11-05T10:00:00.000Z", -500, 4_500),
        movement("vtx_2", "2026-11-06T10:00:00.000Z", -1_500, 3_000),
    )  # fmt: skip
    rule(
        cache, "val_sound", condition("order.amount", 5_000, "$more_than_or_equal"),
        condition("order.amount", 90_000), condition("campaign.redemptions.count", 2), logic="1 and 2 and 3",
        target=("campaign", "camp_1"),
    )  # fmt: skip
    read_whole(cache, *LISTS, at=READ_AT)
    read_whole(cache, "transactions", scope=campaign_scope("camp_2"), at=READ_AT)
    cache.close()


@dataclass(frozen=True, slots=True)
class Planted:
    """A fault and what is to be found of it.

    Attributes:
        plant: puts it into the cache.
        thing: the id it is found under; "" for the project.
        count: cases.
        ref: the record of the evidence.
        words: the evidence.
        since: when it came to be.
    """

    plant: Callable[[sqlite3.Connection], object]
    thing: str
    count: int
    ref: Ref
    words: str
    since: str | None = MADE


def _contradict(cache: sqlite3.Connection) -> None:
    rule(
        cache, "val_x", condition("order.amount", 10_000, "$more_than"), condition("order.amount", 9_000),
        logic="1 and 2", target=("promotion_tier", "promo_1"),
    )  # fmt: skip


FAULTS: dict[str, Planted] = {
    "balances": Planted(
        lambda cache: put(cache, "transactions", movement("vtx_2", "2026-11-06T10:00:00.000Z", -1_500, 3_100)),
        "camp_2", 1, Ref("voucher", "v_g"), "vtx_2 says €31.00, its movements come to €30.00",
        "2026-11-06T10:00:00.000Z",
    ),
    "cancelled-orders": Planted(
        lambda cache: put(cache, "redemptions", made("r_2") | {"order": order("ord_9", 9, 3, status="CANCELED")}),
        "camp_1", 1, Ref("redemption", "r_2"), "order ord_9 is cancelled, its own record says, €0.03 of discount stand",
        "2026-11-04T10:00:00.000Z",
    ),
    "zero-discount": Planted(
        lambda cache: put(cache, "redemptions", made("r_2", 12_345, 0)),
        "camp_1", 1, Ref("redemption", "r_2"), "r_2 took nothing off €123.45", "2026-11-04T10:00:00.000Z",
    ),
    "overused-codes": Planted(
        lambda cache: put(
            cache, "vouchers", voucher("v_2", "code-2", redemption={"quantity": 1, "redeemed_quantity": 3})),
        "camp_1", 1, Ref("voucher", "v_2"), "used 3 times, its limit is 1", None,
    ),
    "code-dates": Planted(
        lambda cache: put(cache, "vouchers", voucher("v_2", "code-2", expiration_date="2027-01-02T00:00:00.000Z")),
        "camp_1", 1, Ref("voucher", "v_2"), "ends 2027-01-02, the campaign 2026-12-31",
    ),
    "campaign-dates": Planted(
        lambda cache: put(cache, "promotion_tiers", {
            "id": "promo_1", "name": "Ten off", "campaign_id": "camp_3", "created_at": MADE,
            "start_date": "2026-12-02T00:00:00Z", "expiration_date": "2026-12-01T00:00:00Z"}),
        "camp_3", 1, Ref("promotion_tier", "promo_1"), "tier Ten off ends 2026-12-01, before it starts 2026-12-02",
    ),
    "dead-codes": Planted(
        _contradict, "camp_3", 1, Ref("promotion_tier", "promo_1"),
        "order amount before discounts > €100.00, and order amount before discounts ≤ €90.00", None,
    ),
    "deleted-customers": Planted(
        lambda cache: put(cache, "publications", publication("pub_2", "cust_gone")),
        "camp_1", 1, Ref("publication", "pub_2"), "customer cust_gone is not in the list of customers",
        "2026-11-03T08:00:00.000Z",
    ),
    "codes-alike": Planted(
        lambda cache: put(cache, "vouchers", voucher("v_3", "Code-2", created_at="2026-11-08T08:00:00.000Z")),
        "camp_1", 1, Ref("voucher", "v_3"), "“code-2” is another code", "2026-11-08T08:00:00.000Z",
    ),
    "limits": Planted(
        lambda cache: put(cache, "redemptions", made("r_3") | {"date": "2026-11-09T10:00:00Z"}),
        "camp_1", 1, Ref("campaign", "camp_1"), "2 redemptions: passed by 1 (rule Rule val_sound)",
        "2026-11-09T10:00:00.000Z",
    ),
    "metadata": Planted(
        lambda cache: put(cache, "vouchers", voucher("v_2", "code-2", metadata={"note": {"pay": [f"by {CARD}"]}})),
        "camp_1", 1, Ref("voucher", "v_2"), "metadata “note.pay” holds a payment card's number",
    ),
}  # fmt: skip
