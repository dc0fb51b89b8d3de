"""Reading what an action is about: the record, one of a list where it has no call of its own, and what is beside it."""

from typing import TYPE_CHECKING

import msgspec

from store.actions.action import BESIDE, Action, Document, Get, NotOffered, Values
from store.api.addresses import segment
from store.api.errors import NotUnderstood
from store.domain.values import entries, members
from store.json_text import decode

if TYPE_CHECKING:
    from store.api.client import ApiClient

_PAGE = ("limit", "100")
_MOST_PAGES = 50


def getter(client: "ApiClient") -> Get:
    """Reads by a client."""

    async def get(path: str, *params: tuple[str, str]) -> Document:
        return members(decode((await client.get(path, params)).content))

    return get


def path_of(action: Action, record_id: str) -> str:
    """Where the record is read. The id of a part is `CAMPAIGN/RULE`, `CARD/POINTS`.

    Raises:
        NotOffered: the id lacks a part.
    """
    if not action.holder:
        return action.read_path.replace("{id}", segment(record_id))
    holder, slash, part = record_id.partition("/")
    if not slash or not holder or not part:
        names = "CARD/POINTS_ID" if "{card}" in action.read_path else "CAMPAIGN_ID/ID"
        raise NotOffered(f"Such a record is named as {names}.")
    path = action.read_path.replace("{campaign}", segment(holder)).replace("{card}", segment(holder))
    return path.replace("{id}", segment(part))


async def read_content(client: "ApiClient", action: Action, record_id: str) -> bytes:
    """The record as it is now, as it came; `{}` for one that its list does not have any more.

    Raises:
        ApiError: it is not there, or cannot be had; an answer that is no list, or a list that does not end, tells
            nothing of what it lacks.
    """
    path = path_of(action, record_id)
    if not action.is_listed:
        return (await client.get(path)).content
    wanted, last = record_id.partition("/")[2], ""
    for _ in range(_MOST_PAGES):
        content = (await client.get(path, (_PAGE, *((("starting_after_id", last),) if last else ())))).content
        data = members(decode(content)).get("data")
        if not isinstance(data, list):
            raise NotUnderstood("it has no list")
        rows = [members(row) for row in data]
        found = next((row for row in rows if row.get("id") == wanted), None)
        if found is not None:
            return msgspec.json.encode(found)
        if not rows or members(decode(content)).get("has_more") is not True:
            return b"{}"
        before, last = last, str(rows[-1].get("id"))
        if last == before:
            break
    raise NotUnderstood("the list does not end")


def record_of(action: Action, record_id: str, content: bytes) -> Document:
    """The record in what came."""
    found = decode(content)
    record = dict(found) if isinstance(found, dict) else {}
    if action.holder and record:
        record.setdefault(action.holder, record_id.partition("/")[0])
    return record


async def with_beside(client: "ApiClient", action: Action, record: Document, values: Values) -> Document:
    """The record with what the action needs beside it.

    Raises:
        ApiError: that cannot be had.
    """
    if action.beside is None or not record:
        return record
    return {**record, BESIDE: await action.beside(getter(client), record, values)}


async def listed(get: Get, path: str, *params: tuple[str, str], most: int = 10) -> list[Document]:
    """The records of a list that has numbered pages, up to `most` pages of 100."""
    found: list[Document] = []
    for page in range(1, most + 1):
        answer = await get(path, _PAGE, ("page", str(page)), *params)
        rows = [members(row) for row in entries(answer.get(str(answer.get("data_ref") or "data")))]
        found += rows
        total = answer.get("total")
        if len(rows) < 100 or (isinstance(total, int) and len(found) >= total):
            break
    return found
