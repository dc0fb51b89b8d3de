"""What a run is asked to do, and the lists it will therefore read, in order."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace

from store.cache.ledger import PROJECT, Ledger, State, campaign_scope
from store.folding import fold, holds
from store.sync.catalogue import CATALOGUE, PEOPLE_FIRST, CampaignRef, Resource, Strategy

AUTO, PAGES_ONLY, EXPORTS_FIRST = "auto", "pages", "exports"
MEMBERS_PER_RUN = 40
"""A list that costs a call a code is read for so many codes of a campaign that a run only keeps up."""


class UnknownCampaign(Exception):
    """A named campaign is neither an id nor a name in the project."""

    def __init__(self, wanted: str, alike: list[str]) -> None:
        self.wanted = wanted
        self.alike = alike
        hint = f" Did you mean {', '.join(alike)}?" if alike else " `promoscope list campaigns` shows those there are."
        super().__init__(f"There is no campaign “{wanted}” in this project.{hint}")


@dataclass(frozen=True, slots=True)
class SyncRequest:
    """What to sync.

    Attributes:
        campaigns: ids or names whose rows are wanted, beside the routine lists.
        everything: the whole project.
        full: read lists whole again, so that changes without `updated_at` and deletions are seen.
        via: auto, pages or exports.
        max_calls: stop after so many requests.
        only: resource names to restrict the run to; None for all that apply.
        followed: the whole project was not asked for now, but once before.
    """

    campaigns: tuple[str, ...] = ()
    everything: bool = False
    full: bool = False
    via: str = AUTO
    max_calls: int | None = None
    only: frozenset[str] | None = None
    followed: bool = False

    @property
    def most_members(self) -> int | None:
        """For how many codes of a campaign a list is read that costs a call a code; None for all."""
        asked_for = self.full or self.campaigns or (self.everything and not self.followed)
        return None if asked_for else MEMBERS_PER_RUN

    def covers(self, other: "SyncRequest") -> bool:
        """Whether a run of this that came to its end leaves nothing to read of another one."""
        if self == other:
            return True
        lists = self.only is None or (other.only is not None and other.only <= self.only)
        campaigns = bool(other.campaigns) and set(other.campaigns) <= set(self.campaigns)
        return lists and campaigns and not other.everything and (self.full or not other.full)


@dataclass(frozen=True, slots=True)
class Task:
    """One list to read: a resource for the project or for one campaign."""

    resource: Resource
    campaign: CampaignRef | None = None

    @property
    def scope(self) -> str:
        """The ledger's name for it."""
        return PROJECT if self.campaign is None else campaign_scope(self.campaign.id)


def routine_tasks(request: SyncRequest) -> list[Task]:
    """The lists every run reads: campaigns first, then the small configuration."""
    return [Task(resource) for resource in CATALOGUE if resource.routine and _wanted(resource, request)]


def row_tasks(request: SyncRequest, named: Iterable[CampaignRef], every: Iterable[CampaignRef]) -> list[Task]:
    """The lists of rows a request asks for.

    Args:
        request: what was asked.
        named: the campaigns whose lists are wanted whether or not the whole project's are.
        every: all campaigns, for lists that can only be read campaign by campaign.
    """
    named = list(named)
    campaigns = every if request.everything and not request.followed else named
    tasks: list[Task] = []
    for resource in CATALOGUE:
        if resource.routine or not _wanted(resource, request):
            continue
        # What only an export shows is dear: it is not kept up for a project of which nobody opened a campaign.
        kept_up = not request.followed or resource.strategy is not Strategy.EXPORT
        if request.everything and resource.project and kept_up:
            tasks.append(Task(resource))
            if not resource.tells_campaign:
                tasks += [Task(resource, ref) for ref in named if resource.applies_to(ref.campaign_type)]
            continue
        if resource.needs_people and any(campaign.campaign_type in PEOPLE_FIRST for campaign in named):
            tasks.append(Task(resource))
        if resource.with_campaigns and named:
            tasks.append(Task(resource))
        if resource.by_campaign is not None:
            tasks += [Task(resource, ref) for ref in campaigns if resource.applies_to(ref.campaign_type)]
    return tasks


def known_state(ledger: Ledger, task: Task) -> State:
    """The ledger's row for a list; a campaign never read alone may start from what the project's reading holds.

    It may only where the project's list names the campaign of every record; and whoever reads then first compares how
    many records its own way of reading counts (`store.sync.reading.ListReading.begin`).
    """
    state = ledger.state(task.resource.name, task.scope)
    if borrows(task, state):
        whole = ledger.state(task.resource.name, PROJECT)
        if whole.completed_at is not None:
            return replace(whole, scope=task.scope, total=None)
    return state


def borrows(task: Task, own: State) -> bool:
    """Whether a campaign's list that was never read whole may start from the project's reading."""
    shared = task.resource.project and task.resource.tells_campaign
    return shared and task.campaign is not None and own.completed_at is None


def _wanted(resource: Resource, request: SyncRequest) -> bool:
    return request.only is None or resource.name in request.only


def read_campaigns(connection: sqlite3.Connection) -> list[CampaignRef]:
    """Every campaign in the cache that the API still returns."""
    rows = connection.execute(
        "select id, name, campaign_type from campaigns where missing_since is null order by created_at, id"
    )
    return [CampaignRef(row[0], row[1] or "", row[2] or "") for row in rows]


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
