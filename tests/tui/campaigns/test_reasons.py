"""No dash stands without its reason, whatever was synced."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from store.models import Figure, Freshness, Source
from store.queries.freshness import needs
from store.queries.reader import Reader
from store.sync.request import SyncRequest
from store.wire import Request, Responder, Response
from tests.support.dashes import unknowns
from tests.support.syncing import NOW, Project
from tests.support.tab_host import campaigns_of, context_of, reading
from tui.campaigns.panels.charts import nothing_known
from tui.campaigns.panels.money import distribution_panel
from tui.campaigns.panels.referral import numbers_panel
from tui.kit.figures import figure_field, stat, unknown_field, value_field
from widgets.panel.panel import Field

TYPES = ("DISCOUNT_COUPONS", "GIFT_VOUCHERS", "LOYALTY_PROGRAM", "PROMOTION", "REFERRAL_PROGRAM")
AT = "2026-11-23T11:00:00.000Z"
ROWS = ("redemptions", "vouchers", "publications", "customers", "transactions", "summary")


def campaigns_alone(project: Project) -> None:
    """Nothing but the list of campaigns was ever read."""
    project.sync(SyncRequest(only=frozenset({"campaigns"})))


def everything(project: Project) -> None:
    """All that the API has."""
    project.copy_synced()


def rows_refused(project: Project) -> None:
    """The key may read the configuration, and no rows."""
    project.sync(SyncRequest(everything=True, via="pages"), responder=refusing(project.sandbox.respond))


def refusing(respond: Responder) -> Responder:
    def answer(request: Request) -> Response:
        if any(request.path.endswith(f"/{name}") for name in ROWS):
            return Response(403, {"content-type": "application/json"}, b'{"code":403,"message":"no right to read"}')
        return respond(request)

    return answer


@pytest.fixture(scope="module", params=[campaigns_alone, everything, rows_refused], ids=lambda one: one.__name__)
def reader(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    synced: Callable[[Project], None] = request.param
    project = Project(tmp_path_factory.mktemp("reasons") / "cache.db", hostile=False)
    synced(project)
    with reading(project) as opened:
        yield opened


@pytest.mark.parametrize("whole_life", [False, True], ids=["a year", "all time"])
@pytest.mark.parametrize("kind", TYPES)
def test_each_dash_has_its_reason(reader: Reader, kind: str, whole_life: bool) -> None:
    context = context_of(reader, campaigns_of(reader)[kind])
    context = replace(context, period=replace(context.period, whole_life=whole_life, compare=not whole_life))
    found = unknowns(context, NOW)
    assert found, "every type has something that the API does not say"
    assert [one for one in found if not one.why.strip()] == []


def test_what_a_key_may_not_read_says_so(tmp_path: Path) -> None:
    project = Project(tmp_path / "refused.db", hostile=False)
    rows_refused(project)
    with reading(project) as opened:
        context = context_of(opened, campaigns_of(opened)["DISCOUNT_COUPONS"])
        found = unknowns(context, NOW)
        assert {one.why for one in found if one.label in ("Redeemed", "Success", "Orders")} >= {"refused with this key"}
        assert not [one for one in found if "not synced yet" in one.why and one.label in ("Redeemed", "Published")]
        overview = distribution_panel("Distribution overview")(context)
        fields = {field.label: (field.value, field.substitute) for field in overview.fields}
    assert fields["Distributions"] == ("–", "refused with this key"), "none seen is not none"
    assert "by distribution" not in fields


@pytest.mark.parametrize(
    ("figure", "why"),
    [
        (Figure(None), "not synced yet"),
        (Figure(None, as_of=AT, source=Source.SUMMARY), "the API does not say"),
        (Figure(None, as_of=AT, note="the bin is empty"), "the bin is empty"),
        (Figure(0, as_of=AT, complete=True), ""),
        (Figure(None, as_of=AT, at_least=3, note="its first reading is not done"), "its first reading is not done"),
    ],
)
def test_a_figure_gives_a_reason_where_it_has_no_number(figure: Figure, why: str) -> None:
    assert figure.why == why
    assert stat("Redeemed", figure, None, NOW).note == why
    assert figure_field("Redeemed", figure, None).substitute == why


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (Freshness(), "not synced yet"),
        (Freshness("partial", AT), "not all rows are synced"),
        (Freshness("partial", AT, None, "its first reading is not done"), "its first reading is not done"),
        (Freshness("failed", AT, None, "These keys may not read this (403): no. Ask."), "refused with this key"),
        (Freshness("failed", AT, None, "Voucherify did not accept the keys (401). Check."), "refused with this key"),
        (
            Freshness("failed", AT, None, "The answer came late. Try again."),
            "The answer came late",
        ),
        (Freshness("complete", AT, AT), "the API does not say"),
    ],
)
def test_a_list_gives_a_reason_for_what_its_rows_do_not_show(state: Freshness, why: str) -> None:
    assert state.why == why
    assert needs("redemptions", Freshness("complete", AT, AT), state) == (
        "" if state.complete else f"needs the redemptions: {why}"
    )


def test_a_field_without_a_value_is_a_dash_with_a_reason() -> None:
    assert unknown_field("Left", "no limit") == Field("Left", "–", "muted", substitute="no limit")
    assert value_field("Value", "") == Field("Value", "–", "muted", substitute="the API does not say")
    assert value_field("Value", "–", "no codes") == Field("Value", "–", "muted", substitute="no codes")
    assert value_field("Value", "20 %", "no codes") == Field("Value", "20 %", "strong")


def test_a_key_is_offered_only_where_it_helps(tmp_path: Path) -> None:
    project = Project(tmp_path / "some.db", hostile=False)
    campaigns_alone(project)
    with reading(project) as opened:
        context = context_of(opened, campaigns_of(opened)["PROMOTION"])
        assert nothing_known(context, "not synced yet").endswith("Press r to fetch them (up to about 9 calls).")
        assert "Press r" not in nothing_known(context, "the API has no summary of this campaign")


def test_the_numbers_of_a_referral_program_say_whom_they_count(tmp_path: Path) -> None:
    project = Project(tmp_path / "people.db", hostile=False)
    everything(project)
    with reading(project) as opened:
        context = context_of(opened, campaigns_of(opened)["REFERRAL_PROGRAM"])
        held, referred = opened.connection.execute(
            "select count(distinct holder_id), (select count(distinct referrer_id) from customer_referrals"
            " where campaign_id = ?1) from vouchers where campaign_id = ?1 and missing_since is null",
            (context.subject.id,),
        ).fetchone()
        fields = {field.label: (field.value, field.source) for field in numbers_panel(context).fields}
    assert held != referred
    assert fields["Code holders"] == (f"{held:,}", "customers with a code: the Referrers tab")
    assert fields["Referrers"] == (f"{referred:,}", "customers who referred somebody")
