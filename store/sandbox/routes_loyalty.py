"""Loyalty programs, rewards and referral holders: GET endpoints of API §2."""

from store.sandbox.conditions import FieldCondition
from store.sandbox.paging import PageStyle, PagingKind
from store.sandbox.problems import not_found
from store.sandbox.routes import CUSTOMER, Call, Narrow, RecordKey, Route, Within, id_list, listing, page_list, single
from store.sandbox.routes_campaigns import expanded
from store.sandbox.table import Document

ASSIGNMENT = RecordKey("reward_assignment", "reward_assignments")
EARNING_RULE = RecordKey("earning_rule", "earning_rules")
LOYALTY_TIER = RecordKey("loyalty_tier", "loyalty_tiers")
REWARD = RecordKey("reward", "rewards")
PROGRAM = RecordKey("campaign", "campaigns", ("id", "name"), only=("campaign_type", "LOYALTY_PROGRAM"))
REFERRALS = RecordKey("campaign", "campaigns", ("id", "name"), only=("campaign_type", "REFERRAL_PROGRAM"))
CARD = RecordKey("voucher", "vouchers", ("code", "id"), only=("type", "LOYALTY_CARD"))
REFERRAL_CODE = RecordKey("voucher", "vouchers", ("code", "id"))
OF_PROGRAM = Within("campaignId", "campaign_id", PROGRAM)
_OF_CARD = Within("memberId", "voucher_id", CARD)
_OF_CODE = Within("memberId", "voucher_id", REFERRAL_CODE)
_OF_TIER = Within("loyaltyTierId", "campaign_id", RecordKey("loyalty_tier", "loyalty_tiers", give="campaign_id"))
OF_REWARD = Within("rewardId", "reward_id", REWARD)
_CHANGED = ("created_at", "updated_at")
_PROGRAM = "/v1/loyalties/{campaignId}"
_HOLDER_FILTERS = {name: name for name in ("id", "created_at", "holder_role", "customer_id")}
_TRANSACTION_FILTERS = {"id": "id", "voucher_id": "voucher_id", "created_at": "created_at"}


def assigned_reward(call: Call) -> Document:
    """The reward behind an assignment."""
    assignments, rewards = call.project.table("reward_assignments"), call.project.table("rewards")
    key = call.path["assignmentId"]
    row = assignments.number(("id",), key)
    owner = PROGRAM.find(call.project, call.path["campaignId"])
    if row is None or assignments.value(row, "campaign_id") != owner:
        raise not_found("reward_assignment", key)
    document = assignments.document(row)
    reward = rewards.number(("id",), document["reward_id"])
    if reward is None:
        raise not_found("reward", document["reward_id"])
    return rewards.document(reward)


_STEPS = {
    "customer.loyalty.tier.": ("upgraded", "downgraded", "prolonged", "expiration.changed", "joined", "left"),
    "customer.reward_redemptions.": ("created", "pending", "completed", "rolledback"),
    "customer.rewarded": ("", ".loyalty_points"),
    "customer.voucher.loyalty_card.pending_points.": ("activated", "added", "canceled", "updated"),
    "customer.voucher.loyalty_card.points_": ("added", "transferred", "expired"),
}
MEMBER_EVENTS = tuple(stem + step for stem, steps in _STEPS.items() for step in steps)
"""What a card's own log holds of its holder's activity."""


def _listed(found: list[Document]) -> Document:
    return {"object": "list", "data_ref": "data", "data": found, "total": len(found)}


def _rewards_of(call: Call, campaign: str) -> list[Document]:
    """The rewards of a program, each with its assignment."""
    assignments, rewards = call.project.table("reward_assignments"), call.project.table("rewards")
    found = []
    for row in assignments.numbers("campaign_id", campaign):
        assignment = assignments.document(row)
        reward = rewards.number(("id",), assignment["reward_id"])
        if reward is not None:
            found.append({"reward": rewards.document(reward), "assignment": assignment, "object": "loyalty_reward"})
    return found


def tier_rewards(call: Call) -> Document:
    """The rewards that members of a tier may take."""
    key = call.path["loyaltyTierId"]
    campaign = _OF_TIER.named.find(call.project, key)
    if campaign is None or campaign != PROGRAM.find(call.project, call.path["campaignId"]):
        raise not_found("loyalty_tier", key)
    return _listed([{**found, "object": "loyalty_tier_reward"} for found in _rewards_of(call, campaign)])


def _card(call: Call) -> Document:
    key = call.path["memberId"]
    row = CARD.row(call.project, key)
    if row is None:
        raise not_found("voucher", key)
    return call.project.table("vouchers").document(row)


def member_tiers(call: Call) -> Document:
    """The tier of the card's balance."""
    card, tiers = _card(call), call.project.table("loyalty_tiers")
    found = [tiers.document(row) for row in tiers.numbers("campaign_id", card["campaign_id"])]
    points = card["loyalty_card"]["balance"]
    return _listed([tier for tier in found if tier["points"]["from"] <= points <= (tier["points"]["to"] or points)])


def member_rewards(call: Call) -> Document:
    """The rewards of the card's program; with `affordable_only` those its balance pays for."""
    card = _card(call)
    found = _rewards_of(call, card["campaign_id"])
    if call.query.flag("affordable_only"):
        left = card["loyalty_card"]["balance"]
        found = [one for one in found if one["assignment"]["parameters"]["loyalty"]["points"] <= left]
    return _listed(found)


