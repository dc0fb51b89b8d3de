"""Many codes at once, in the background: more codes, imports, metadata in bulk."""

import csv
import io
from datetime import datetime
from email.parser import BytesParser
from typing import Any

import msgspec

from store.sandbox.problems import bad_payload, refused
from store.sandbox.routes import Answer
from store.sandbox.table import Document
from store.sandbox.world.records import VoucherRow
from store.sandbox.writes import ledger
from store.sandbox.writes.bodies import changes_of, part_of, text_of, whole_of
from store.sandbox.writes.campaigns import reached
from store.sandbox.writes.categories import category_of
from store.sandbox.writes.change import Change, WriteRoute
from store.wire import Response

_MOST = 1_000_000
_COLUMNS = (
    "code", "category", "active", "loyalty points", "gift amount", "redeemed amount", "redeemed quantity",
)  # fmt: skip


def _accepted(key: str, status: int = 202) -> Response:
    body = msgspec.json.encode({"async_action_id": key})
    return Response(status, {"Content-Type": "application/json; charset=utf-8"}, body)


def _growing(change: Change) -> str:
    """The id of a campaign that can have more codes. Raises Problem 400 for any other."""
    key = reached(change)
    campaign = change.shown("campaigns", key)
    if "voucher" not in campaign or campaign["type"] == "STANDALONE":
        kind = "PROMOTION" if "voucher" not in campaign else "STANDALONE"
        raise refused(
            "invalid_campaign", f"You can not generate vouchers for {kind} type campaign.", "Invalid Campaign"
        )
    return key


def _members(change: Change, body: Document) -> Document:
    """What the body says of new codes beside their code."""
    members = changes_of(body, {}, texts=("additional_info",), flags=("active",)) | category_of(change, body)
    uses = part_of(body, "redemption") or {}
    if uses.get("quantity") is not None:
        members["quantity"] = whole_of(uses, "quantity")
    return {"metadata": {}, **members}


def _add(change: Change) -> Answer:
    """One code at once, several in the background."""
    campaign, members = _growing(change), _members(change, change.body)
    count = change.call.query.whole("vouchers_count", 1, least=1, most=_MOST)
    if count == 1:
        return change.shown("vouchers", _create(change, campaign, 1, members, change.at)[0])

    def work(at: str) -> Document:
        _create(change, campaign, count, members, at)
        return {"message": "Vouchers have been generated", "done_count": count}

    return _accepted(_start(change, "CAMPAIGN.VOUCHERS_GENERATE", work))


def _start(change: Change, kind: str, work: Any) -> str:
    return change.background.start(kind, change.call.now, change.call.request_id, work)


def _create(change: Change, campaign: str, count: int, members: Document, at: str) -> list[str]:
    keys = change.world.add_vouchers(campaign, count, at=datetime.fromisoformat(at))
    document = change.world.documents["campaigns"].find(campaign) or {}
    dates = {name: document.get(name) for name in ("start_date", "expiration_date")}
    for key in keys:
        change.world.tables["vouchers"].edit(key, **{**dates, "additional_info": None, **members})
        row: VoucherRow = change.row("vouchers", key)
        if row.type == ledger.CARD and row.amount:
            ledger.lay_in(change, row, row.amount, ledger.expiry_by_rules(change, campaign))
    return keys


def _import(change: Change) -> Answer:
    """Codes as JSON (schema CampaignsImportVoucherItem…)."""
    campaign, wanted = _growing(change), []
    items = change.items()
    nameless = sum(not one.get("code") for one in items)
    if nameless:
        details = f"Found {nameless} voucher(s) without 'code' value"
        raise refused("invalid_voucher", details, "Invalid Voucher")
    for one in items:
        members = {"code": text_of(one, "code"), **_members(change, one)}
        for name, member in (("gift", "amount"), ("loyalty_card", "points")):
            value = part_of(one, name)
            if value is not None:
                members["amount"] = whole_of(value, member)
        wanted.append(members)
    known = sum(bool(change.world.tables["vouchers"].numbers("code", one["code"])) for one in wanted)
    if known:
        raise refused("duplicate_key", f"{known} voucher codes(s) already exist.", "Duplicate codes")
    return _accepted(_start(change, "CAMPAIGN.VOUCHERS_IMPORT", lambda at: _take_in(change, campaign, wanted, [], at)))


