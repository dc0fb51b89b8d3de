"""Words the world is made of, and text as an attacker would write it."""

FIRST_NAMES = (
    "Ada", "Amara", "Ángela", "Anouk", "Ben", "Björn", "Carla", "Chloé", "Dario", "Dorota", "Elif",
    "Emil", "Farah", "Felix", "Grace", "Hana", "Hugo", "Ines", "Ivan", "Jonas", "Júlia", "Kasper",
    "Leila", "Łukasz", "Mai", "Marco", "Nadia", "Noah", "Olga", "Oskar", "Priya", "Quentin", "Rosa",
    "Sami", "Søren", "Tara", "Tomasz", "Uma", "Victor", "Wiktoria", "Yara", "Zoë", "李娜", "健太", "Аня",
)  # fmt: skip
LAST_NAMES = (
    "Adler", "Bauer", "Castillo", "Dubois", "Eriksen", "Fischer", "García", "Haddad", "Ito", "Jansen",
    "Kowalska", "Larsen", "Moreau", "Nowak", "O'Brien", "Okafor", "Petrov", "Quiroga", "Rossi", "Sato",
    "Šimić", "Tanaka", "Ueda", "Vega", "Wójcik", "Yılmaz", "Zhang", "van der Berg",
)  # fmt: skip
CITIES = (
    ("Katowice", "Poland"), ("Warszawa", "Poland"), ("Berlin", "Germany"), ("München", "Germany"),
    ("Paris", "France"), ("Lyon", "France"), ("Madrid", "Spain"), ("Málaga", "Spain"),
    ("London", "United Kingdom"), ("Leeds", "United Kingdom"), ("Oslo", "Norway"), ("Roma", "Italy"),
    ("Gdańsk", "Poland"), ("Praha", "Czechia"),
)  # fmt: skip
THEMES = (
    ("Early Bird", "DISCOUNT_COUPONS"), ("Basket Booster", "PROMOTION"),
    ("Newsletter Thanks", "DISCOUNT_COUPONS"), ("Clearance", "DISCOUNT_COUPONS"),
    ("App Launch", "DISCOUNT_COUPONS"), ("Win-back", "DISCOUNT_COUPONS"),
    ("Gift Card Drop", "GIFT_VOUCHERS"), ("Free Delivery Week", "DISCOUNT_COUPONS"),
    ("Outlet Days", "PROMOTION"), ("Student Deal", "DISCOUNT_COUPONS"),
    ("Invite Round", "REFERRAL_PROGRAM"), ("Store Opening", "DISCOUNT_COUPONS"),
    ("Second Item", "PROMOTION"), ("VIP Preview", "DISCOUNT_COUPONS"),
    ("Partner Codes", "DISCOUNT_COUPONS"), ("Care Package", "GIFT_VOUCHERS"),
    ("Midweek", "DISCOUNT_COUPONS"), ("Garden", "DISCOUNT_COUPONS"),
    ("Back to School", "DISCOUNT_COUPONS"), ("Club Points", "LOYALTY_PROGRAM"),
)  # fmt: skip
PLACES = ("EU", "PL", "DE", "FR", "ES", "UK", "Online", "Flagship", "Outlet", "App")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
CATEGORIES = (
    "Seasonal",
    "Retention",
    "Acquisition",
    "Partners",
    "Clearance",
    "Ünïversal 🎯",
    "[b]Bold[/b] deals",
)

HOSTILE_NAMES = (
    "100 % off / summer",
    "[@click=app.quit]x[/]",
    "[/bold] sale",
    "\x1b[31mred alert",
    "\u202eETATS LAER",
    "zero\u200bwidth\u200djoiner",
    '=HYPERLINK("http://phish.example","free")',
    "Endless " + "very " * 36 + "long name",
    "🎁🎄 Holiday box 👨‍👩‍👧‍👦",
    "夏季折扣 五折限时",
)
"""Names that must never break or act: markup, escapes, bidi, invisible, formula, long, emoji, wide."""

HOSTILE_NOTES = (
    "[@click=app.bell]press me[/]",
    "\x1b]0;owned\x07",
    "+CMD|' /C calc'!A0",
    "\u202egnp.exe",
    "line one\nline two\ttabbed",
    "[link=https://phish.example]here[/link]",
)
HOSTILE_CODES = ("[/red]FREE", "=1+1", "CODE/100%", "ЅАLЕ\u202e05", "gift 🎁 code", "\x1b[2Jwipe")

PRODUCTS = (
    ("prod_0a41dd45dc85fcab10", "brew-01", "Pour-over set", 4_900),
    ("prod_0a41dd45dc85fcab11", "mug-02", "Stoneware mug", 1_600),
    ("prod_0a41dd45dc85fcab12", "bean-03", "House blend 1 kg", 2_450),
    ("prod_0a41dd45dc85fcab13", "grind-04", "Hand grinder", 8_900),
    ("prod_0a41dd45dc85fcab14", "tea-05", "Sencha 250 g", 1_990),
    ("prod_0a41dd45dc85fcab15", "kettle-06", "Gooseneck kettle", 6_400),
)
"""Product id, source id, name, list price in minor units."""

FREE_SHIPPING = ("prod_5h1pp1ng000000000", "free_shipping", "Free shipping")

CHANNELS = ("API", "API", "API", "USER")
PUBLICATION_CHANNELS = ("Automation", "Automation", "API", "voucherify-website", "Braze", "email")
REASONS = (
    "Customer returned the order",
    "Duplicate order",
    "Wrong basket",
    None,
    "[/] refund: damaged \u202etiurf",
)

FAILURES = (
    ("customer_rules_violated", "Customer is not in the required segment."),
    ("order_rules_violated", "Order does not meet the validation rules."),
    ("quantity_exceeded", "The code was already used as often as allowed."),
    ("voucher_expired", "The code has expired."),
    ("voucher_not_active_now", "The code cannot be used at this time."),
    ("missing_customer", "The code needs a customer."),
)
FAILURE_MESSAGES = {
    **dict(FAILURES),
    "not_found": "Cannot find a code like this.",
    "promotion_inactive": "The promotion is not active.",
    "loyalty_card_points_exceeded": "There are not enough points on the card.",
    "gift_amount_exceeded": "The gift card does not hold that much.",
    "voucher_disabled": "The code is disabled.",
    "no_voucher_suitable_for_publication": "There was no code left to publish.",
    "already_rolled_back": "This redemption was rolled back before.",
    "failed_to_redeem_webhook": "The shop's confirmation did not answer in time. [/b] retry",
}
SPIKE_CODE = "failed_to_redeem_webhook"
