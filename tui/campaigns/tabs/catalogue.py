"""The tabs as declarations, so that a campaign type names them in its own order, under the dashboard's own names."""

from store.queries.activity import CAMPAIGN_SOURCES
from tui.campaign_kit.lists import codes, points, traffic
from tui.campaign_kit.rules_tab import RulesTab, count_rules
from tui.campaigns.lists import people, programs
from tui.campaigns.panels.charts import vouchers_chart
from tui.campaigns.panels.headline import headline
from tui.campaigns.tabs import analytics_charts as charts
from tui.campaigns.tabs import programs as program_tabs
from tui.campaigns.tabs.metadata import campaign_metadata
from tui.kit.activity.tab import activity_tab
from tui.kit.analytics_tab import AnyChart, analytics
from tui.kit.context import SubjectContext
from tui.kit.lists.query import count_rows
from tui.kit.lists.tab import list_tab
from tui.kit.metadata_tab import metadata_tab
from tui.kit.spec import TabSpec

VOUCHERS = list_tab("vouchers", "Vouchers", codes.DISCOUNT_CODES)
ANY_CODES = list_tab("vouchers", "Vouchers", codes.ANY_CODES)
GIFT_CARDS = list_tab("vouchers", "Vouchers", codes.GIFT_CODES)
LOYALTY_CARDS = list_tab("loyalty-cards", "Loyalty cards", codes.LOYALTY_CARDS)
REFERRAL_CODES = list_tab("referral-codes", "Referral codes", codes.REFERRAL_CODES)
REDEMPTIONS = list_tab("redemptions", "Redemptions", traffic.REDEMPTION_ROWS)
TIER_REDEMPTIONS = list_tab("redemptions", "Redemptions", traffic.TIER_REDEMPTIONS)
CREDIT_REDEMPTIONS = list_tab("redemptions", "Redemptions", traffic.GIFT_REDEMPTIONS)
PUBLICATIONS = list_tab("publications", "Publications", traffic.PUBLICATION_ROWS)
DISTRIBUTIONS = list_tab("distributions", "Distributions", traffic.DISTRIBUTION_ROWS)
ANY_TRANSACTIONS = list_tab("transactions", "Transactions", traffic.ANY_TRANSACTIONS)
CREDIT_TRANSACTIONS = list_tab("transactions", "Transactions", traffic.GIFT_TRANSACTIONS)
POINT_TRANSACTIONS = list_tab("transactions", "Transactions", traffic.POINTS_TRANSACTIONS)
PARTICIPANTS = list_tab("participants", "Participants", people.PARTICIPANT_ROWS)
REFERRERS = list_tab("referrers", "Referrers", people.REFERRER_ROWS)
REFEREES = list_tab("referees", "Referees", people.REFEREE_ROWS)
PROMOTION_TIERS = list_tab("tiers", "Tiers", programs.TIER_ROWS)
EARNING_RULES = list_tab("earning-rules", "Earning rules", programs.EARNING_RULE_ROWS)
REWARDS_CATALOG = list_tab("rewards-catalog", "Rewards catalog", programs.REWARD_ROWS)
REWARD_REDEMPTIONS = list_tab("reward-redemptions", "Reward redemptions", programs.REWARD_REDEMPTION_ROWS)

LOYALTY_TIERS = TabSpec("tiers", "Tiers", program_tabs.loyalty_tiers, program_tabs.count_loyalty_tiers)
POINTS_EXPIRATION = TabSpec(
    "points-expiration", "Points expiration", program_tabs.expiration_tab, count_rows(points.EXPIRATION_ROWS)
)
PENDING_POINTS = TabSpec("pending-points", "Pending points", program_tabs.pending_tab, count_rows(points.PENDING_ROWS))
REFERRAL_REWARDS = TabSpec("rewards", "Rewards", program_tabs.referral_rewards)
REFERRAL_REWARD_REDEMPTIONS = TabSpec(
    "reward-redemptions",
    "Reward redemptions",
    program_tabs.referral_reward_redemptions,
    count_rows(programs.REFERRAL_REWARD_ROWS),
)

RULES = TabSpec("rules", "Rules", RulesTab, count_rules)
METADATA = metadata_tab(campaign_metadata)
ACTIVITY = activity_tab(CAMPAIGN_SOURCES, "campaigns")
_OVER_TIME = (
    charts.redemptions_by_result, charts.success_rates, charts.validations_by_result, charts.rollbacks_by_result,
)  # fmt: skip
_OF_CODES = (charts.publications_by_result, vouchers_chart)
"""Charts of types that make codes and publish them."""
_BY_WHOM = (charts.failure_codes, charts.channels, charts.new_and_returning, charts.top_customers)
_WHO_AND_WHY = (*_BY_WHOM, charts.top_codes)


def _analytics(headline_discount: bool, *shown: AnyChart) -> TabSpec[SubjectContext]:
    build = analytics(shown, headline(discount=headline_discount))
    return TabSpec("analytics", "Analytics", build, by_period=True)


DISCOUNT_ANALYTICS = _analytics(
    True, *_OVER_TIME, charts.orders_and_discount, *_OF_CODES, *_WHO_AND_WHY, charts.published_through
)
GIFT_ANALYTICS = _analytics(
    False, *_OVER_TIME, charts.orders_and_credit, charts.credit_moved, *_OF_CODES, *_WHO_AND_WHY,
    charts.published_through,
)  # fmt: skip
LOYALTY_ANALYTICS = _analytics(
    False, *_OVER_TIME, charts.orders_value, charts.points_given, charts.points_taken, *_OF_CODES, charts.rewards,
    *_WHO_AND_WHY,
)  # fmt: skip
PROMOTION_ANALYTICS = _analytics(True, *_OVER_TIME, charts.orders_and_discount, charts.tiers, *_BY_WHOM)
