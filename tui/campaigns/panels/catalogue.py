"""The dashboard's panels as declarations, so that a campaign type names them in its own order."""

from collections.abc import Callable

from textual.widget import Widget

from tui.campaigns.context import CampaignContext
from tui.campaigns.panels import charts, details, loyalty, money, promotion, referral
from tui.kit.bodies import LoadedChart, LoadedPanel, LoadedStats
from tui.kit.spec import PanelSpec
from widgets.chart.bars import BarSpec
from widgets.chart.plot import ChartSpec
from widgets.panel.panel import PanelData
from widgets.panel.stats import StatData

ACTIVITY_TITLE = "Validations, redemptions, rollbacks, publications"
OVERVIEW_TITLE = "Publications, messages delivered, redemptions by distributions"


def _box(panel_id: str, title: str, load: Callable[[CampaignContext], PanelData]) -> PanelSpec[CampaignContext]:
    return PanelSpec(panel_id, title, lambda context: LoadedPanel(title, context, load))


def _chart(
    panel_id: str, title: str, load: Callable[[CampaignContext], ChartSpec | BarSpec]
) -> PanelSpec[CampaignContext]:
    return PanelSpec(panel_id, title, lambda context: LoadedChart(panel_id, title, context, load), wide=True)


def stats(load: Callable[[CampaignContext], list[StatData]]) -> Callable[[CampaignContext], Widget]:
    """A builder for the figures above the panels."""
    return lambda context: LoadedStats(context, load)


DETAILS = _box("details", "Campaign details", details.campaign_details)
OTHER_FIELDS = _box("other-fields", "Other fields", details.other_fields)
ACCESS = _box("access", "Access settings", details.access_settings)
DISTRIBUTION = _box("distribution", "Distribution overview", money.distribution_panel("Distribution overview"))
OVERVIEW = _box("overview", OVERVIEW_TITLE, money.distribution_panel(OVERVIEW_TITLE))
DISCOUNT_BUDGET = _box("budget", "Budget management", money.discount_budget)
GIFT_BUDGET = _box("budget", "Budget management", money.gift_budget)
ACTIVITY = _chart("activity", ACTIVITY_TITLE, charts.activity_chart(ACTIVITY_TITLE))
VOUCHERS = _chart("vouchers-chart", "Vouchers created/deleted", charts.vouchers_chart)
POINT_EXPIRATION = _box("point-expiration", "Campaign point expiration", loyalty.point_expiration)
TOTAL_POINTS = _box("total-points", "Total points", loyalty.total_points)
REFERRAL_CODES = _box("referral-codes", "Referral codes", referral.codes_panel)
CONVERSION = _box("conversion", "Conversion event", referral.conversion_event)
NUMBERS = _box("numbers", "Program in numbers", referral.numbers_panel)
TOTAL_REFERRED = _chart("referred", "Total referred", referral.total_referred)
REWARDS_SUMMARY = _box("rewards-summary", "Referrers rewards summary", referral.rewards_summary)
TOP_REFERRERS = _chart("top-referrers", "Top 5 referrers", referral.top_five)
REDEMPTION_VALUES = _box("redemption-values", "Redemption values", promotion.redemption_values)
PROMOTION_ACTIVITY = _chart(
    "activity",
    "Validations, redemptions, rollbacks",
    charts.activity_chart("Validations, redemptions, rollbacks", publications=False),
)
