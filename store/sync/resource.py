"""What a resource is: one list of the API, how it is kept up to date, for whom and when; and a task, one such reading.

The catalogue declares them; the engine and the planner know no more of a list than what is declared here.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from store.api.addresses import segment
from store.api.pages import Listing, PagingStyle
from store.cache.columns import TableSpec
from store.cache.ledger import (
    FAILED,
    FULL_REFRESH,
    PROJECT,
    Ledger,
    SyncCheckpoint,
    campaign_scope,
    customer_scope,
    voucher_scope,
)
from store.days import parse_instant
from store.sync.context import LOOKBACK_WINDOW, ActiveRun, earlier
from store.sync.export_mappings import ExportMapping
from store.sync.pricing import Price, RowCount
from store.sync.request import CampaignRef, SyncRequest
from store.sync.resume import Gap, Resume, Window, load_window

Params = tuple[tuple[str, str], ...]
CAMPAIGN_TYPES = frozenset(
    {"DISCOUNT_COUPONS", "GIFT_VOUCHERS", "LOYALTY_PROGRAM", "REFERRAL_PROGRAM", "PROMOTION"}
)  # fmt: skip
"""The documented ones."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a list is read.

    Attributes:
        routine: by every sync, not only for named campaigns or `--all`.
        min_interval: after a reading it is left alone for so long, unless a full one is asked for.
        with_campaigns: for the project when any campaign is named.
        needs_people: read completely when a campaign is named whose participants or referees only customers show.
        optional: not every project or role has it: being refused is noted and does not make a run partial.
        keeps: how old a campaign's list may grow while the campaign is neither named nor opened and has not changed.
    """

    routine: bool = False
    min_interval: timedelta = timedelta(0)
    with_campaigns: bool = False
    needs_people: bool = False
    optional: bool = False
    keeps: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Paging:
    """How a list is asked for.

    Attributes:
        keys: names the array may have in the answer (API §11.16).
        style: see `PagingStyle`.
        order: ascending order to read in; empty when the endpoint has none.
        newest: descending order, for reading from the newest where dates do not help.
        page_cap: the last page the API serves.
        time_field: where a record says when it was created.
        params: sent with every page.
    """

    keys: tuple[str, ...] = ("data",)
    style: PagingStyle = PagingStyle.PAGE
    order: str = ""
    newest: str = ""
    page_cap: int = 100
    time_field: str = "created_at"
    params: Params = ()


@dataclass(frozen=True, slots=True)
class Scoping:
    """Whose records a list holds.

    Attributes:
        by_campaign: parameter sets that narrow it to one campaign, tried in turn; None when it cannot be.
        types: campaign types it exists for; None for all.
        project: whether it can be read for the project.
        tells_campaign: whether every record of the project's list names its campaign.
        by_code: parameters that narrow it to the code of an id; None where the path does.
        per_code: for lists that exist code by code: the codes of a campaign (`?1`) to read it for, as SQL that gives
            each one's id, a mark that differs once the code has changed, and its newest change to order by.
    """

    by_campaign: Callable[[CampaignRef], tuple[Params, ...]] | None = None
    types: frozenset[str] | None = None
    project: bool = True
    tells_campaign: bool = True
    per_code: str = ""
    by_code: Callable[[str], Params] | None = None

    def applies_to(self, campaign_type: str) -> bool:
        """Whether a campaign of this type has such records; unknown types are given the benefit of the doubt."""
        unknown = campaign_type not in CAMPAIGN_TYPES
        return self.types is None or campaign_type in self.types or (unknown and self.by_campaign is not None)


@dataclass(frozen=True, slots=True)
class Known:
    """What decides how a list is read before anything is asked: the plan and the run look at the same.

    Attributes:
        task: the list.
        ledger: where it comes from.
        request: what is asked.
        own: the ledger's row for the list.
        state: where the reading starts from: its own, or what the project's reading holds for a campaign that was
            never read alone. Whoever reads then first compares how many records its own filter counts.
        begun: the complete reading that was cut off and is resumed.
    """

    task: "Task"
    ledger: Ledger
    request: SyncRequest
    own: SyncCheckpoint
    state: SyncCheckpoint
    begun: Window | None

    @property
    def from_start(self) -> bool:
        """Whether the list is to be read from its beginning."""
        return self.request.full or self.state.completed_at is None

    @property
    def numbered(self) -> bool:
        """Whether all of the list is read in pages that say how many rows there are."""
        counted = self.task.resource.paging.style in (PagingStyle.PAGE, PagingStyle.KEYSET)
        return counted and not isinstance(self.resume, Gap)

    @property
    def seen(self) -> int:
        """How many records the complete reading has returned so far."""
        return self.ledger.seen_count(self.task.resource.name, self.task.scope)

    @property
    def borrowed(self) -> bool:
        """Whether the reading starts from the project's."""
        return self.state is not self.own

    @property
    def resume(self) -> Resume | None:
        """Where the complete reading resumes; None when it begins."""
        return None if self.begun is None else self.begun.resume


