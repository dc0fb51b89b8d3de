"""`promoscope summary`: the world's own totals, each with its unit, source and age."""

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import date, timedelta

import pytest

from store.models import Freshness
from store.sandbox.world import World
from store.sandbox.world.summary import validations
from tests.tui.cli.harness import NOW, CommandLine
from tests.tui.cli.test_list import acts

FIGURE = {"value", "at_least", "unit", "previous", "source", "as_of", "complete", "note"}
VALIDATIONS = ("validations_succeeded", "validations_failed")
TOP = {"campaign", "from", "to", "timezone", "currency", "figures"}


def of_type(world: World, campaign_type: str) -> str:
    """The campaign of a type that most was redeemed of."""
    table = world.tables["campaigns"]
    found = [str(one) for one, kind in zip(table.column("id"), table.column("campaign_type"), strict=True)
             if kind == campaign_type]  # fmt: skip
    return max(found, key=lambda one: world.truth.total(one, "redemptions_succeeded"))


def campaigns(world: World) -> list[tuple[str, str]]:
    table = world.tables["campaigns"]
    return list(zip(table.column("id"), table.column("name"), strict=True))


MOVEMENTS = {
    "amount_added": ("CREDITS_ADDITION",), "amount_subtracted": ("CREDITS_REMOVAL",),
    "amount_redeemed": ("CREDITS_REDEMPTION",), "amount_rolledback": ("CREDITS_REFUND",),
    "points_rewarded": ("POINTS_ACCRUAL", "PENDING_POINTS_ACTIVATION"), "points_added": ("POINTS_ADDITION",),
    "points_subtracted": ("POINTS_REMOVAL",), "points_redeemed": ("POINTS_REDEMPTION",),
    "points_rolledback": ("POINTS_REFUND",), "points_expired": ("POINTS_EXPIRATION",),
    "pending_points_activated": ("PENDING_POINTS_ACTIVATION",), "points_transferred_in": ("POINTS_TRANSFER_IN",),
    "points_transferred_out": ("POINTS_TRANSFER_OUT",),
}  # fmt: skip
"""Which transactions a member of the API's summary adds up."""


OTHERS = {
    "amount_deleted": ("deleted_amount",), "points_deleted": ("deleted_amount",),
    "created_vouchers_points": ("created_amount",),
    "pending_points_added": ("pending_points_waiting", "amount.PENDING_POINTS_ACTIVATION"),
}  # fmt: skip
"""What only the summary tells, as the world counts it."""


def truth(world: World, campaign: str, name: str, start: str, end: str) -> int:
    kinds = [f"amount.{kind}" for kind in MOVEMENTS.get(name, ())] or OTHERS.get(name, (name,))
    total = sum(world.truth.total(campaign, kind, start, end) for kind in kinds)
    return abs(total) if name in MOVEMENTS else total


def test_figures_are_the_worlds_own(reading: CommandLine, world: World) -> None:
    compared: Counter[str] = Counter()
    for identity, _ in campaigns(world):
        done = reading("summary", identity, "--from", "2025-01-01", "--to", "2026-11-23", "--json")
        assert (done.code, done.err) == (0, "")
        assert set(done.json) == TOP
        assert done.json["campaign"]["id"] == identity
        for name, figure in done.json["figures"].items():
            assert set(figure) == FIGURE
            assert not isinstance(figure["value"], float)
            # A figure that says what it lacks may lack it.
            if figure["complete"] and not figure["note"]:
                assert figure["value"] == truth(world, identity, name, "2025-01-01", "2026-11-23"), name
                compared[name] += bool(figure["value"])
    told_by_rows = {"redemptions_succeeded", "redemptions_failed", "orders_amount", "discounted_amount",
                    "rollbacks_succeeded", "orders_rolledback_amount", "rolledback_discounted_amount",
                    "publications_succeeded", "vouchers_created",
                    "amount_redeemed", "amount_rolledback", "amount_added", "points_rewarded", "points_redeemed",
                    "points_expired", "referred_customers"}  # fmt: skip
    assert {name for name, times in compared.items() if times} >= told_by_rows


def test_a_last_day_alone_means_thirty_days_against_the_thirty_before(reading: CommandLine, world: World) -> None:
    busiest = max(campaigns(world), key=lambda one: world.truth.total(one[0], "redemptions_succeeded", "2026-09-25"))
    last = NOW.date()
    answer = reading("summary", busiest[0], "--to", last.isoformat(), "--json").json
    first = last - timedelta(days=29)
    assert (answer["from"], answer["to"]) == (first.isoformat(), last.isoformat())
    figure = answer["figures"]["redemptions_succeeded"]
    earlier = (first - timedelta(days=30)).isoformat(), (first - timedelta(days=1)).isoformat()
    assert figure["value"] == world.truth.total(busiest[0], "redemptions_succeeded", answer["from"], answer["to"])
    assert figure["previous"] == world.truth.total(busiest[0], "redemptions_succeeded", *earlier)


