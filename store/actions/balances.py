"""Moving credit and points, publishing, releasing a session (API §7). None of it can be repeated or taken back.

Balance changes carry a `source_id` of their own: by it the movement is found again when no answer came.
"""

from typing import Any

from store.actions.action import (
    Action,
    Change,
    Document,
    Field,
    FieldKind,
    Get,
    ValueRefused,
    Values,
    WriteRequest,
    always,
)
from store.api.addresses import segment
from store.domain.values import entries, inside, members, whole

SOURCE_ID = "source_id"
"""The value under which a plan puts the unique mark of a movement."""
_REASON = Field("reason", FieldKind.TEXT, "Why, as the transaction will say.")
_VOUCHER_PATH = "/v1/vouchers/{id}"


def _body(values: Values, **more: Any) -> dict[str, Any]:
    kept = {name: values[name] for name in ("reason", SOURCE_ID) if values.get(name)}
    return {**more, **kept}


def _balance(record: Document, kind: str) -> int | None:
    return whole(inside(record, kind, "balance"))


def _gift_offered(record: Document) -> str:
    return "" if _balance(record, "gift") is not None else "It is no gift card with a balance."


def _gift_request(record: Document, values: Values) -> WriteRequest:
    path = f"/v1/vouchers/{segment(str(record['code']))}/balance"
    return WriteRequest("POST", path, _body(values, amount=values["amount"]))


def _gift_changes(record: Document, values: Values) -> tuple[Change, ...]:
    before = _balance(record, "gift") or 0
    return (Change("balance", before, before + values["amount"], FieldKind.MONEY),)


def _unknown(_: Document, __: Document, ___: Values) -> None:
    """The balance alone does not tell: others move it, too."""
    return


async def _find_transaction(get: Get, record: Document, values: Values) -> bool | None:
    """Whether a movement with this mark is among the newest of the card; without it, it may still come."""
    if not values.get(SOURCE_ID):
        return None
    path = f"/v1/vouchers/{segment(str(record['code']))}/transactions"
    rows = entries((await get(path, ("limit", "100"), ("order", "-id"))).get("data"))
    return True if any(members(row).get(SOURCE_ID) == values[SOURCE_ID] for row in rows) else None


def _points_offered(record: Document) -> str:
    if _balance(record, "loyalty_card") is None:
        return "It is no loyalty card with a balance."
    return "" if record.get("holder_id") else "It has no holder; the API moves no points of such a card."


def _points_request(record: Document, values: Values) -> WriteRequest:
    path = f"/v1/loyalties/members/{segment(str(record['code']))}/balance"
    body = _body(values, points=values["points"])
    if values["points"] > 0:
        body["expiration_type"] = values.get("expiration", "PROGRAM_RULES")
        if body["expiration_type"] == "CUSTOM_DATE" and not values.get("expiration_date"):
            raise ValueRefused("CUSTOM_DATE needs expiration_date.")
        if values.get("expiration_date"):
            body["expiration_date"] = values["expiration_date"]
    return WriteRequest("POST", path, body)


def _points_changes(record: Document, values: Values) -> tuple[Change, ...]:
    before = _balance(record, "loyalty_card") or 0
    return (Change("balance", before, before + values["points"], FieldKind.POINTS),)


def _transfer_request(record: Document, values: Values) -> WriteRequest:
    if values["points"] <= 0:
        raise ValueRefused("points must be more than 0: they come from the other card.")
    path = f"/v1/loyalties/{segment(str(record['campaign_id']))}/members/{segment(str(record['code']))}/transfers"
    return WriteRequest("POST", path, [_body(values, code=values["from"], points=values["points"])])


def _giver(_: Document, values: Values) -> tuple[tuple[str, str], ...]:
    return (("vouchers", f"/v1/vouchers/{segment(str(values['from']))}"),)


def _release_request(record: Document, values: Values) -> WriteRequest:
    path = f"/v1/vouchers/{segment(str(record['code']))}/sessions/{segment(str(values['session']))}"
    return WriteRequest("DELETE", path)


