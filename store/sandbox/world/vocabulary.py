"""Words the world is made of, and text as an attacker would write it."""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Words:
    """Text that people type into a project.

    Attributes:
        names: of ten campaigns.
        categories: of the project.
        notes: in metadata, here and there.
        people: names of a few customers; none of their own when empty.
        codes: given by hand to a few vouchers; none when empty.
        mark: stands at the end of some sentences.
    """

    names: tuple[str, ...]
    categories: tuple[str, ...]
    notes: tuple[str, ...]
    people: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    mark: str = ""


TIDY = Words(
    names=(
        "Summer Clearance", "Student Days", "Flash Friday", "Thank You Card", "Newsletter Hello", "Second Cup",
        "Holiday Box", "Basket of Three", "Tea Week", "Roastery Open Day",
    ),
    categories=("Seasonal", "Retention", "Acquisition", "Partners", "Clearance", "Loyalty", "Internal"),
    notes=(
        "approved by finance", "see the brief of the season", "repeat of last year", "agreed with the partner",
        "ask Ada before changes", "print run 3",
    ),
)  # fmt: skip
HOSTILE = Words(
    names=(
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
    ),
    categories=("Seasonal", "Retention", "Acquisition", "Partners", "Clearance", "Ünïversal 🎯", "[b]Bold[/b] deals"),
    notes=(
        "[@click=app.bell]press me[/]",
        "\x1b]0;owned\x07",
        "+CMD|' /C calc'!A0",
        "\u202egnp.exe",
        "line one\nline two\ttabbed",
        "[link=https://phish.example]here[/link]",
    ),
    people=("[bold]Eve[/bold] \u202eevE", "=2+5", "\x1b[5mBlink"),
    codes=("[/red]FREE", "=1+1", "CODE/100%", "ЅАLЕ\u202e05", "gift 🎁 code", "\x1b[2Jwipe"),
    mark=" [/b]\u202e",
)
"""What must never break or act: markup, escapes, bidi, invisible, formula, long, emoji, wide."""

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
REASONS = ("Customer returned the order", "Duplicate order", "Wrong basket", None, "Refund: damaged on the way")

FAILURE_MESSAGES = {
    "already_rolled_back": "Already rolled back",
    "customer_rules_violated": "customer does not match validation rules",
    "gift_amount_exceeded": "gift amount exceeded",
    "loyalty_card_points_exceeded": "loyalty card points exceeded",
    "missing_customer": "Missing customer",
    "missing_order": "Missing order",
    "no_voucher_suitable_for_publication": "Couldn't find any voucher suitable for publication.",
    "not_found": "Resource not found",
    "order_rules_violated": "order does not match validation rules",
    "promotion_inactive": "Inactive Promotion",
    "promotion_not_active_now": "promotion is not active now",
    "quantity_exceeded": "quantity exceeded",
    "redemption_rules_violated": "redemption does not match validation rules",
    "voucher_disabled": "voucher is disabled",
    "voucher_expired": "voucher expired",
    "voucher_not_active": "voucher is not active yet",
    "voucher_not_active_now": "voucher is not active now",
}
"""Keys of the API with their messages; those the documentation pairs are spelled as there."""
SPIKE_CODE = "missing_order"
"""What a shop gets that forgets to send its orders for a day."""
