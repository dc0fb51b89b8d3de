"""The dashboard's panels as declarations, so that a campaign type names them in its own order."""

from tui.campaigns.panels import charts, details, loyalty, money, promotion, referral
from tui.kit.bodies import box, chart

ACTIVITY_TITLE = "Validations, redemptions, rollbacks, publications"
OVERVIEW_TITLE = "Publications, messages delivered, redemptions by distributions"


DETAILS = box("details", "Campaign details", details.campaign_details)
OTHER_FIELDS = box("other-fields", "Other fields", details.other_fields)
ACCESS = box("access", "Access settings", details.access_settings)
DISTRIBUTION = box("distribution", "Distribution overview", money.distribution_panel("Distribution overview"))
OVERVIEW = box("overview", OVERVIEW_TITLE, money.distribution_panel(OVERVIEW_TITLE))
DISCOUNT_BUDGET = box("budget", "Budget management", money.discount_budget)
GIFT_BUDGET = box("budget", "Budget management", money.gift_budget)
ACTIVITY = chart("activity", ACTIVITY_TITLE, charts.activity_chart(ACTIVITY_TITLE))
VOUCHERS = chart("vouchers-chart", "Vouchers created/deleted", charts.vouchers_chart)
POINT_EXPIRATION = box("point-expiration", "Campaign point expiration", loyalty.point_expiration)
TOTAL_POINTS = box("total-points", "Total points", loyalty.total_points)
REFERRAL_CODES = box("referral-codes", "Referral codes", referral.codes_panel)
CONVERSION = box("conversion", "Conversion event", referral.conversion_event)
NUMBERS = box("numbers", "Program in numbers", referral.numbers_panel)
TOTAL_REFERRED = chart("referred", "Total referred", referral.total_referred)
REWARDS_SUMMARY = box("rewards-summary", "Referrers rewards summary", referral.rewards_summary)
TOP_REFERRERS = chart("top-referrers", "Top 5 referrers", referral.top_five)
REDEMPTION_VALUES = box("redemption-values", "Redemption values", promotion.redemption_values)
PROMOTION_ACTIVITY = chart(
    "activity",
    "Validations, redemptions, rollbacks",
    charts.activity_chart("Validations, redemptions, rollbacks", publications=False),
)
