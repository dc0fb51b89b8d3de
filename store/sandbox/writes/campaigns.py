"""Campaigns: enable, disable, update (schema CampaignsUpdateRequestBody), and what that does to their codes."""

from store.sandbox.problems import Problem, refused
from store.sandbox.routes import CAMPAIGN
from store.sandbox.table import Document
from store.sandbox.world.campaign_documents import VALIDITY
from store.sandbox.writes.bodies import changes_of
from store.sandbox.writes.categories import category_of
from store.sandbox.writes.change import Change, WriteRoute

_PASSED_ON = ("start_date", "expiration_date", "category", "category_id", "categories", *VALIDITY)
"""What codes take over from their campaign."""
_UNTOUCHED = (
    'select id from "vouchers" where campaign_id = ? and holder_id is null'
    ' and id not in (select voucher_id from "publications" where voucher_id is not null)'
    ' and id not in (select voucher_id from "redemptions" where voucher_id is not null)'
)


def reached(change: Change) -> str:
    """The id of the path's campaign.

    Raises:
        Problem: 404 when it is not there, 403 when the key does not reach it.
    """
    key = change.named(CAMPAIGN, "campaignId")
    if key in change.habits.inaccessible:
        details = f"Resource campaign with id {key} is not accessible in given context"
        raise Problem(403, "forbidden", "Forbidden", details, resource_id=key, resource_type="campaign")
    return key


def _enable(change: Change) -> Document:
    change.edit("campaigns", reached(change), active=True)
    return {}


def _disable(change: Change) -> Document:
    change.edit("campaigns", reached(change), active=False)
    return {}


def _update(change: Change) -> Document:
    key, body = reached(change), change.body
    campaign = change.shown("campaigns", key)
    if campaign["protected"]:
        details = f"Resource campaign with id {key} is protected and cannot be modified"
        raise refused("resource_protected", details, "Resource is protected", resource_id=key, resource_type="campaign")
    members = changes_of(
        body, campaign, texts=("description",), flags=("join_once", "auto_join"),
        plain=(*VALIDITY, "activity_duration_after_publishing"),
    )  # fmt: skip
    members |= category_of(change, body)
    answer = change.edit("campaigns", key, **members)
    passed_on = {name: value for name, value in members.items() if name in _PASSED_ON}
    if passed_on and "voucher" in campaign:
        change.background.start(
            "CAMPAIGN.VOUCHERS_UPDATE", change.call.now, change.call.request_id,
            lambda at: _pass_on(change, key, passed_on, at),
        )  # fmt: skip
    return answer


def _pass_on(change: Change, campaign: str, members: Document, at: str) -> Document:
    """Update the codes that are neither published nor redeemed."""
    vouchers = change.world.tables["vouchers"]
    for name in ("publications", "redemptions"):
        change.world.tables[name].by("voucher_id")
    found = [key for (key,) in vouchers.sql(_UNTOUCHED, campaign).fetchall()]
    for key in found:
        vouchers.edit(key, **members, updated_at=at)
    return {"message": "Vouchers have been updated", "done_count": len(found)}


ROUTES: tuple[WriteRoute, ...] = (
    ("POST", "/v1/campaigns/{campaignId}/enable", _enable),
    ("POST", "/v1/campaigns/{campaignId}/disable", _disable),
    ("PUT", "/v1/campaigns/{campaignId}", _update),
)
