"""The dashboard's panels as declarations, so that a campaign type names them in its own order."""

from tui.campaigns.panels import charts, details, loyalty, money, promotion, referral
from tui.kit.bodies import box, chart

ACTIVITY_TITLE = "Validations, redemptions, rollbacks, publications"
OVERVIEW_TITLE = "Publications, messages delivered, redemptions by distributions"


DETAILS = box("Campaign details", details.campaign_details)
OTHER_FIELDS = box("Other fields", details.other_fields)
ACCESS = box("Access settings", details.access_settings)
DISTRIBUTION = box("Distribution overview", money.distribution_panel("Distribution overview"))
OVERVIEW = box(OVERVIEW_TITLE, money.distribution_panel(OVERVIEW_TITLE))
DISCOUNT_BUDGET = box("Budget management", money.discount_budget)
GIFT_BUDGET = box("Budget management", money.gift_budget)
ACTIVITY = chart(ACTIVITY_TITLE, charts.activity_chart(ACTIVITY_TITLE))
VOUCHERS = chart("Vouchers created/deleted", charts.vouchers_chart)
POINT_EXPIRATION = box("Campaign point expiration", loyalty.point_expiration)
TOTAL_POINTS = box("Total points", loyalty.total_points)
REFERRAL_CODES = box("Referral codes", referral.codes_panel)
CONVERSION = box("Conversion event", referral.conversion_event)
NUMBERS = box("Program in numbers", referral.numbers_panel)
TOTAL_REFERRED = chart("Total referred", referral.total_referred)
REWARDS_SUMMARY = box("Referrers rewards summary", referral.rewards_summary)
TOP_REFERRERS = chart("Top 5 referrers", referral.top_five)
REDEMPTION_VALUES = box("Redemption values", promotion.redemption_values)
PROMOTION_ACTIVITY = chart(
    "Validations, redemptions, rollbacks",
    charts.activity_chart("Validations, redemptions, rollbacks", publications=False),
)