def test_without_days_the_figures_are_lifetime_totals(reading: CommandLine, world: World) -> None:
    """Validations and deleted codes stand in no list: the summary's lifetime totals tell them, today's too."""
    compared: Counter[str] = Counter()
    for identity, _ in campaigns(world):
        figures = reading("summary", identity, "--json").json["figures"]
        for name, figure in figures.items():
            assert figure["previous"] is None
            assert figure["complete"] == (figure["value"] is not None)
            if figure["value"] is None or name in ("created_vouchers_amount", "referred_customers"):
                continue
            compared[name] += bool(figure["value"])
            if name.startswith("validations"):
                told = validations(world.truth, identity, "2025-01-01", "9999-12-31")
                assert figure["value"] == told[VALIDATIONS.index(name)], identity
            else:
                assert figure["value"] == truth(world, identity, name, "", "9999-12-31"), (name, identity)
    met = {name for name, times in compared.items() if times}
    assert {*VALIDATIONS, "vouchers_created", "vouchers_deleted", "redemptions_succeeded", "orders_amount"} <= met
    assert "pending_points_added" in met


@pytest.mark.parametrize(
    ("campaign_type", "has", "lacks"),
    [
        (
            "GIFT_VOUCHERS",
            {"amount_redeemed", "amount_added", "vouchers_created"},
            {"discounted_amount", "points_added"},
        ),
        ("LOYALTY_PROGRAM", {"points_rewarded", "points_expired"}, {"discounted_amount", "amount_redeemed"}),
        ("REFERRAL_PROGRAM", {"referred_customers", "publications_succeeded"}, {"points_rewarded"}),
        ("PROMOTION", {"discounted_amount", "orders_amount"}, {"publications_succeeded", "vouchers_created"}),
        ("DISCOUNT_COUPONS", {"discounted_amount", "vouchers_deleted"}, {"referred_customers", "amount_redeemed"}),
    ],
)
def test_each_type_has_its_own_figures(
    reading: CommandLine, world: World, campaign_type: str, has: set[str], lacks: set[str]
) -> None:
    identity = of_type(world, campaign_type)
    figures = reading("summary", identity, "--from", "2026-10-01", "--to", "2026-11-23", "--json").json["figures"]
    assert has <= set(figures)
    assert not lacks & set(figures)
    for name in has & (set(MOVEMENTS) | {"referred_customers"}):
        assert figures[name]["value"] == truth(world, identity, name, "2026-10-01", "2026-11-23")
        assert figures[name]["previous"] == truth(world, identity, name, "2026-08-08", "2026-09-30")
    words = reading("summary", identity, "--from", "2026-10-01", "--to", "2026-11-23").out
    assert all(f"{name.replace('_', ' ')} " in words for name in has)
    assert ("pts" in words) == (campaign_type == "LOYALTY_PROGRAM")


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (["--from", "0001-01-01"], "days"),
        (["--from", "0001-01-01", "--to", "9999-12-31"], "days"),
        (["--to", "0001-01-01"], "--from"),
    ],
)
def test_days_that_no_campaign_had(reading: CommandLine, days: list[str], said: str) -> None:
    done = reading("summary", "Gift Cards", *days)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


@pytest.mark.parametrize("days", [("0001-01-01", "0001-02-01"), ("9999-12-01", "9999-12-31")])
def test_the_first_and_last_days_there_are(reading: CommandLine, days: tuple[str, str]) -> None:
    for zone in ("UTC", "Pacific/Auckland", "America/New_York"):
        reading.patch.setenv("PROMOSCOPE_TIMEZONE", zone)
        done = reading("summary", "Gift Cards", "--from", days[0], "--to", days[1], "--json")
        assert (done.code, done.json["from"]) == (0, days[0])


@pytest.mark.parametrize("campaign_type", ["GIFT_VOUCHERS", "LOYALTY_PROGRAM", "REFERRAL_PROGRAM", "PROMOTION"])
def test_nothing_is_known_of_days_to_come(reading: CommandLine, world: World, campaign_type: str) -> None:
    identity = of_type(world, campaign_type)
    figures = reading("summary", identity, "--from", "2026-11-24", "--to", "2026-12-05", "--json").json["figures"]
    assert {figure["value"] for figure in figures.values()} == {None}


def test_days_to_come_are_named(reading: CommandLine, world: World) -> None:
    identity = of_type(world, "DISCOUNT_COUPONS")
    done = reading("summary", identity, "--from", "2026-12-01", "--to", "2026-12-05")
    assert done.code == 0
    assert "lies ahead" in done.err
    row = next(line for line in done.out.splitlines() if line.startswith("redemptions succeeded"))
    assert row.split()[2] == "–"
    assert "just now" not in row
    assert "ends after today" in reading("summary", identity, "--to", "2026-12-05").err
    assert reading("summary", identity, "--to", "2026-11-23").err == ""


def test_a_status_is_said_once(reading: CommandLine, world: World) -> None:
    expired = next(row["id"] for row in reading("list", "campaigns", "--status", "expired", "--json").json)
    line = reading("summary", expired).out.splitlines()[1]
    assert line.count("expired") == 1
    assert " ago" in line


