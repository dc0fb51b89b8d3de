"""The figures above a dashboard are those of its panels, and charts name their sources."""

from collections.abc import Callable, Iterator

import pytest

from store.days import instant_text
from store.models import Source
from store.queries.reader import Reader
from store.queries.series import Series
from tests.support.syncing import NOW
from tests.support.tab_host import campaigns_of, context_of, make_cache, reading
from tui.campaigns.context import CampaignContext
from tui.campaigns.panels import headline
from tui.campaigns.panels.charts import sources_of
from tui.campaigns.panels.loyalty import total_points
from tui.campaigns.panels.money import gift_budget
from tui.campaigns.panels.referral import numbers_panel
from widgets.panel.panel import PanelData


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    with reading(make_cache(tmp_path_factory.mktemp("headline") / "cache.db")) as opened:
        yield opened


def value_of(panel: PanelData, label: str) -> object:
    return next(field.value for field in panel.fields if field.label == label)


@pytest.mark.parametrize(
    ("kind", "standing", "panel", "label"),
    [
        ("GIFT_VOUCHERS", headline.credit_outstanding, gift_budget, "Outstanding"),
        ("LOYALTY_PROGRAM", headline.points_outstanding, total_points, "Outstanding"),
        ("REFERRAL_PROGRAM", headline.customers_referred, numbers_panel, "Referees"),
    ],
)
def test_where_a_program_stands_is_what_its_panel_says(
    reader: Reader,
    kind: str,
    standing: headline.Standing,
    panel: Callable[[CampaignContext], PanelData],
    label: str,
) -> None:
    context = context_of(reader, campaigns_of(reader)[kind])
    shown = headline.headline(discount=False, standing=standing)(context)[-1]
    assert shown.value_text == value_of(panel(context), label)
    assert any(char in "123456789" for char in shown.value_text)
    assert shown.source_text


def test_without_a_limit_or_a_standing_figure_the_row_ends_with_orders(reader: Reader) -> None:
    context = context_of(reader, campaigns_of(reader)["PROMOTION"])
    labels = [one.label for one in headline.headline(discount=True, standing=lambda _: None)(context)]
    assert labels == ["Redeemed", "Success", "Discount given", "Orders"]


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        ((Source.ROWS, Source.ROWS), "rows · just now"),
        ((Source.ROWS, Source.SUMMARY), "rows · just now; b: summary · just now"),
        ((Source.NONE, Source.SUMMARY), "summary · just now"),
        ((Source.NONE, Source.NONE), "no data"),
    ],
)
def test_a_chart_names_every_source_it_draws_from(sources: tuple[Source, Source], words: str) -> None:
    named = [
        (name, Series(name, (), (), source, instant_text(NOW), complete=True, note=""))
        for name, source in zip("ab", sources, strict=True)
    ]
    assert sources_of(named, NOW) == words
