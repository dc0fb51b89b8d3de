"""All other documented keys: a use of the API that was refused, of which the call alone can tell more."""

from store.explain.answer import Kind, Retry
from store.explain.failures import INTEGRATION, NO, Meaning, once
from store.explain.requests import as_sent

_CHANGED = once("the call is changed")
_ALLOWED = once("the key is given the right")


def _use(key: str, meaning: str, retry: Retry = _CHANGED) -> Meaning:
    return Meaning(key, meaning, Kind.TECHNICAL, INTEGRATION, retry, (as_sent,))


API_USE = (
    _use("duplicate_found", "the object exists already", NO),
    _use("duplicate_key", "an object with this id or source id exists already", NO),
    _use("duplicate_resource_key", "an object with this key exists already", NO),
    _use("forbidden", "the key may not do this", _ALLOWED),
    _use("unauthorized", "the keys were not accepted", once("valid keys are sent")),
    _use("invalid_scope", "the token was asked for a scope that does not exist"),
    _use("invalid_grant_type", "the token was asked for in a way that does not exist"),
    _use("missing_required_permission", "the key lacks a permission", _ALLOWED),
    _use("missing_required_feature", "the plan does not have this feature", once("the feature is in the plan")),
    _use("integration_api_key_required", "this needs an integration's API key"),
    _use("used_incorrect_role", "the user's role may not do this", _ALLOWED),
    _use("user_not_assigned", "the user is not in the project", once("the user is added to the project")),
    _use("page_over_limit", "the page lies beyond the last one that can be asked for"),
    _use("query_too_large", "the query is too large"),
    _use("invalid_query_params", "the parameters of the query cannot be used"),
    _use("invalid_payload", "the body of the call cannot be used"),
    _use("invalid_export_params", "the export cannot be made so"),
    _use("invalid_export_fields", "the export has no such fields"),
    _use("invalid_add_balance_params", "the balance cannot be changed so"),
    _use("invalid_balance", "the balance cannot be used"),
    _use("invalid_campaign", "the campaign cannot be used for this"),
    _use("invalid_campaign_params", "the campaign cannot be made so"),
    _use("invalid_code_config", "codes cannot be made so"),
    _use("invalid_gift", "the gift card cannot be made so"),
    _use("invalid_voucher", "the code cannot be used for this"),
    _use("invalid_product", "the product cannot be used"),
    _use("invalid_sku", "the SKU cannot be used"),
    _use("invalid_publish_params", "the publication cannot be made so"),
    _use("invalid_rollback_params", "the rollback cannot be made so"),
    _use("invalid_validation_rules", "the validation rule cannot be used"),
    _use("invalid_expiration_date", "the expiration date cannot be used"),
    _use("invalid_pending_points_state", "the pending points are not in a state that allows it"),
    _use("metadata_validation_failed", "the metadata does not fit its schema"),
    _use("resource_in_use", "the object is in use", once("nothing uses it any more")),
    _use("resource_protected", "the object is protected", once("its protection is removed")),
    _use("branding_exist", "the project has a branding already", NO),
    _use("stacking_rules_exist", "the project has stacking rules already", NO),
    _use("holder_assignement_duplication", "the customer holds it already", NO),
    _use("campaign_type_is_not_supported_by_campaign_template", "templates do not have this type of campaign"),
)
