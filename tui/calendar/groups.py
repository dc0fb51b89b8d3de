"""Campaigns of the calendar in groups."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from store.domain.status import StatusKind
from store.queries.calendar import CalendarCampaign, group_of
from tui.campaign_kit.filter import status_rank

TYPE, CATEGORY, STATUS = "type", "category", "status"
NOTHING, LANES = "", "lanes"
"""One list in order of start; and bars packed into as few lanes as it takes, by type."""
UNREADABLE = "unreadable dates"


@dataclass(frozen=True, slots=True)
class Group:
    """Campaigns under one name.

    Attributes:
        key: what they share; None for those that are not grouped, and for those whose dates cannot be read.
        name: for people; outside text. None where there is no heading.
        campaigns: in the order given.
    """

    key: str | None
    name: str | None
    campaigns: Sequence[CalendarCampaign]


def grouped(
    campaigns: Sequence[CalendarCampaign], key: str | None, type_words: Callable[[str], str] = str
) -> list[Group]:
    """Groups by name, statuses by what an operator asks first; the one without a name comes last.

    Those whose dates cannot be read stand in one of their own, after all.

    Args:
        campaigns: in order.
        key: what `store.queries.calendar.group_of` takes; None or "" for no groups.
        type_words: a type's name for people.
    """
    members: dict[str, list[CalendarCampaign]] = {}
    for one in campaigns:
        if not one.unreadable:
            members.setdefault(group_of(one, key) if key else "", []).append(one)

    def words(value: str) -> str:
        return (type_words(value) if key == TYPE else value) or f"no {key}"

    def place(value: str) -> tuple[bool, int, str, str]:
        rank = status_rank(StatusKind(value)) if key == STATUS else 0
        return value == "", rank, words(value).casefold(), value

    found = [
        Group(value if key else None, words(value) if key else None, members[value])
        for value in sorted(members, key=place if key else str)
    ]
    unreadable = [one for one in campaigns if one.unreadable]
    return [*found, Group(None, UNREADABLE, unreadable)] if unreadable else found