def _release_changes(_: Document, values: Values) -> tuple[Change, ...]:
    return (Change("session", values["session"], None),)


def _publish_request(record: Document, values: Values) -> WriteRequest:
    body = {"voucher": record["code"], "customer": {"id": values["customer"]}}
    return WriteRequest("POST", "/v1/publications", {**body, **_body(values)})


def _publish_changes(record: Document, values: Values) -> tuple[Change, ...]:
    holder, customer = record.get("holder_id"), values["customer"]
    return () if holder == customer else (Change("holder", holder, customer),)


def _is_holder(before: Document, after: Document, values: Values) -> bool | None:
    """Told by a holder who is new; who held the code before says nothing."""
    return True if after.get("holder_id") == values["customer"] != before.get("holder_id") else None


async def publications(get: Get, values: Values, *params: tuple[str, str]) -> list[Document]:
    """The newest publications to the customer that did not fail."""
    order = (("limit", "100"), ("order", "-created_at"))
    answer = await get("/v1/publications", *order, ("customer", values["customer"]), *params)
    rows = [members(one) for one in entries(answer.get("publications"))]
    return [one for one in rows if one.get("result") != "FAILURE"]


async def find_publication(get: Get, _: Document, values: Values) -> bool | None:
    """Whether a publication with this mark is there; without it, it may still come."""
    mark = values.get(SOURCE_ID)
    if not mark:
        return None
    return True if any(one.get(SOURCE_ID) == mark for one in await publications(get, values)) else None


MOVEMENTS = (
    Action(
        id="add-credit", kind="voucher", title="Add or remove gift credit", read_path=_VOUCHER_PATH,
        offered=_gift_offered, request=_gift_request, changes=_gift_changes, has_happened=_unknown,
        fields=(Field("amount", FieldKind.MONEY, "How much; a negative one removes.", required=True), _REASON),
        is_repeatable=False, is_marked=True, find=_find_transaction, moves_value=True, table="vouchers",
    ),
    Action(
        id="add-points", kind="voucher", title="Add or remove points", read_path=_VOUCHER_PATH,
        offered=_points_offered, request=_points_request, changes=_points_changes, has_happened=_unknown,
        fields=(
            Field("points", FieldKind.POINTS, "How many; a negative number removes.", required=True),
            Field(
                "expiration", FieldKind.TEXT, "When they expire.",
                choices=("PROGRAM_RULES", "CUSTOM_DATE", "NON_EXPIRING"),
            ),
            Field("expiration_date", FieldKind.INSTANT, "The date, with CUSTOM_DATE."),
            _REASON,
        ),
        is_repeatable=False, is_marked=True, find=_find_transaction, moves_value=True, table="vouchers",
        warning="The API does it after a while; the order of quick calls is not kept.",
    ),
    Action(
        id="transfer-points", kind="voucher", title="Take points from another card", read_path=_VOUCHER_PATH,
        offered=_points_offered, request=_transfer_request, changes=_points_changes, has_happened=_unknown,
        fields=(
            Field("from", FieldKind.TEXT, "The code of the card that gives them.", required=True),
            Field("points", FieldKind.POINTS, "How many.", required=True),
            _REASON,
        ),
        is_repeatable=False, is_marked=True, find=_find_transaction, moves_value=True, table="vouchers",
        warning="Their time until they expire begins anew.", renews=_giver,
    ),
    Action(
        id="publish", kind="voucher", title="Publish the code to a customer", read_path=_VOUCHER_PATH,
        offered=always, request=_publish_request, changes=_publish_changes, has_happened=_is_holder,
        fields=(Field("customer", FieldKind.TEXT, "The customer's id.", required=True),),
        is_repeatable=False, is_marked=True, find=find_publication, table="vouchers",
        warning="Distributions that listen for it may send a message.",
    ),
    Action(
        id="release-session", kind="voucher", title="Release a validation session", read_path=_VOUCHER_PATH,
        offered=always, request=_release_request, changes=_release_changes, has_happened=_unknown,
        fields=(Field("session", FieldKind.TEXT, "The session's key.", required=True),), table="vouchers",
    ),
)  # fmt: skip