class Strategy(ABC):
    """How a list is kept up to date: reads it, and says before what that would cost."""

    @abstractmethod
    async def read(self, task: "Task", run: ActiveRun) -> None:
        """Bring the list up to date and write the ledger's verdict.

        Raises:
            ApiError: reading stopped; what was read is kept.
        """

    def counts(self, known: Known) -> bool:
        """Whether the price depends on how many rows there are: of a list code by code, on how many codes."""
        return known.from_start and known.numbered

    @abstractmethod
    def price(self, known: Known, count: RowCount, /) -> Price:
        """What `read` would cost.

        Args:
            known: what is known of the list.
            count: how many rows there are, where they were counted.
        """


@dataclass(frozen=True, slots=True)
class AtOnce:
    """One reading of the project in place of a call or more for each campaign.

    Attributes:
        strategy: reads it.
        above: for more campaigns than so many it costs fewer calls.
        always: also where campaigns were named; otherwise only where all of them are asked for.
    """

    strategy: Strategy
    above: int
    always: bool = False


@dataclass(frozen=True)
class Resource:
    """One list of the API and the table that mirrors it.

    Attributes:
        table: where its records go; its name is the resource's name.
        path: list endpoint; `{campaign}` stands for the campaign id, `{member}` for a code's id, `{customer}` for a
            customer's, `{code}` for a code's.
        strategy, paging, schedule, scoping: see there.
        export: the export that can stand in for it, if one carries enough.
        at_once: how the lists of many campaigns are read together, where that can be.
        no_export: why none does, in words for the plan.
    """

    table: TableSpec
    path: str
    strategy: Strategy
    paging: Paging = field(default_factory=Paging)
    schedule: Schedule = field(default_factory=Schedule)
    scoping: Scoping = field(default_factory=Scoping)
    export: ExportMapping | None = None
    at_once: AtOnce | None = None
    no_export: str = "there is no export of it"

    @property
    def name(self) -> str:
        """The resource's name: its table's."""
        return self.table.name

    def filters(self, campaign: CampaignRef | None) -> tuple[Params, ...]:
        """Parameters to ask for a campaign's records with, in the order to try them."""
        narrow = self.scoping.by_campaign
        return ((),) if campaign is None or narrow is None else narrow(campaign)

    def listing(self, campaign: CampaignRef | None = None, *, newest: bool = False) -> Listing:
        """The list by the first filter, in its own order or from the newest back."""
        paging = self.paging
        return Listing(
            path=self.path if campaign is None else self.path.replace("{campaign}", segment(campaign.id)),
            keys=paging.keys,
            style=PagingStyle.PAGE if newest and paging.style is PagingStyle.KEYSET else paging.style,
            params=(*paging.params, *self.filters(campaign)[0]),
            page_cap=paging.page_cap,
            order=(paging.newest if newest else paging.order) or None,
            time_field=paging.time_field,
        )