def test_whose_days_summaries_count_is_not_known(writing: CommandLine, world: World) -> None:
    writing.patch.setenv("PROMOSCOPE_TIMEZONE", "Europe/Warsaw")
    identity = of_type(world, "DISCOUNT_COUPONS")
    assert writing("sync", "--campaign", identity, "--json").code == 0
    done = writing("summary", identity)
    assert " summary · " in done.out
    assert "Europe/Warsaw" in done.err
    writing.patch.setenv("PROMOSCOPE_TIMEZONE", "UTC")
    assert writing("summary", identity).err == "Days are counted again for UTC.\n"
    assert writing("summary", identity).err == ""


@pytest.mark.parametrize("zone", ["UTC", "Europe/Warsaw", "Pacific/Auckland"])
def test_the_zone_and_currency_are_told(reading: CommandLine, world: World, zone: str) -> None:
    reading.patch.setenv("PROMOSCOPE_TIMEZONE", zone)
    answer = reading("summary", campaigns(world)[0][0], "--json").json
    assert (answer["timezone"], answer["currency"]) == (zone, "EUR")
    assert date.fromisoformat(answer["to"]) >= NOW.date()


def test_by_name_and_in_words(reading: CommandLine, world: World) -> None:
    for identity, name in campaigns(world):
        done = reading("summary", name)
        assert done.code == 0
        assert identity in done.out.splitlines()[0]
        assert not acts(done.out)
    assert ", all time\n" in done.out
    assert "against the 30 days before" in reading("summary", name, "--to", "2026-11-23").out
    october = reading("summary", name, "--from", "2026-10-01", "--to", "2026-10-31").out
    assert "against the 30 days before" in october, "a whole month stands against the whole month before"


def test_without_a_currency_a_hint_says_how_to_name_it(reading: CommandLine, world: World) -> None:
    reading.patch.delenv("PROMOSCOPE_CURRENCY")
    done = reading("summary", campaigns(world)[0][0])
    assert done.code == 0
    assert "PROMOSCOPE_CURRENCY" in done.err


def test_what_was_never_read_is_unknown_and_not_zero(cli: CommandLine, world: World) -> None:
    assert cli("sync", "--json").code == 0
    identity = campaigns(world)[0][0]
    figures = cli("summary", identity, "--json").json["figures"]
    assert figures["redemptions_succeeded"]["value"] is None
    assert not figures["redemptions_succeeded"]["complete"]
    assert "–" in cli("summary", identity).out


def test_an_empty_bin_does_not_tell_that_nothing_was_deleted(cli: CommandLine, world: World) -> None:
    assert cli("sync", "--json").code == 0
    deleted = Counter[int | None]()
    for identity, _ in campaigns(world):
        figures = cli("summary", identity, "--from", "2025-01-01", "--json").json["figures"]
        if "vouchers_deleted" in figures and figures["vouchers_deleted"]["source"] != "summary":
            deleted[figures["vouchers_deleted"]["value"]] += 1
    assert deleted[None]
    assert not deleted[0]


LOST = "The connection to Voucherify failed: reset by peer. What was read is kept. Check the network, then try again."


def test_a_failure_is_told_once_and_in_short_beside_figures(writing: CommandLine, world: World) -> None:
    identity = of_type(world, "GIFT_VOUCHERS")
    with closing(sqlite3.connect(writing.database)) as connection, connection:
        connection.execute("delete from campaign_summaries")
        connection.execute("delete from campaign_totals where source = 'summary'")
        connection.execute("update sync_states set state = 'partial', reason = ? where scope = 'project'", (LOST,))
    done = writing("summary", identity, "--from", "2026-10-01")
    assert done.code == 0
    assert "try again" not in done.out
    assert "reset by peer" not in done.out
    (told,) = (line for line in done.out.splitlines() if line.endswith(": The connection to Voucherify failed"))
    assert told.count(",") > 2
    assert done.err.count("\n") == done.err.count("then try again.\n") == 1
    assert done.err.strip() == LOST
    figures = writing("summary", identity, "--json").json["figures"]
    assert figures["redemptions_succeeded"]["note"] == "The connection to Voucherify failed"


@pytest.mark.parametrize(
    ("reason", "brief"),
    [
        (None, ""),
        ("its first reading is not done", "its first reading is not done"),
        ("read for 3 of 5 codes; the next run goes on", "read for 3 of 5 codes; the next run goes on"),
        (
            "The limit of calls is used up (429). Calls are possible again in 40 s.",
            "The limit of calls is used up (429)",
        ),
        ("Voucherify did not answer in time.", "Voucherify did not answer in time"),
        (LOST, "The connection to Voucherify failed"),
    ],
)
def test_a_reason_in_short(reason: str | None, brief: str) -> None:
    assert Freshness("partial", "2026-11-23T12:00:00.000Z", None, reason).brief == brief
