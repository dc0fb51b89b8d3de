"""What a run is asked to do, and the campaigns that are meant."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field

from store.folding import fold, holds

AUTO, PAGES_ONLY, EXPORTS_FIRST = "auto", "pages", "exports"
CODES_PER_RUN = 40
"""A list that costs a call a code is read for so many codes of a campaign that a run only keeps up."""

PAGES_PER_RUN = 20
"""Pages of a hundred events of a customer that a run reads, unless asked for all."""


@dataclass(frozen=True, slots=True)
class CampaignRef:
    """The campaign a list is asked for: API id, name and type as received, and when it last changed (UTC text)."""

    id: str
    name: str
    campaign_type: str
    changed_at: str = field(default="", compare=False)


class UnknownCampaign(Exception):
    """A named campaign is neither an id nor a name in the project."""

    def __init__(self, wanted: str, alike: list[str]) -> None:
        self.wanted = wanted
        hint = f" Did you mean {', '.join(alike)}?" if alike else " `promoscope list campaigns` shows those there are."
        super().__init__(f"There is no campaign “{wanted}” in this project.{hint}")


@dataclass(frozen=True, slots=True)
class SyncRequest:
    """What to sync.

    Attributes:
        campaigns: ids or names whose rows are wanted, beside the routine lists.
        everything: all lists of the project.
        customers: ids of customers whose record and activity are wanted.
        codes: ids of codes whose record is wanted, and what each has in the lists that `only` names.
        event_pages: pages of each one's activity that are read at most; None for all of it.
        categories: also learn of which category the types of their events are.
        full: read lists completely again, so that changes without `updated_at` and deletions are seen.
        via: auto, pages or exports.
        max_calls: stop after so many requests.
        only: resource names to restrict the run to; None for all that apply.
        followed: all lists of the project were not asked for now, but once before.
    """

    campaigns: tuple[str, ...] = ()
    everything: bool = False
    full: bool = False
    via: str = AUTO
    max_calls: int | None = None
    only: frozenset[str] | None = None
    customers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    event_pages: int | None = None
    categories: bool = False
    followed: bool = False

    def wants(self, resource: str) -> bool:
        """Whether the run may read a list of this name."""
        return self.only is None or resource in self.only

    @property
    def most_codes(self) -> int | None:
        """For how many codes of a campaign a list is read that costs a call a code; None for all."""
        asked_for = self.full or self.campaigns or (self.everything and not self.followed)
        return None if asked_for else CODES_PER_RUN

    def covers(self, other: "SyncRequest") -> bool:
        """Whether a run of this that came to its end leaves nothing to read of another one."""
        if self == other:
            return True
        lists = self.only is None or (other.only is not None and other.only <= self.only)
        campaigns = bool(other.campaigns) and set(other.campaigns) <= set(self.campaigns)
        campaigns = campaigns and not other.customers and not other.codes
        return lists and campaigns and not other.everything and (self.full or not other.full)


def read_campaigns(connection: sqlite3.Connection) -> list[CampaignRef]:
    """Every campaign in the cache that the API still returns."""
    rows = connection.execute(_CAMPAIGNS)
    return [CampaignRef(row[0], row[1] or "", row[2] or "", max(row[3:])) for row in rows]


_CAMPAIGNS = """
with w as (
    select campaign_id, max(received_at) as at from webhook_deliveries
    where type like 'campaign.%' or type like '%earning_rule%' or type like '%tier%' or type like '%reward%'
        or type like '%pending_points%'
    group by campaign_id)
select c.id, c.name, c.campaign_type, coalesce(c.updated_at, ''), coalesce(c.created_at, ''), coalesce(w.at, '')
from campaigns c left join w on w.campaign_id = c.id where c.missing_since is null order by c.created_at, c.id
"""
"""With when each last changed: by its own word, or by a delivery about its settings; traffic changes none of them."""


def name_map(campaigns: Iterable[CampaignRef]) -> dict[str, str]:
    """Names to ids, where a name is unambiguous (API §11.1)."""
    found: dict[str, str] = {}
    doubled: set[str] = set()
    for campaign in campaigns:
        if campaign.name in found:
            doubled.add(campaign.name)
        found[campaign.name] = campaign.id
    return {name: identity for name, identity in found.items() if name and name not in doubled}


def resolve(wanted: Iterable[str], campaigns: list[CampaignRef]) -> list[CampaignRef]:
    """The campaigns meant by ids or exact names, each once, in the order asked.

    Raises:
        UnknownCampaign: no campaign has that id or name.
    """
    by_id = {campaign.id: campaign for campaign in campaigns}
    found: dict[str, CampaignRef] = {}
    for word in wanted:
        matches = [by_id[word]] if word in by_id else [one for one in campaigns if one.name == word]
        if not matches:
            alike = [one.name for one in campaigns if holds(one.name, fold(word))][:3]
            raise UnknownCampaign(word, alike)
        found.update((match.id, match) for match in matches)
    return list(found.values())
