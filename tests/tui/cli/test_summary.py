"""`promoscope summary`: the world's own totals, each with its unit, source and age."""

from datetime import date, timedelta

import pytest

from store.sandbox.world import World
from tests.tui.cli.harness import NOW, CommandLine
from tests.tui.cli.test_list import acts
from tui.cli.summary_command import METRICS

FIGURE = {"value", "unit", "previous", "source", "as_of", "complete", "note"}
TOP = {"campaign", "from", "to", "timezone", "currency", "figures"}


def campaigns(world: World) -> list[tuple[str, str]]:
    table = world.tables["campaigns"]
    return list(zip(table.column("id"), table.column("name"), strict=True))


def test_figures_are_the_worlds_own(reading: CommandLine, world: World) -> None:
    compared = dict.fromkeys((name for name, _ in METRICS), 0)
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
                assert figure["value"] == world.truth.total(identity, name, "2025-01-01", "2026-11-23"), name
                compared[name] += bool(figure["value"])
    told_by_rows = {"redemptions_succeeded", "redemptions_failed", "orders_amount", "discounted_amount",
                    "rollbacks_succeeded", "orders_rolledback_amount", "rolledback_discounted_amount",
                    "publications_succeeded", "vouchers_created"}  # fmt: skip
    assert {name for name, times in compared.items() if times} >= told_by_rows


def test_the_default_is_thirty_days_against_the_thirty_before(reading: CommandLine, world: World) -> None:
    busiest = max(campaigns(world), key=lambda one: world.truth.total(one[0], "redemptions_succeeded", "2026-09-25"))
    answer = reading("summary", busiest[0], "--json").json
    last = NOW.date()
    first = last - timedelta(days=29)
    assert (answer["from"], answer["to"]) == (first.isoformat(), last.isoformat())
    figure = answer["figures"]["redemptions_succeeded"]
    earlier = (first - timedelta(days=30)).isoformat(), (first - timedelta(days=1)).isoformat()
    assert figure["value"] == world.truth.total(busiest[0], "redemptions_succeeded", answer["from"], answer["to"])
    assert figure["previous"] == world.truth.total(busiest[0], "redemptions_succeeded", *earlier)


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
    assert "against the 30 days before" in done.out


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
