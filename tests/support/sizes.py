"""Sizes of worlds that tests ask for."""

from store.sandbox.world import Sizes

TINY = Sizes(campaigns=12, customers=60, vouchers=400, redemptions=600, publications=260, accruals=120)
"""Enough for unit tests: twelve campaigns of all types and statuses."""

BIG = Sizes(
    campaigns=20, customers=800, vouchers=21_500, redemptions=11_500, publications=2_000, accruals=400,
    big_vouchers=20_000, big_redemptions=10_000,
)  # fmt: skip
"""A project whose largest campaign passes both page caps: 20,000 codes and 10,000 redemptions."""

MIDDLE = Sizes(campaigns=50, customers=400, vouchers=4_000, redemptions=6_000, publications=3_000, accruals=1_200)
"""Every showpiece and odd name, five types many times over, traffic of fourteen months."""