ROUTES: tuple[Route, ...] = (
    listing(
        "/v1/loyalties", "campaigns", page_list("campaigns", *_CHANGED),
        always=(FieldCondition("campaign_type", "is", ("LOYALTY_PROGRAM",)),), shape=expanded,
    ),
    single(_PROGRAM, "campaignId", PROGRAM),
    listing(
        f"{_PROGRAM}/members", "vouchers", page_list("vouchers", *_CHANGED, "code"), within=(OF_PROGRAM,),
        params={"customer": Narrow("holder_id", CUSTOMER), "code": Narrow("code"), "ids": Narrow("id")},
        dates={name: name for name in _CHANGED},
    ),
    single(f"{_PROGRAM}/members/{{memberId}}", "memberId", CARD, within=OF_PROGRAM),
    single("/v1/loyalties/members/{memberId}", "memberId", CARD),
    listing(
        f"{_PROGRAM}/tiers", "loyalty_tiers",
        PageStyle(PagingKind.LIMIT, orders=tuple((name, name) for name in _CHANGED)), within=(OF_PROGRAM,),
    ),
    single(f"{_PROGRAM}/tiers/{{loyaltyTierId}}", "loyaltyTierId", LOYALTY_TIER, within=OF_PROGRAM),
    listing(
        f"{_PROGRAM}/tiers/{{loyaltyTierId}}/earning-rules", "earning_rules", page_list("data"),
        within=(OF_PROGRAM, _OF_TIER),
    ),
    Route("GET", f"{_PROGRAM}/tiers/{{loyaltyTierId}}/rewards", tier_rewards),
    Route("GET", "/v1/loyalties/members/{memberId}/tiers", member_tiers),
    Route("GET", "/v1/loyalties/members/{memberId}/rewards", member_rewards),
    listing(f"{_PROGRAM}/earning-rules", "earning_rules", page_list("data", *_CHANGED), within=(OF_PROGRAM,)),
    single(f"{_PROGRAM}/earning-rules/{{earningRuleId}}", "earningRuleId", EARNING_RULE, within=OF_PROGRAM),
    listing(
        f"{_PROGRAM}/rewards", "reward_assignments", page_list(unsorted="created_at"), within=(OF_PROGRAM,),
        params={"assignment_id": Narrow("id")},
    ),
    single(f"{_PROGRAM}/rewards/{{assignmentId}}", "assignmentId", ASSIGNMENT, within=OF_PROGRAM),
    listing(
        f"{_PROGRAM}/reward-assignments", "reward_assignments", page_list(unsorted="created_at"),
        within=(OF_PROGRAM,), params={"assignmentId": Narrow("id")},
    ),
    single(f"{_PROGRAM}/reward-assignments/{{assignmentId}}", "assignmentId", ASSIGNMENT, within=OF_PROGRAM),
    Route("GET", f"{_PROGRAM}/reward-assignments/{{assignmentId}}/reward", assigned_reward),
    *(
        listing(
            path, "customer_activity", id_list(order="created_at"), within=within,
            always=(FieldCondition("type", "in", MEMBER_EVENTS),),
        )
        for path, within in (
            ("/v1/loyalties/members/{memberId}/activity", (_OF_CARD,)),
            (f"{_PROGRAM}/members/{{memberId}}/activity", (OF_PROGRAM, _OF_CARD)),
            # Deprecated, and what the vendor's JavaScript SDK still asks for.
            (f"{_PROGRAM}/members/{{memberId}}/activities", (OF_PROGRAM, _OF_CARD)),
        )
    ),
    listing(f"{_PROGRAM}/pending-points", "pending_points", id_list(), within=(OF_PROGRAM,)),
    listing(
        f"{_PROGRAM}/members/{{memberId}}/pending-points", "pending_points", id_list(), within=(OF_PROGRAM, _OF_CARD)
    ),
    listing("/v1/loyalties/members/{memberId}/pending-points", "pending_points", id_list(), within=(_OF_CARD,)),
    listing(
        f"{_PROGRAM}/members/{{memberId}}/points-expiration", "points_expiration", page_list(unsorted="expires_at"),
        within=(OF_PROGRAM, _OF_CARD), always=(FieldCondition("status", "is", ("ACTIVE",)),),
    ),
    listing(
        f"{_PROGRAM}/transactions", "transactions", id_list(), within=(OF_PROGRAM,), filters=_TRANSACTION_FILTERS
    ),
    listing(
        f"{_PROGRAM}/members/{{memberId}}/transactions", "transactions", id_list(), within=(OF_PROGRAM, _OF_CARD),
        filters=_TRANSACTION_FILTERS,
    ),
    listing(
        "/v1/loyalties/members/{memberId}/transactions", "transactions", id_list(), within=(_OF_CARD,),
        filters=_TRANSACTION_FILTERS,
    ),
    listing(
        "/v1/rewards", "rewards", page_list(unsorted="created_at"),
        params={"assignment_id": Narrow("id", RecordKey("reward_assignment", "reward_assignments", give="reward_id"))},
    ),
    single("/v1/rewards/{rewardId}", "rewardId", REWARD),
    listing(
        "/v1/rewards/{rewardId}/assignments", "reward_assignments", page_list(unsorted="created_at"),
        within=(OF_REWARD,),
    ),
    single("/v1/rewards/{rewardId}/assignments/{assignmentId}", "assignmentId", ASSIGNMENT, within=OF_REWARD),
    listing(
        "/v1/referrals/members/{memberId}/holders", "holders", id_list(total="all"), within=(_OF_CODE,),
        filters=_HOLDER_FILTERS,
    ),
    listing(
        "/v1/referrals/{campaignId}/members/{memberId}/holders", "holders", id_list(total="all"),
        within=(Within("campaignId", "campaign_id", REFERRALS), _OF_CODE), filters=_HOLDER_FILTERS,
    ),
)  # fmt: skip
