"""Codes of a campaign: more of them, some from a file, one for a customer (API §7). None of it can be taken back."""

from functools import partial
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
    beside,
)
from store.actions.balances import SOURCE_ID, find_publication, publications
from store.actions.code_files import read_codes
from store.actions.tasks import found_task, task_ids
from store.api.addresses import segment
from store.domain.values import entries, whole

_PATH = "/v1/campaigns/{id}"
_MOST = 1_000_000
"""More codes than one call makes."""


def _path(record: Document) -> str:
    return _PATH.replace("{id}", segment(str(record["id"])))


def _has_codes(record: Document) -> str:
    return "" if "voucher" in record else "It is a promotion: it has tiers, no codes."


def _can_grow(record: Document) -> str:
    if record.get("type") == "STANDALONE":
        return "It has one code for everybody; the API adds no others."
    return _has_codes(record)


def _number_in_file(values: Values) -> Values:
    """How many codes the file has: it may be gone when the request is on its way."""
    return {"count": read_codes(values["file"]).codes}


def _grown(record: Document, values: Values) -> tuple[Change, ...]:
    number, before = int(values["count"]), whole(record.get("vouchers_count"))
    if before is None:
        return (Change("added codes", 0, number, FieldKind.NUMBER),)
    return (Change("codes", before, before + number, FieldKind.NUMBER),)


def _has_grown(before: Document, after: Document, values: Values) -> bool | None:
    """True only for just so many codes more: others may add codes, too, and all take a while."""
    had, has = whole(before.get("vouchers_count")), whole(after.get("vouchers_count"))
    number = whole(values.get("count"))
    return True if had is not None and number is not None and has == had + number else None


async def _tasks(get: Get, _: Document, __: Values) -> dict[str, Any]:
    return {"tasks": await task_ids(get)}


async def _find_task(kind: str, get: Get, before: Document, values: Values) -> bool | None:
    """By the one new task of this kind, and by the campaign's number of codes.

    The task itself names no campaign: one that failed may be another campaign's, and proves nothing.
    """
    task = await found_task(get, beside(before).get("tasks"), kind)
    if task is None or task.end != "SUCCESS":
        return None
    return _has_grown(before, await get(_path(before)), values)


def _add_request(record: Document, values: Values) -> WriteRequest:
    if not 0 < values["count"] <= _MOST:
        raise ValueRefused(f"count is from 1 to {_MOST:,}.")
    return WriteRequest("POST", f"{_path(record)}/vouchers?vouchers_count={values['count']}", {})


def _import_request(record: Document, values: Values) -> WriteRequest:
    return WriteRequest("POST", f"{_path(record)}/importCSV", read_codes(values["file"]).upload)


def _import_changes(record: Document, values: Values) -> tuple[Change, ...]:
    file = read_codes(values["file"])
    return (
        *_grown(record, values),
        Change("columns of the file", None, ", ".join(file.columns)),
        Change("SHA-256 of the file", None, file.upload.shown["sha256"]),
    )


def _publish_request(record: Document, values: Values) -> WriteRequest:
    body = {
        "campaign": {"name": record["id"], "count": 1},
        "customer": {"id": values["customer"]},
        SOURCE_ID: values[SOURCE_ID],
    }
    query = "?join_once=true" if values.get("join_once") else ""
    return WriteRequest("POST", f"/v1/publications{query}", body)


async def _read_publications(get: Get, record: Document, values: Values) -> dict[str, Any]:
    found = await publications(get, values, ("campaign", str(record.get("name"))))
    return {"published": [{"id": one.get("id"), SOURCE_ID: one.get(SOURCE_ID)} for one in found]}


def _publish_changes(record: Document, values: Values) -> tuple[Change, ...]:
    before = len(entries(beside(record).get("published")))
    if values.get("join_once") and before:
        return ()
    return (Change(f"codes of {values['customer']}", before, before + 1, FieldKind.NUMBER),)


def _untold(_: Document, __: Document, ___: Values) -> None:
    """The campaign itself does not tell."""


CAMPAIGN_CODES = (
    Action(
        id="add-codes", kind="campaign", title="Add codes to the campaign", read_path=_PATH, offered=_can_grow,
        request=_add_request, changes=_grown, has_happened=_has_grown, beside=_tasks,
        fields=(Field("count", FieldKind.NUMBER, "How many new codes.", required=True),),
        find=partial(_find_task, "CAMPAIGN.VOUCHERS_GENERATE"), is_repeatable=False, moves_value=True,
        table="campaigns", warning="Codes that were made are there for good. It goes on in the background.",
    ),
    Action(
        id="import-codes", kind="campaign", title="Import codes from a file into the campaign", read_path=_PATH,
        offered=_can_grow, request=_import_request, changes=_import_changes, has_happened=_has_grown, beside=_tasks,
        fields=(
            Field(
                "file", FieldKind.FILE,
                "A CSV file in UTF-8 with a column Code; Active, Category, Gift Amount, Loyalty Points are known, "
                "all others become metadata.",
                required=True,
            ),
        ),
        find=partial(_find_task, "CAMPAIGN.VOUCHERS_IMPORT_CSV"), is_repeatable=False, moves_value=True,
        knows=_number_in_file,
        table="campaigns", warning="Codes that were made are there for good. It goes on in the background.",
    ),
    Action(
        id="publish", kind="campaign", title="Publish a code of the campaign to a customer", read_path=_PATH,
        offered=_has_codes, request=_publish_request, changes=_publish_changes, has_happened=_untold,
        fields=(
            Field("customer", FieldKind.TEXT, "The customer's id.", required=True),
            Field("join_once", FieldKind.FLAG, "Whether a customer who has a code gets no other."),
        ),
        beside=_read_publications, find=find_publication, is_repeatable=False, is_marked=True, table="campaigns",
        warning="Distributions that listen for it may send a message.",
    ),
)  # fmt: skip
