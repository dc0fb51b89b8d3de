"""Where reading a list resumes: one typed value per style of paging, JSON with a tag."""

from collections.abc import Mapping
from typing import Any

import msgspec


class AtPage(msgspec.Struct, frozen=True, tag="page"):
    """In numbered pages.

    Attributes:
        page: the next page, from 1.
        size: records on a page; None where that is not known yet.
        rows: how many records came before it.
        counted: how many the API counted then; None where it did not say.
    """

    page: int = 1
    size: int | None = None
    rows: int = 0
    counted: int | None = None


class Swept(msgspec.Struct, frozen=True):
    """Within the records of one instant.

    Attributes:
        page, size: as in `AtPage`.
        came: how many different records came before it.
        totals: what the API counted so far.
    """

    page: int = 1
    size: int | None = None
    came: int = 0
    totals: tuple[int | None, ...] = ()


class AfterInstant(msgspec.Struct, frozen=True, tag="instant"):
    """Ascending by time.

    Attributes:
        after: the anchor (UTC text); None at the list's beginning.
        tie: the instant whose records are read by page numbers; None where none is.
        total: how many records the API counts in the list.
        swept: how far the records of the tie are read.
    """

    after: str | None = None
    tie: str | None = None
    total: int | None = None
    swept: Swept | None = None


class InsteadOfInstants(msgspec.Struct, frozen=True, tag="plain"):
    """In numbered pages, of a list that cannot be anchored to its records' times.

    Attributes:
        reason: why not.
        total: as in `AfterInstant`.
        at: the page.
    """

    reason: str
    total: int | None
    at: AtPage


class AfterId(msgspec.Struct, frozen=True, tag="id"):
    """After a record's id; None at the list's beginning."""

    id: str | None = None


class UntilDate(msgspec.Struct, frozen=True, tag="end date"):
    """From the newest back, at an end date (UTC text); None at the newest."""

    end_date: str | None = None


Place = AtPage | AfterInstant | InsteadOfInstants | AfterId | UntilDate


def untagged_place(stored: Mapping[str, Any]) -> Place:
    """The place that a release before tags stored.

    Raises:
        msgspec.ValidationError: it is none.
    """
    numbered = {name: stored[name] for name in ("page", "size", "rows", "counted") if name in stored}
    if "plain" in stored:
        at = msgspec.convert(numbered, AtPage)
        return InsteadOfInstants(str(stored["plain"]), stored.get("total"), at)
    if "cursor" in stored:
        return AfterId(stored["cursor"])
    if "end_date" in stored:
        return UntilDate(stored["end_date"])
    if "after" in stored or "tie" in stored:
        return msgspec.convert({"type": "instant", **stored}, AfterInstant)
    return msgspec.convert({"type": "page", **numbered}, AtPage)
