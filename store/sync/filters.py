"""How a campaign's list is narrowed: one filter after the other, until the server honours one."""

from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from store.api.errors import BadRequest
from store.api.pages import Listing, Page, read_pages
from store.cache.writer import Writer
from store.sync.resource import Task

if TYPE_CHECKING:
    from store.api.client import ApiClient


class Filters:
    """The filters of one task.

    Args:
        task: resource and scope.
        writer: of its table; knows whose records are cached.
    """

    def __init__(self, task: Task, writer: Writer) -> None:
        self._task = task
        self._writer = writer
        self._filters = task.filters

    def __len__(self) -> int:
        return len(self._filters)

    def is_last(self, number: int) -> bool:
        """Whether no other filter is left to try."""
        return number == len(self._filters) - 1

    def by(self, listing: Listing, number: int) -> Listing:
        """The same listing by another filter."""
        return replace(listing, params=(*self._task.resource.paging.params, *self._filters[number]))

    def ignored(self, page: Page) -> bool:
        """Whether a campaign's first page is empty or full of other campaigns' rows."""
        campaign = self._task.campaign
        if campaign is None or self._task.resource.table.campaign_column is None:
            return False
        if not page.rows:
            return True
        return not self._writer.any_of_campaign(page.rows, campaign.id, campaign.name)

    async def count(self, client: "ApiClient", until: str | None = None) -> tuple[int, int | None]:
        """The first filter that the server honours, and how many records it counts with it, one call a filter tried.

        Args:
            client: asks.
            until: only records created before this instant.

        Raises:
            ApiError: no filter was answered.
        """
        listing = replace(self._task.listing(), limit=1, before=until)
        for number in range(len(self._filters)):
            try:
                async with aclosing(read_pages(client, self.by(listing, number))) as pages:
                    page = await anext(pages)
            except BadRequest:
                if self.is_last(number):
                    raise
                continue
            if self.is_last(number) or not self.ignored(page):
                return number, page.total
        raise AssertionError("the last filter is never passed over")
