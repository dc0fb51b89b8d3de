"""Fields of documents in people's units."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from store.domain.field_words import Units, field_label, field_words

EUROS = Units("EUR", ZoneInfo("Europe/Warsaw"))
RULE = {"rules": {"1": {"name": "campaign.orders.amount"}, "2": {"name": "redemption.count.per_customer"}}}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("/voucher/discount/amount_off", 1000, "€10.00"),
        ("/voucher/discount/percent_off", 12.5, "12.5 %"),
        ("/voucher/gift/amount", 250_000, "€2,500.00"),
        ("/voucher/loyalty_card/balance", 1200, "1,200 points"),
        ("/voucher/loyalty_card/points", 1, "1 point"),
        ("/vouchers_count", 1200, "1,200"),
        ("/metadata/amount", 1000, "1,000"),
        ("/active", False, "off"),
        ("/auto_join", True, "yes"),
        ("/expiration_date", "2026-12-03T23:00:00.000Z", "4 Dec 2026 00:00"),
        ("/expiration_date", None, "none"),
        ("/validity_timeframe/interval", "P2D", "2 d"),
        ("/validity_day_of_week", [1, 2, 3], "Mon–Wed"),
        ("/description", "", "(empty)"),
        ("/name", "true", "true"),
        ("/category_ids", [], "none"),
        ("/voucher/discount", {"type": "AMOUNT", "amount_off": 1500, "effect": "APPLY_TO_ORDER"}, "€15.00 off order"),
        ("/voucher/gift", {"amount": 500, "effect": "x"}, "amount €5.00, effect x"),
        ("/rules/1/conditions/$less_than_or_equal", [100_000], "€1,000.00"),
        ("/rules/2/conditions/$less_than_or_equal", [3], "3"),
        ("/voucher/discount/amount_off", "10.5", "10.5"),
    ],
)
def test_values_are_in_peoples_units(path: str, value: Any, words: str) -> None:
    assert field_words(path, value, EUROS, RULE) == words


def test_labels_are_words() -> None:
    assert field_label("/voucher/discount/amount_off") == "voucher discount amount off"
    assert field_label("/metadata/a~1b~0c") == "metadata a/b~c"