@dataclass(frozen=True, slots=True)
class Task:
    """One list to read: a resource for the project, for one campaign, one customer or one code.

    Attributes:
        kept: of a campaign that is neither named nor opened: left alone while nothing says that it has changed.
        spare: only read where the project's reading of the same resource was refused.
    """

    resource: Resource
    campaign: CampaignRef | None = None
    customer_id: str | None = None
    voucher_id: str | None = None
    kept: bool = False
    spare: bool = False

    @property
    def strategy(self) -> Strategy:
        """How it is read."""
        at_once = self.resource.at_once
        whole = self.scope == PROJECT and at_once is not None
        return at_once.strategy if whole and at_once is not None else self.resource.strategy

    @property
    def scope(self) -> str:
        """The ledger's name for it."""
        if self.customer_id is not None:
            return customer_scope(self.customer_id)
        if self.voucher_id is not None:
            return voucher_scope(self.voucher_id)
        return PROJECT if self.campaign is None else campaign_scope(self.campaign.id)

    @property
    def path(self) -> str:
        """Where it is asked for."""
        path = self.resource.path
        for member, identity in (("{customer}", self.customer_id), ("{code}", self.voucher_id)):
            path = path if identity is None else path.replace(member, segment(identity))
        return path if self.campaign is None else path.replace("{campaign}", segment(self.campaign.id))

    @property
    def filters(self) -> tuple[Params, ...]:
        """Parameters to ask for the records of its scope with, in the order to try them."""
        by_code = self.resource.scoping.by_code
        if self.voucher_id is not None and by_code is not None:
            return (by_code(self.voucher_id),)
        return self.resource.filters(self.campaign)

    def listing(self, *, newest: bool = False) -> Listing:
        """The list by the first filter, in its own order or from the newest back."""
        listing = self.resource.listing(newest=newest)
        return replace(listing, path=self.path, params=(*self.resource.paging.params, *self.filters[0]))

    def known(self, ledger: Ledger, request: SyncRequest) -> Known:
        """What is known of the list before it is read."""
        name, scoping = self.resource.name, self.resource.scoping
        own = state = ledger.state(name, self.scope)
        begun = load_window(ledger, name, self.scope, FULL_REFRESH)
        if request.full and begun is not None and isinstance(begun.resume, Gap):
            begun = None
        at_once = self.resource.at_once is not None
        shared = self.campaign is not None and (at_once or (scoping.project and scoping.tells_campaign))
        if shared and not request.full and begun is None and own.completed_at is None:
            project = ledger.state(name, PROJECT)
            if project.completed_at is not None and project.created_watermark is not None:
                state = replace(project, scope=self.scope, total=None)
                if at_once and self.campaign is not None:
                    safe = earlier(project.created_watermark, LOOKBACK_WINDOW)
                    state = replace(state, cursor=ledger.last_id(name, self.campaign.id, safe))
        return Known(self, ledger, request, own, state, begun)

    def is_fresh(self, ledger: Ledger, now: str) -> bool:
        """Whether a costly list was read so recently that it is left alone."""
        schedule, name = self.resource.schedule, self.resource.name
        interval = max(schedule.min_interval, schedule.keeps if self.kept else timedelta(0))
        if not interval:
            return False
        scopes = {self.scope, *([PROJECT] if self.resource.at_once is not None else [])}
        found = [ledger.state(name, scope) for scope in scopes]
        times = [one.as_of for one in found if one.as_of is not None and one.state != FAILED]
        # One that was read in the future was read by a clock that was wrong.
        if not times or not timedelta(0) <= parse_instant(now) - parse_instant(max(times)) < interval:
            return False
        # What changed while the list was read may not be in it.
        changed = self.campaign.changed_at if self.kept and self.campaign is not None else ""
        return changed < earlier(max(times), LOOKBACK_WINDOW)
