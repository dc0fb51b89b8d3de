"""Campaigns' summaries: one strategy that reads them and says before what that costs."""

from collections.abc import Coroutine
from typing import Any

from store.api.errors import ApiError, BadRequest, ConnectionLost, NotUnderstood, ServerError, TimedOut
from store.cache.ledger import PARTIAL, PROJECT, campaign_scope
from store.sync.abreast import side_by_side
from store.sync.context import SyncContext
from store.sync.pricing import Bound, Price
from store.sync.report import ResourceReport
from store.sync.summary_reading import SPLITS, ShareSpent, SummaryReading
from store.sync.summary_wants import SERIES_DAYS, SummaryShare, SummaryWants
from store.words import counted

_NAMED = "one call for its lifetime total and one for each of the last days; fewer where nothing happened"
_PRICE_TOLD = Price(0, Bound.AT_LEAST, "the lists tell them; one call for a campaign whose redemptions cannot be read")
_TOTALS = "lifetime totals, one call a campaign"
_SPLIT = "to find the days without a usable number in {}"
_OF_ONE = (BadRequest, ConnectionLost, NotUnderstood, ServerError, TimedOut)
"""Failures that may be of one campaign's summary alone."""
_TOO_MANY = 3
_NAMES = 3


class CampaignSummaries:
    """The lifetime totals and last days of named campaigns, then the lifetime totals of others.

    Args:
        wants: what the cache lacks.
        share: which summaries the run asks for.
    """

    def __init__(self, wants: SummaryWants, share: SummaryShare) -> None:
        self._wants, self._share = wants, share
        self._named = wants.campaigns(share.named)
        self._lacking = [] if share.totals == 0 else wants.totals(share)
        self._totals = self._lacking[: share.totals]

    def prices(self) -> list[tuple[str, Price]]:
        """What `read` costs at most, by scope."""
        found, left = [], self._share.calls
        for campaign in self._named:
            calls = 1 + self._wants.day_calls(campaign.id)
            calls = calls if left is None else min(calls, left)
            left = None if left is None else left - calls
            if not calls:
                break
            found.append((campaign_scope(campaign.id), Price(calls, Bound.AT_MOST, _NAMED)))
        if self._share.told:
            found.append((PROJECT, _PRICE_TOLD))
        elif self._share.totals != 0:
            found.append((PROJECT, _price_totals(len(self._totals), len(self._lacking), Bound.EXACT)))
        asked = [*(campaign.id for campaign in self._named), *self._totals]
        if unusable := self._wants.unusable_totals(asked):
            price = Price(SPLITS, Bound.AT_MOST, _SPLIT.format(counted(len(unusable), "lifetime total")))
            found.append((PROJECT, price))
        return found

    async def read(self, context: SyncContext, report: ResourceReport) -> None:
        """Ask for them.

        Raises:
            ApiError: reading stopped; what was fetched is kept. One campaign whose summary fails stops nothing.
        """
        reading, failures = SummaryReading(context, self._wants, report), _Failures()
        try:
            await self._read(reading, failures, report)
        finally:
            failures.tell(report)

    async def _read(self, reading: SummaryReading, failures: "_Failures", report: ResourceReport) -> None:
        reading.left = self._share.calls
        for done, campaign in enumerate(self._named):
            try:
                await failures.step_over(campaign.id, _read_whole(reading, campaign.id))
            except ShareSpent:
                report.note(
                    f"summaries were read for {done:,} of {len(self._named):,} opened campaigns; the next runs read"
                    " the others; `promoscope sync --campaign ID` reads one now"
                )
                break
        reading.left = None
        self._note_left_out(report)
        await side_by_side(
            self._totals,
            lambda campaign_id: failures.step_over(campaign_id, reading.read_total(campaign_id)),
            reading.width,
        )

    def _note_left_out(self, report: ResourceReport) -> None:
        share = self._share
        if len(self._totals) < len(self._lacking):
            report.note(
                f"lifetime totals were asked for {len(self._totals):,} of the {len(self._lacking):,} campaigns that"
                " lack them; the next runs read more; `promoscope sync --all` asks for all"
            )
        elif share.told and (unread := self._wants.summarised(unread=True)):
            report.note(
                f"the summaries of {counted(unread, 'campaign')} were not read: their lists tell the same, but for"
                " validations and deleted codes; `promoscope sync --campaign ID` reads one, `--all --full` all"
            )
        elif share.everyone and self._wants.summarised() > len(share.named):
            report.note(
                f"day by day for {counted(len(share.named), 'campaign')} opened or named before, lifetime totals for"
                " all; `promoscope sync --campaign ID` reads the days of another"
            )


async def _read_whole(reading: SummaryReading, campaign_id: str) -> None:
    if await reading.read_total(campaign_id):
        await reading.fill(campaign_id)


class _Failures:
    """The campaigns whose summaries failed; three in a row, as they were asked for, are the server's."""

    def __init__(self) -> None:
        self._failed: dict[str, ApiError] = {}
        self._asked = 0
        self._numbers: set[int] = set()

    async def step_over(self, campaign_id: str, reading: Coroutine[Any, Any, object]) -> None:
        """Read one campaign's; a failure is kept for the report.

        Raises:
            ApiError: three in a row failed, or the failure speaks for all lists.
        """
        number, self._asked = self._asked, self._asked + 1
        try:
            await reading
        except _OF_ONE as failed:
            self._numbers.add(number)
            self._failed[campaign_id] = failed
            if any(
                set(range(first, first + _TOO_MANY)) <= self._numbers
                for first in range(number - _TOO_MANY + 1, number + 1)
            ):
                raise

    def tell(self, report: ResourceReport) -> None:
        """Say what failed in the report."""
        if self._failed:
            ids, first = list(self._failed), next(iter(self._failed.values()))
            named = ", ".join(ids[:_NAMES]) + (", …" if len(ids) > _NAMES else "")
            what = f"{counted(len(ids), 'summary', 'summaries')} could not be read ({named})"
            report.worsen(PARTIAL, f"{what}; the next run asks again. {first.sentence}")


def price_unseen(share: SummaryShare, campaigns: int | None) -> list[tuple[str, Price]]:
    """What the summaries cost of campaigns that the cache does not hold yet.

    Args:
        share: which the run asks for.
        campaigns: how many there are; None where that was not counted.
    """
    found = [
        (campaign_scope(one.id), Price(1 + SERIES_DAYS, Bound.AT_MOST, _NAMED)) for one in share.named
    ]  # fmt: skip
    if share.told:
        found.append((PROJECT, _PRICE_TOLD))
    elif share.totals != 0:
        lacking = (campaigns or 0) - len(share.named)
        calls = lacking if share.totals is None else min(lacking, share.totals)
        found.append((PROJECT, _price_totals(calls, lacking, Bound.AT_MOST)))
    return found


def _price_totals(calls: int, lacking: int, bound: Bound) -> Price:
    more = f": {calls:,} of {lacking:,} that lack one, more in later runs" if calls < lacking else ""
    return Price(calls, bound, f"{_TOTALS}{more}")
