"""`POST /v1/publications`: a code for a customer (schemas PublicationsCreateRequestBody, …ResponseBody)."""

from store.sandbox.problems import bad_payload, not_found, refused
from store.sandbox.routes import CAMPAIGN, CUSTOMER, VOUCHER
from store.sandbox.table import Document
from store.sandbox.world.records import CustomerRecord, HolderRow, PublicationRow, VoucherRow
from store.sandbox.writes.bodies import part_of, text_of
from store.sandbox.writes.change import Change, WriteRoute

_FREE = (
    'select id from "vouchers" where campaign_id = ? and active and holder_id is null'
    ' and id not in (select voucher_id from "publications" where voucher_id is not null) order by rowid limit 1'
)
_EARLIER = (
    'select id from "publications" where campaign_id = ? and customer_id = ? and voucher_id is not null'
    " order by created_at limit 1"
)


def _publish(change: Change) -> Document:
    body, tables = change.body, change.world.tables
    source_id, channel = text_of(body, "source_id"), text_of(body, "channel")
    metadata = part_of(body, "metadata") or {}
    if source_id is not None and tables["publications"].numbers("source_id", source_id):
        details = f"Publication with source_id: '{source_id}' already exists"
        raise refused("duplicate_source_id", details, "Duplicate source_id")
    code, campaign = text_of(body, "voucher"), _campaign(change, body)
    if code is None and campaign is None:
        raise refused("missing_vouchers", "Either Campaign or Voucher is required")
    named = None if code is None else change.id_of(VOUCHER, code)
    customer, is_new = _customer(change, body)
    if named is None and campaign is not None and change.call.query.flag("join_once"):
        tables["publications"].by("campaign_id")
        earlier = tables["publications"].sql(_EARLIER, campaign, customer.id).fetchone()
        if earlier is not None:
            return _answer(change, earlier[0])
    voucher = _published(change, named) if named is not None else _free(change, campaign or "")
    if is_new:
        tables["customers"].add(customer)
    return _hand_out(change, voucher, customer, source_id, channel or "API", metadata)


def _campaign(change: Change, body: Document) -> str | None:
    """The id of the campaign that the body names, by text or in an object."""
    named = body.get("campaign")
    if isinstance(named, str):
        return change.id_of(CAMPAIGN, named)
    part = part_of(body, "campaign")
    if part is None or part.get("name") is None:
        return None
    if part.get("count", 1) != 1:
        raise bad_payload("Property .campaign.count should be 1")
    return change.id_of(CAMPAIGN, text_of(part, "name") or "")


def _customer(change: Change, body: Document) -> tuple[CustomerRecord, bool]:
    """Who the body names, and whether they are new: somebody with a `source_id` that nobody has."""
    part, people = part_of(body, "customer"), change.world.tables["customers"]
    if part is None:
        raise bad_payload("Payload should have required property 'customer'")
    key, source_id = text_of(part, "id"), text_of(part, "source_id")
    if key is None and source_id is None:
        raise bad_payload("Property .customer should have id or source_id")
    row = people.number(CUSTOMER.by, key or source_id or "")
    if row is not None:
        found: CustomerRecord = people.row(row)
        return found, False
    if key is not None:
        raise not_found("customer", key)
    made = CustomerRecord(
        change.new_id("cust"), source_id, text_of(part, "name") or "", text_of(part, "email"), None, None,
        text_of(part, "phone"), None, f"track_{source_id}", change.at, None,
    )  # fmt: skip
    return made, True


def _published(change: Change, voucher: str) -> VoucherRow:
    """A code that is named. Raises Problem 400 when it was published before."""
    row: VoucherRow = change.row("vouchers", voucher)
    if row.holder_id is not None or change.world.facts.publish_count(row.id):
        details = f"Voucher '{row.id}' has already been published"
        raise refused("voucher_already_published", details, "Voucher already published")
    return row


def _free(change: Change, campaign: str) -> VoucherRow:
    """The campaign's next code. Raises Problem 400 when none is left."""
    vouchers = change.world.tables["vouchers"]
    vouchers.by("campaign_id")
    change.world.tables["publications"].by("voucher_id")
    found = vouchers.sql(_FREE, campaign).fetchone()
    if found is None:
        details = f"No voucher of campaign {campaign} is suitable for publication"
        raise refused("no_voucher_suitable_for_publication", details)
    row: VoucherRow = change.row("vouchers", found[0])
    return row


def _hand_out(
    change: Change, voucher: VoucherRow, customer: CustomerRecord, source_id: str | None, channel: str,
    metadata: Document,
) -> Document:  # fmt: skip
    tables = change.world.tables
    publication = PublicationRow(
        change.new_id("pub"), change.at, "SUCCESS", voucher.campaign_id, voucher.campaign, voucher.id, voucher.code,
        customer.id, customer.tracking_id, channel, source_id, None, None, voucher.type,
        bool(voucher.is_referral_code),
    )  # fmt: skip
    tables["publications"].add(publication)
    tables["publications"].edit(publication.id, metadata=metadata)
    tables["vouchers"].edit(voucher.id, holder_id=customer.id, updated_at=change.at)
    campaign = change.world.documents["campaigns"].find(voucher.campaign_id) or {}
    role = "REFERRER" if voucher.is_referral_code else "OWNER"
    holder = HolderRow(
        change.new_id("rh"), change.at, voucher.id, voucher.campaign_id, campaign.get("campaign_type", ""),
        voucher.type, customer.id, role,
    )  # fmt: skip
    for name in ("redeemables", "holders") if voucher.is_referral_code else ("redeemables",):
        tables[name].add(holder)
    return _answer(change, publication.id)


def _answer(change: Change, key: str) -> Document:
    """A publication with customer and code in full."""
    document = change.shown("publications", key)
    return {
        **document,
        "customer": change.shown("customers", document["customer_id"]),
        "voucher": change.shown("vouchers", document["vouchers_id"][0]),
    }


ROUTES: tuple[WriteRoute, ...] = (("POST", "/v1/publications", _publish),)
