"""A synced sandbox world beside its own ground truth: what the tests of agreeing numbers ask."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from store.queries.campaigns import CampaignRow, list_campaigns
from store.queries.reader import Reader
from store.queries.rows import RowList, RowView
from store.queries.series import Series, campaign_span, daily_series
from store.ref import Ref
from store.sandbox.world import Sizes
from store.sync.request import SyncRequest
from store.words import Bucket, DateSpan
from tests.support.syncing import NOW, ZONE, Project

KINDS = ("DISCOUNT_COUPONS", "GIFT_VOUCHERS", "LOYALTY_PROGRAM", "REFERRAL_PROGRAM", "PROMOTION")
TODAY = NOW.astimezone(ZONE).date()
REDEMPTIONS = ("redemptions_succeeded", "redemptions_failed", "rollbacks_succeeded", "rollbacks_failed")
AMOUNTS = ("orders_amount", "orders_rolledback_amount", "discounted_amount", "rolledback_discounted_amount")
PUBLICATIONS = ("publications_succeeded", "publications_failed")
VOUCHERS = ("vouchers_created", "vouchers_deleted")
METRICS = (*REDEMPTIONS, *AMOUNTS, *PUBLICATIONS, *VOUCHERS)
WHOLE = SyncRequest(everything=True, via="pages")
"""Every list, page by page."""


@dataclass
class Synced:
    """A project, its cache and the questions both can answer."""

    project: Project
    reader: Reader
    campaigns: list[CampaignRow]

    @property
    def connection(self) -> sqlite3.Connection:
        """The cache, read-only."""
        return self.reader.connection

    def of(self, kind: str) -> list[CampaignRow]:
        """The campaigns of a type; there are some."""
        found = [campaign for campaign in self.campaigns if campaign.campaign_type == kind]
        assert found, kind
        return found

    def truth(self, campaign_id: str, measure: str) -> int:
        """The world's own total."""
        return self.project.world.truth.total(campaign_id, measure)

    def span(self, campaign_id: str) -> DateSpan:
        """The campaign's whole life in local days."""
        return campaign_span(self.connection, campaign_id, TODAY, ZONE)

    def series(self, campaign_id: str, bucket: Bucket = Bucket.DAY) -> dict[str, Series]:
        """Every metric over the campaign's whole life."""
        return daily_series(self.connection, campaign_id, METRICS, self.span(campaign_id), bucket)

    def rows(self, view: RowView, campaign_id: str) -> int:
        """The row count a tab shows."""
        return RowList(self.reader, view, Ref.campaign(campaign_id)).count()


@contextmanager
def synced(path: Path, sizes: Sizes, request: SyncRequest) -> Iterator[Synced]:
    """A world and what a complete sync of it brings."""
    project = Project(path, sizes)
    project.copy_synced(request)
    reader = Reader(path, ZONE, project.clock)
    try:
        yield Synced(project, reader, list_campaigns(reader.connection, NOW, ZONE))
    finally:
        reader.close()
