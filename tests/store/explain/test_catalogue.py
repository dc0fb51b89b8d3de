"""The catalogue has a declaration for every key that is documented."""

import re
from pathlib import Path

import pytest

from store.explain.answer import Kind
from store.explain.catalogue import CATALOGUE

FACTS = Path(__file__).parents[4] / "shared" / "refusals.md"
_KEYS = """
voucher_expired voucher_not_active voucher_not_active_now voucher_disabled quantity_exceeded gift_amount_exceeded
loyalty_card_points_exceeded customer_rules_violated order_rules_violated redemption_rules_violated
promotion_inactive promotion_not_active_now no_applicable_redeemables preceding_validation_failed
applicable_redeemables_limit_exceeded applicable_redeemables_per_category_limit_exceeded
applicable_exclusive_redeemables_limit_exceeded applicable_exclusive_redeemables_per_category_limit_exceeded
referrer_not_permitted_to_redeem not_published missing_customer missing_order missing_amount missing_order_items
missing_order_items_amount missing_reward missing_vouchers missing_param missing_parameters invalid_customer
invalid_order invalid_amount invalid_redeemables duplicated_redeemables ambiguous_tracking_id not_found
resource_not_found multiple_requests loyalty_card_not_active campaign_not_active campaign_not_allow_auto_join
insufficient_card_balance zero_card_balance pay_with_points_not_enabled PAYMENT_EXCEEDS_ORDER_TOTAL_AMOUNT
insufficient_balance no_target_card reward_out_of_stock non_active_member non_active_program
program_outside_validity_window invalid_pending_points_bucket_status member_already_exists invalid_or_expired_cursor
already_rolled_back invalid_redemption invalid_redemption_parent no_voucher_suitable_for_publication
too_many_vouchers_requested voucher_already_published voucher_cannot_be_published duplicate_source_id
duplicate_found duplicate_key duplicate_resource_key forbidden unauthorized invalid_scope invalid_grant_type
missing_required_permission missing_required_feature integration_api_key_required used_incorrect_role
user_not_assigned page_over_limit query_too_large invalid_query_params invalid_payload invalid_export_params
invalid_export_fields invalid_add_balance_params invalid_balance invalid_campaign invalid_campaign_params
invalid_code_config invalid_gift invalid_voucher invalid_product invalid_sku invalid_publish_params
invalid_rollback_params invalid_validation_rules invalid_expiration_date invalid_pending_points_state
metadata_validation_failed resource_in_use resource_protected branding_exist stacking_rules_exist
holder_assignement_duplication campaign_type_is_not_supported_by_campaign_template
"""
DOCUMENTED = frozenset(_KEYS.split())
"""As the API's error reference spells them."""


def test_every_documented_key_is_declared_and_no_other() -> None:
    assert set(CATALOGUE) == DOCUMENTED


@pytest.mark.parametrize("key", sorted(CATALOGUE))
def test_a_declaration_says_all(key: str) -> None:
    failure = CATALOGUE[key]
    assert re.fullmatch(r"[a-z].*[^.]", failure.meaning)
    assert failure.kind is not Kind.NONE
    assert failure.evidence
    assert failure.who or failure.retry.helps is not False or failure.retry.condition or failure.kind in (
        Kind.RULE, Kind.USED_UP
    )  # fmt: skip


def test_the_facts_name_no_further_key() -> None:
    if not FACTS.exists():
        pytest.skip(f"the shared facts are not at {FACTS.name}")
    text = FACTS.read_text()
    table = text[text.index("## 2.") : text.index("## 3.")]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| ") and not line.startswith("| Key")]
    others = text[text.index("## 3.") : text.index("The spec types")].split("\n", 1)[1]
    found = set(re.findall(r"\b[a-zA-Z]+(?:_[a-zA-Z]+)+\b|\bforbidden\b|\bunauthorized\b", "\n".join([*rows, others])))
    found -= {"join_once"}
    assert found <= DOCUMENTED, found - DOCUMENTED
    assert len(found) > 90
