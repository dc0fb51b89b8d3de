"""How much of everything a world holds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes of a world; every one is an option.

    Attributes:
        campaigns: campaigns in all. The first twelve cover every type and every status; names chosen by an
            attacker, recurrences and unusual discounts follow, then seasonal campaigns fill up.
        customers: customers in all.
        vouchers: rows of the vouchers table, exactly.
        redemptions: rows of the redemptions table, exactly: successes, failures, stack parents and rollbacks.
        publications: rows of the publications table, exactly.
        accruals: times points are earned by an order; other transactions follow from the traffic.
        months: how far the traffic reaches back from `now`.
        big_vouchers: codes of one more campaign, `Big Summer Codes`, counted within `vouchers`; 0: none.
        big_redemptions: its redemption rows, rollbacks included, counted within `redemptions`.
    """

    campaigns: int = 150
    customers: int = 2_000
    vouchers: int = 30_000
    redemptions: int = 40_000
    publications: int = 20_000
    accruals: int = 8_000
    months: int = 14
    big_vouchers: int = 0
    big_redemptions: int = 0
