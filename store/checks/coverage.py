"""How far a list that a check needs is complete: for the project, and campaign by campaign."""

import sqlite3
from dataclasses import dataclass

from store.models import Freshness, oldest
from store.queries.freshness import CampaignStates, data_state
from store.queries.reader import holds
from store.words import NOT_SYNCED

WITH_CODES = ("DISCOUNT_COUPONS", "GIFT_VOUCHERS", "LOYALTY_PROGRAM", "REFERRAL_PROGRAM")
WITH_CARDS = ("GIFT_VOUCHERS", "LOYALTY_PROGRAM")


@dataclass(frozen=True, slots=True)
class ListNeed:
    """A list that a check needs.

    Attributes:
        resource: the table.
        by_campaign: campaigns may have been read one by one.
        types: campaign types that have such a list; none for all.
        in_project: the project has the list, too, with rows of no campaign.
    """

    resource: str
    by_campaign: bool = False
    types: tuple[str, ...] = ()
    in_project: bool = True


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a list is complete.

    Attributes:
        resource: the table.
        lacks: what is not complete, in words; "" where all is.
        as_of: UTC text of the oldest reading; None where it was never read.
        whole: all of it is complete.
        campaigns: those whose rows are complete, whatever else is.
    """

    resource: str
    lacks: str
    as_of: str | None
    whole: bool
    campaigns: frozenset[str] = frozenset()


def coverage(connection: sqlite3.Connection, need: ListNeed) -> Coverage:
    """How far a list is complete."""
    words = need.resource.replace("_", " ")
    if not holds(connection, need.resource):
        return Coverage(need.resource, f"{words} are {NOT_SYNCED}", None, whole=False)
    whole = data_state(connection, need.resource)
    campaigns = _campaigns(connection, need)
    if whole.complete:
        return Coverage(need.resource, "", whole.as_of, whole=True, campaigns=frozenset(campaigns))
    if not need.by_campaign:
        return Coverage(need.resource, _why(words, whole), whole.as_of, whole=False)
    states = CampaignStates(connection, need.resource)
    found = {identity: states.of(identity) for identity in campaigns}
    complete = frozenset(identity for identity, state in found.items() if state.complete)
    as_of = oldest(whole.as_of, *(state.as_of for state in found.values()))
    if len(complete) < len(campaigns):
        lacks = f"{words} are complete for {len(complete):,} of {len(campaigns):,} campaigns" if as_of else ""
        return Coverage(need.resource, lacks or _why(words, whole), as_of, whole=False, campaigns=complete)
    lacks = f"{words} of no campaign: {whole.why}" if need.in_project else ""
    return Coverage(need.resource, lacks, as_of, whole=not lacks, campaigns=complete)


def _campaigns(connection: sqlite3.Connection, need: ListNeed) -> list[str]:
    narrowed = f" and campaign_type in ({', '.join('?' * len(need.types))})" if need.types else ""
    query = f"select id from campaigns where missing_since is null{narrowed} order by id"
    return [row[0] for row in connection.execute(query, need.types)]


def _why(words: str, state: Freshness) -> str:
    return f"{words} are {NOT_SYNCED}" if state.as_of is None else f"{words} are not complete: {state.why}"
