"""The campaign beside the list: what it is, five key figures and its last fourteen days."""

from datetime import datetime, tzinfo

from store import words as fmt
from store.days import local_time
from store.domain.discount import has_tiers
from store.queries.campaigns import SPARK_DAYS, CampaignRow
from store.words import DateSpan
from tui.campaign_kit.status_words import long_status
from tui.campaigns.panels.money import limit_in_short
from tui.campaigns.rows import dates_words, moment, total_words
from tui.campaigns.types import spec_for
from tui.kit.asking import ask
from tui.kit.figures import source_words, value_field
from tui.kit.services import AppServices
from widgets.chart.plot import ChartSeries, ChartSpec
from widgets.panel.panel import Field, PanelData
from widgets.panel.panel_and_chart import PanelAndChart

_NO_ATTEMPTS = "no redemptions yet"
NEVER_READ = "Redemptions are not synced yet. r reads them."


class CampaignPreview(PanelAndChart):
    """One campaign in short."""

    def __init__(self, campaign: CampaignRow, services: AppServices) -> None:
        zone, now = services.zone, services.now()
        self._services = services
        self._campaign = campaign
        super().__init__(preview_data(campaign, zone, now), preview_chart(campaign, zone, now))

    def on_mount(self) -> None:
        """Ask what the campaign's limits leave."""
        self.show(self._campaign)

    def show(self, campaign: CampaignRow) -> None:
        """Show another campaign, once it is known what its limits leave; the one before it stays meanwhile."""
        self._campaign = campaign
        services = self._services

        def read() -> Field | None:
            return limit_in_short(services.reader, campaign.id, services.zone, services.settings.currency)

        def draw(limit: Field | None) -> None:
            zone, now = services.zone, services.now()
            self.show_parts(preview_data(campaign, zone, now, limit), preview_chart(campaign, zone, now))

        # Where it fails, the list itself says what is wrong with the cache.
        ask(self, read, draw, group="limit", failed=lambda _: draw(None))


def preview_data(campaign: CampaignRow, zone: tzinfo, now: datetime, limit: Field | None = None) -> PanelData:
    """The words and figures of the preview; `limit` is what the tightest limit leaves."""
    spec = spec_for(campaign.campaign_type)
    known, unread = campaign.redemptions is not None, campaign.redemptions_why
    so_far = "so far: not all rows are synced" if known and not campaign.complete else ""
    no_codes = "its tiers need no codes" if has_tiers(campaign.document) else ""
    redeemed = total_words(campaign.redemptions, complete=campaign.complete)
    published = total_words(campaign.publications, complete=campaign.publications_complete)
    fields = [
        Field("Type", f"{spec.glyph} {spec.title}"),
        Field("Status", long_status(campaign.status)),
        value_field("Value", campaign.value_text, role="text"),
        Field("Dates", dates_words(campaign, zone)),
        Field("Redeemed", redeemed, "strong", substitute=so_far or ("" if known else unread)),
        value_field("Success", fmt.percent(campaign.success_permille, 1000), _NO_ATTEMPTS if known else unread),
        value_field("Vouchers", fmt.count(campaign.vouchers_count), no_codes),
        value_field("Published", published, no_codes or campaign.publications_why),
        value_field("14 days", fmt.count(recent(campaign)), campaign.days_of or unread),
    ]
    if campaign.category:
        fields.insert(4, Field("Category", campaign.category))
    if limit is not None:
        fields.append(limit)
    if campaign.missing_since is not None:
        fields.append(Field("Gone", f"no longer returned, seen {fmt.age(moment(campaign.missing_since), now)}", "warn"))
    note = source_words(campaign.source, campaign.as_of, now)
    if campaign.redemptions is None:
        fields.append(Field("", NEVER_READ, "muted"))
    return PanelData(campaign.display_name, tuple(fields), source_note=note, foot_note="enter opens")


def preview_chart(campaign: CampaignRow, zone: tzinfo, now: datetime) -> ChartSpec:
    """Succeeded redemptions of the last fourteen days."""
    dates = tuple(DateSpan.last(SPARK_DAYS, local_time(now, zone).date()))
    series = ChartSeries("redemptions", campaign.spark)
    return ChartSpec(
        "Redemptions",
        (series,),
        dates=dates,
        unit="redemptions",
        range_note="14 days",
        empty_note=f"Not shown: {campaign.days_of}." if campaign.days_of else NEVER_READ,
    )


def recent(campaign: CampaignRow) -> int | None:
    """Succeeded redemptions of the last fourteen days; None when nothing is known of them."""
    known = [value for value in campaign.spark if value is not None]
    return sum(known) if known else None
