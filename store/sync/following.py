"""What a run reads beyond what was asked: a plain sync keeps up what was asked for before, and no more."""

import sqlite3
from dataclasses import dataclass, replace

from store.cache.ledger import FAILED, Ledger, campaign_scope
from store.days import parse_instant
from store.sync.catalogue import CATALOGUE, CampaignRef
from store.sync.tasks import SyncRequest, Task, resolve

BEGUN = (
    "A `sync --all` was begun and did not come to its end, so the lists of the whole project are not kept up; run it"
    " again, it goes on where it stopped."
)


@dataclass(frozen=True, slots=True)
class Following:
    """What a run does once the campaigns are known.

    Attributes:
        request: what was asked, widened to the project's lists where they are kept up.
        named: the campaigns whose own lists and days are read.
        remark: what is not kept up and how to go on; empty when there is nothing to say.
    """

    request: SyncRequest
    named: list[CampaignRef]
    remark: str = ""


def follow(request: SyncRequest, campaigns: list[CampaignRef], connection: sqlite3.Connection) -> Following:
    """What a request comes to.

    A plain sync also keeps up the campaigns that were once opened or named, and the project's lists when a `--all`
    once came to its end. Lists that exist campaign by campaign are kept up for opened and named campaigns alone.

    Args:
        request: what was asked.
        campaigns: all there are.
        connection: the cache.

    Raises:
        UnknownCampaign: no campaign has a wanted id or name.
    """
    if request.campaigns or request.only is not None:
        return Following(request, resolve(request.campaigns, campaigns))
    opened = _opened(campaigns, connection)
    if request.everything:
        return Following(request, opened)
    begun, finished = _whole_runs(connection)
    if finished:
        return Following(replace(request, everything=True, followed=True), opened)
    return Following(request, opened, BEGUN if begun else "")


def rests(ledger: Ledger, task: Task, now: str) -> bool:
    """Whether a costly list was read so recently that it is left alone."""
    known = ledger.state(task.resource.name, task.scope)
    if not task.resource.rest or known.as_of is None or known.state == FAILED:
        return False
    return parse_instant(now) - parse_instant(known.as_of) < task.resource.rest


def _opened(campaigns: list[CampaignRef], connection: sqlite3.Connection) -> list[CampaignRef]:
    """Campaigns one of whose lists was read whole for them alone, though the project's list holds it, too."""
    shared = {one.name for one in CATALOGUE if one.project and one.by_campaign is not None}
    states = Ledger(connection).states()
    scopes = {state.scope for state in states if state.completed_at is not None and state.resource in shared}
    return [ref for ref in campaigns if campaign_scope(ref.id) in scopes]


def _whole_runs(connection: sqlite3.Connection) -> tuple[bool, bool]:
    """Whether a run over the whole project was ever begun, and whether one came to its end."""
    row = connection.execute(
        "select count(*), coalesce(sum(json_extract(report, '$.ended') = 0), 0) from"
        " (select case when json_valid(request) then request end as request,"
        " case when json_valid(report) then report end as report from sync_runs)"
        " where json_extract(request, '$.everything') and json_extract(request, '$.only') is null"
    ).fetchone()
    return bool(row[0]), bool(row[1])
