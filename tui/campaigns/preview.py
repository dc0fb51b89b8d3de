"""The campaign beside the list: what it is, five key figures and its last fourteen days."""

from datetime import datetime, tzinfo

from textual.containers import Vertical
from textual.widget import Widget

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
from widgets.chart.chart_panel import ChartPanel
from widgets.chart.plot import ChartSeries, ChartSpec
from widgets.panel.panel import DetailPanel, Field, PanelData
from widgets.text.lines import Line

_NO_ATTEMPTS = "no redemptions yet"
NEVER_READ = "Redemptions are not synced yet. r reads them."


class PreviewChart(ChartPanel, can_focus=False):
    """A chart to look at only: it takes no keys, so it names none."""

    def _foot(self) -> Line:
        return ()


class CampaignPreview(Vertical):
    """One campaign in short; `show` changes to another without building anything new."""

    DEFAULT_CSS = """
    CampaignPreview { height: auto; }
    """

    def __init__(self, campaign: CampaignRow, services: AppServices) -> None:
        zone, now = services.zone, services.now()
        self._services = services
        self._campaign = campaign
        self._limit: tuple[str, Field | None] = ("", None)
        self._panel = DetailPanel(preview_data(campaign, zone, now))
        self._chart = PreviewChart(preview_chart(campaign, zone, now))
        children: tuple[Widget, ...] = (self._panel, self._chart)
        super().__init__(*children)

    def on_mount(self) -> None:
        """Ask what the campaign's limits leave."""
        self._read_limit(self._campaign.id)

    def show(self, campaign: CampaignRow) -> None:
        """Show another campaign."""
        self._campaign = campaign
        self._show_panel()
        self._chart.show(preview_chart(campaign, self._services.zone, self._services.now()))
        self._read_limit(campaign.id)

    def _show_panel(self) -> None:
        owner, limit = self._limit
        known = limit if owner == self._campaign.id else None
        self._panel.show(preview_data(self._campaign, self._services.zone, self._services.now(), known))

    def _read_limit(self, campaign_id: str) -> None:
        services = self._services

        def read() -> Field | None:
            return limit_in_short(services.reader, campaign_id, services.zone, services.settings.currency)

        # Where it fails, the list itself says what is wrong with the cache.
        ask(self, read, lambda found: self._show_limit(campaign_id, found), group="limit")

    def _show_limit(self, campaign_id: str, found: Field | None) -> None:
        self._limit = (campaign_id, found)
        self._show_panel()


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