def _import_csv(change: Change) -> Answer:
    """Codes as a file; headers that name no field become metadata."""
    campaign, rows = _growing(change), list(csv.DictReader(io.StringIO(_file(change))))
    if not rows or "code" not in {str(name).strip().lower() for name in rows[0]}:
        raise bad_payload("The file should have the header Code and a row")
    wanted: list[Document] = []
    failed: list[Document] = []
    for row in rows:
        named = {str(name).strip().lower(): (value or "").strip() for name, value in row.items() if name}
        try:
            wanted.append(_csv_members(change, row, named))
        except ValueError:
            failed.append({"code": named.get("code", ""), "reason": "A value cannot be read"})
    key = _start(change, "CAMPAIGN.VOUCHERS_IMPORT_CSV", lambda at: _take_in(change, campaign, wanted, failed, at))
    return _accepted(key, 200)


def _csv_members(change: Change, row: dict[str, Any], named: dict[str, str]) -> Document:
    """What one line says of its code. Raises ValueError for a value that is none."""
    if not named["code"]:
        raise ValueError("a line without a code")
    members: Document = {
        "code": named["code"],
        "metadata": {
            name.strip(): value for name, value in row.items() if name and name.strip().lower() not in _COLUMNS
        },
    }
    if named.get("category"):
        members |= category_of(change, {"category": named["category"]})
    if named.get("active"):
        members["active"] = {"true": True, "false": False}.get(named["active"].lower())
        if members["active"] is None:
            raise ValueError(named["active"])
    for header in ("loyalty points", "gift amount"):
        if named.get(header):
            members["amount"] = int(named[header])
    return members


def _file(change: Change) -> str:
    """The text of the form's `file`. Raises Problem 400 when there is none."""
    request = change.call.request
    kind = request.headers.get("content-type", "")
    message = BytesParser().parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + request.body)
    for part in message.get_payload() if message.is_multipart() else ():
        if not isinstance(part, str) and part.get_param("name", header="content-disposition") == "file":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                return content.decode("utf-8-sig", errors="replace")
    raise bad_payload("Payload should have required property 'file'")


def _take_in(change: Change, campaign: str, wanted: list[Document], failed: list[Document], at: str) -> Document:
    """Make codes that are named; those that are there already fail."""
    failed, done = list(failed), 0
    for members in wanted:
        if change.world.tables["vouchers"].numbers("code", members["code"]):
            failed.append({"code": members["code"], "reason": "Duplicated resource found"})
            continue
        _create(change, campaign, 1, members, at)
        done += 1
    return {"message": "Import completed", "failed": failed, "done_count": done, "failed_count": len(failed)}


def _bulk_update(change: Change) -> Answer:
    """Metadata for each code of its own."""
    wanted = [(text_of(one, "code") or "", part_of(one, "metadata") or {}) for one in change.items()]
    return _accepted(_start(change, "VOUCHERS.BULK_UPDATE", lambda at: _note_all(change, wanted, at)))


def _metadata_update(change: Change) -> Answer:
    """The same metadata for many codes."""
    codes, metadata = change.body.get("codes"), part_of(change.body, "metadata") or {}
    if not isinstance(codes, list) or not codes or not all(isinstance(code, str) for code in codes):
        raise bad_payload("Property .codes should be array of strings")
    wanted = [(code, metadata) for code in codes]
    return _accepted(_start(change, "VOUCHERS.METADATA_UPDATE", lambda at: _note_all(change, wanted, at)))


def _note_all(change: Change, wanted: list[tuple[str, Document]], at: str) -> Document:
    """Add metadata to codes; those that are not there fail, one by one."""
    errors, table = [], change.world.tables["vouchers"]
    for code, metadata in wanted:
        row = table.number(("code",), code)
        if row is None:
            details = f"Cannot find voucher with id {code}"
            errors.append({"message": "Resource not found", "details": details, "key": "not_found", "code": code})
            continue
        document = table.document(row)
        table.edit(document["id"], metadata={**document["metadata"], **metadata}, updated_at=at)
    return {"done_count": len(wanted) - len(errors), "failed_count": len(errors), "errors": errors}


ROUTES: tuple[WriteRoute, ...] = (
    ("POST", "/v1/campaigns/{campaignId}/vouchers", _add),
    ("POST", "/v1/campaigns/{campaignId}/import", _import),
    ("POST", "/v1/campaigns/{campaignId}/importCSV", _import_csv),
    ("POST", "/v1/vouchers/bulk/async", _bulk_update),
    ("POST", "/v1/vouchers/metadata/async", _metadata_update),
)
