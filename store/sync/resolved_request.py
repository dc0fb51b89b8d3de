"""What a run reads beyond what was asked: a plain sync keeps up what was asked for before, and no more."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from store.cache.ledger import Ledger, campaign_scope
from store.queries.watching import watched_customers
from store.sync.catalogue import CATALOGUE, OF_CODES, OF_CUSTOMERS, PEOPLE_FIRST, WORKED_OUT
from store.sync.request import PAGES_ONLY, PAGES_PER_RUN, CampaignRef, SyncRequest, resolve
from store.sync.resource import Resource, Task
from store.sync.strategies.export_only import ExportOnly

BEGUN = "A `sync --all` was cut off, so the project's lists are not kept up to date. Run it again: it resumes."


@dataclass(frozen=True, slots=True)
class ResolvedRequest:
    """What a run does once the campaigns are known.

    Attributes:
        request: what was asked, widened to the project's lists where they are kept up.
        named: the campaigns whose own lists and days are read.
        remark: what is not kept up and how to go on; empty when there is nothing to say.
        watched: the customers that every sync keeps up, beside those that the request names.
    """

    request: SyncRequest
    named: list[CampaignRef]
    remark: str = ""
    watched: tuple[str, ...] = ()

    def row_tasks(self, every: Iterable[CampaignRef]) -> list[Task]:
        """The lists of rows it comes to, in order.

        Args:
            every: all campaigns, for lists that can only be read campaign by campaign.
        """
        request, named = self.request, self.named
        campaigns = every if request.everything and not request.followed else named
        tasks: list[Task] = []
        for resource in CATALOGUE:
            schedule, scoping = resource.schedule, resource.scoping
            if schedule.routine or not request.wants(resource.name):
                continue
            # A list that only an export has costs much: it is not kept up for a project without an opened campaign.
            kept_up = not request.followed or not isinstance(resource.strategy, ExportOnly)
            if request.everything and scoping.project and kept_up:
                tasks.append(Task(resource))
                if not scoping.tells_campaign:
                    tasks += [Task(resource, ref) for ref in named if scoping.applies_to(ref.campaign_type)]
                continue
            if schedule.needs_people and any(ref.campaign_type in PEOPLE_FIRST for ref in named):
                tasks.append(Task(resource))
            if schedule.with_campaigns and named:
                tasks.append(Task(resource))
            if scoping.by_campaign is not None:
                tasks += self._campaign_tasks(resource, campaigns)
        return [*tasks, *self._customer_tasks(), *self._code_tasks()]

    def _campaign_tasks(self, resource: Resource, campaigns: Iterable[CampaignRef]) -> list[Task]:
        """A list of each campaign that has one, or one reading in the place of all of them."""
        named, at_once = set(self.named), resource.at_once
        tasks = [
            Task(resource, ref, kept=ref not in named)
            for ref in campaigns
            if resource.scoping.applies_to(ref.campaign_type)
        ]
        every = self.request.everything and not self.request.followed
        if at_once is None or len(tasks) <= at_once.above or not (every or at_once.always):
            return tasks
        if at_once.always:
            return [Task(resource)]
        if self.request.via == PAGES_ONLY:
            return tasks
        return [Task(resource), *(replace(task, spare=True) for task in tasks)]

    def _customer_tasks(self) -> Iterator[Task]:
        named = self.request.customers
        for customer in dict.fromkeys((*named, *self.watched)):
            for resource in (*OF_CUSTOMERS, *(WORKED_OUT if customer in named else ())):
                if self.request.wants(resource.name):
                    yield Task(resource, customer_id=customer)

    def _code_tasks(self) -> Iterator[Task]:
        lists = [resource for resource in OF_CODES if self.request.wants(resource.name)]
        return (Task(resource, voucher_id=code) for code in self.request.codes for resource in lists)


def routine_tasks(request: SyncRequest) -> list[Task]:
    """The lists every run reads: campaigns first, then the small configuration."""
    return [Task(one) for one in CATALOGUE if one.schedule.routine and request.wants(one.name)]


def resolve_request(
    request: SyncRequest, campaigns: list[CampaignRef], connection: sqlite3.Connection
) -> ResolvedRequest:
    """What a request comes to.

    A plain sync also keeps up the campaigns that were once opened or named, the customers that are watched, and the
    project's lists when a `--all` once came to its end. Lists that exist campaign by campaign are kept up for opened
    and named campaigns alone.

    Args:
        request: what was asked.
        campaigns: all there are.
        connection: the cache.

    Raises:
        UnknownCampaign: no campaign has a wanted id or name.
    """
    if request.campaigns or request.only is not None:
        return ResolvedRequest(request, resolve(request.campaigns, campaigns))
    opened, watched = _opened(campaigns, connection), watched_customers(connection)
    if not request.customers and not request.codes and not request.full:
        # A customer who was never read may have a hundred thousand events: a run reads a portion of them.
        request = replace(request, event_pages=PAGES_PER_RUN)
    if request.everything:
        return ResolvedRequest(request, opened, watched=watched)
    begun, finished = _whole_runs(connection)
    if finished:
        return ResolvedRequest(replace(request, everything=True, followed=True), opened, watched=watched)
    return ResolvedRequest(request, opened, BEGUN if begun else "", watched)


def _opened(campaigns: list[CampaignRef], connection: sqlite3.Connection) -> list[CampaignRef]:
    """Campaigns of which one list was read completely by itself, though the project's list has it, too."""
    shared = {one.name for one in CATALOGUE if one.scoping.project and one.scoping.by_campaign is not None}
    states = Ledger(connection).states()
    scopes = {state.scope for state in states if state.completed_at is not None and state.resource in shared}
    return [ref for ref in campaigns if campaign_scope(ref.id) in scopes]


def _whole_runs(connection: sqlite3.Connection) -> tuple[bool, bool]:
    """Whether a run over the project was ever begun, and whether one was completed."""
    row = connection.execute(
        "select count(*), coalesce(sum(json_extract(report, '$.ended') = 0), 0) from"
        " (select case when json_valid(request) then request end as request,"
        " case when json_valid(report) then report end as report from sync_runs)"
        " where json_extract(request, '$.everything') and json_extract(request, '$.only') is null"
    ).fetchone()
    return bool(row[0]), bool(row[1])
