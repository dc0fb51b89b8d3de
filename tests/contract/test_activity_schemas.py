"""An activity event of every type against the published schema of that type, not only against any of them."""

from typing import Any

import pytest

from tests.contract.spec import Spec
from tests.support.sandbox_asking import busy_world

ODD_NAMES = {
    "customer.voucher.gift.balance_added": "GiftVoucherBalanceAdded",
    "customer.voucher.loyalty_card.points_expired": "VouchersLoyaltyPointsExpired",
    "customer.reward_redemptions.rolledback": "RewardRedemptionsRolledBack",
}
SLIPS = {
    "customer.publication.failed": "only a successful publication has a schema",
    "customer.voucher.loyalty_card.points_added": "the schema allows accruals alone, whose event is another one",
    "customer.voucher.loyalty_card.points_activated": "there is no schema",
}
"""Types whose schema no event of theirs can meet, and why."""


def schema_name(kind: str) -> str:
    words = kind.removeprefix("customer.").removeprefix("voucher.loyalty_card.") if "loyalty_card" in kind else kind
    stem = "".join(word.capitalize() for word in words.removeprefix("customer.").replace("_", ".").split("."))
    stem = stem.replace("Activecampaign", "ActiveCampaign")
    return f"EventCustomer{ODD_NAMES.get(kind) or ('LoyaltyCard' if 'loyalty_card' in kind else '') + stem}"


def test_events_are_as_published(spec: Spec) -> None:
    table = busy_world().tables["customer_activity"]
    rows: dict[str, list[int]] = {}
    for i, kind in enumerate(table.column("type")):
        rows.setdefault(kind, []).append(i)
    published = spec.response_schema("GET", "/v1/customers/{customerId}/activity").document
    wrong: dict[str, Any] = {}
    for kind, found in rows.items():
        if kind in SLIPS:
            continue
        validator = published.validator({"$ref": f"#/components/schemas/{schema_name(kind)}"})
        for i in found[:: max(1, len(found) // 5)]:
            errors = [
                f"{error.json_path}: {error.message[:150]}"
                for error in validator.iter_errors(table.document(i)["data"]["data"])
                if not ("loyalty.tier" in kind and "'loyalty_tier_to' is a required property" in error.message)
            ]
            if errors:
                wrong.setdefault(kind, errors[:3])
    assert wrong == {}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("customer.loyalty.tier.expiration.changed", "EventCustomerLoyaltyTierExpirationChanged"),
        ("customer.voucher.loyalty_card.pending_points.added", "EventCustomerLoyaltyCardPendingPointsAdded"),
        ("customer.activecampaign.sent", "EventCustomerActiveCampaignSent"),
        ("customer.voucher.deleted", "EventCustomerVoucherDeleted"),
    ],
)
def test_schemas_are_found_by_the_type(kind: str, name: str) -> None:
    assert schema_name(kind) == name
