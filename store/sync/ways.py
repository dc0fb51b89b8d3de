"""How a task's list is asked for: its pages in either direction, narrowed to a campaign one way or another."""

from contextlib import aclosing
from dataclasses import replace

from store.api.client import ApiClient
from store.api.errors import BadRequest
from store.api.pages import Listing, Page, PagingStyle, read_pages
from store.cache.writer import Writer
from store.sync.descent import OVERLAP
from store.sync.session import earlier
from store.sync.tasks import Task


class Ways:
    """The listings of one task.

    Args:
        task: resource and scope.
        writer: of its table; tells whose records are.
    """

    def __init__(self, task: Task, writer: Writer) -> None:
        self._task = task
        self._resource = task.resource
        self._writer = writer
        self._ways = task.resource.ways(task.campaign)

    def __len__(self) -> int:
        return len(self._ways)

    def is_last(self, way: int) -> bool:
        """Whether no other way is left to try."""
        return way == len(self._ways) - 1

    def listing(self, *, ascending: bool, after: str | None = None) -> Listing:
        """The list by the first way, from a watermark on where one is given."""
        path, params = self._ways[0]
        numbered = self._resource.style is PagingStyle.KEYSET and not ascending
        return Listing(
            path=path,
            keys=self._resource.keys,
            style=PagingStyle.PAGE if numbered else self._resource.style,
            params=params,
            page_cap=self._resource.page_cap,
            order=(self._resource.order if ascending else self._resource.newest) or None,
            time_field=self._resource.time_field,
            after=earlier(after, OVERLAP) if after else None,
        )

    def by(self, listing: Listing, way: int) -> Listing:
        """The same listing by another way."""
        path, params = self._ways[way]
        return replace(listing, path=path, params=params)

    def turns_back(self, page: Page) -> bool:
        """Whether a campaign's first page is empty or full of other campaigns' rows."""
        campaign = self._task.campaign
        if campaign is None or self._resource.table.campaign_column is None:
            return False
        if not page.rows:
            return True
        return not self._writer.any_of_campaign(page.rows, campaign.id, campaign.name)

    async def count(self, client: ApiClient, until: str) -> tuple[int, int | None]:
        """The first way that the server honours, and how many records created before an instant it counts.

        Raises:
            ApiError: no way was answered.
        """
        for way in range(len(self._ways)):
            listing = replace(self.by(self.listing(ascending=True), way), limit=1, before=until)
            try:
                async with aclosing(read_pages(client, listing)) as pages:
                    page = await anext(pages)
            except BadRequest:
                if self.is_last(way):
                    raise
                continue
            if self.is_last(way) or not self.turns_back(page):
                return way, page.total
        raise AssertionError("the last way is never passed over")
