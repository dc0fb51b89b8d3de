"""Every value on a campaign's dashboard, tabs and preview that reads as a dash or a blank, with its reason."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from textual.widget import Widget

from tests.support.syncing import ZONE
from tui.campaigns.context import CampaignContext
from tui.campaigns.preview import preview_data
from tui.campaigns.types import spec_for
from tui.kit.analytics_tab import AnalyticsTab
from tui.kit.bodies import CacheLoading, LoadedChart, LoadedPanel, LoadedStats
from tui.kit.composed_tab import ComposedTab
from widgets.chart.bars import BarSpec
from widgets.chart.legend import legend_lines
from widgets.chart.plot import ChartSpec
from widgets.panel.panel import PanelData

_DASH = re.compile(r"(?<!\S)–(?!\S)(?! \d)")
"""A dash by itself, but not between two dates."""


_NO_REASONS = ("seen in publications", "of codes published once")
"""What stands beside a value that is known."""


class Unknown(NamedTuple):
    """A value that is not known: on which panel, under which label, and why."""

    panel: str
    label: str
    why: str


def unknowns(context: CampaignContext, now: datetime) -> list[Unknown]:
    """All of a campaign, wherever a figure stands."""
    contents = spec_for(context.campaign.campaign_type).contents()
    built = [panel.build(context) for panel in contents.panels] + [tab.build(context) for tab in contents.tabs]
    built += [contents.headline(context)] if contents.headline else []
    found = [one for widget in built for body in _parts(widget) for one in _of(body.load_answer(body.load_context))]
    return [*found, *_of_panel(preview_data(context.campaign, ZONE, now))]


def _parts(widget: Widget) -> Iterator[CacheLoading[Any]]:
    if isinstance(widget, ComposedTab):
        for body in widget._bodies:
            yield from _parts(body)
    elif isinstance(widget, AnalyticsTab):
        yield from widget._charts
        yield widget._figures
    elif isinstance(widget, LoadedPanel | LoadedChart | LoadedStats):
        yield widget


def _of(data: Any) -> Iterator[Unknown]:
    if isinstance(data, PanelData):
        yield from _of_panel(data)
    elif isinstance(data, ChartSpec):
        yield from _of_chart(data)
    elif isinstance(data, BarSpec):
        yield from [] if data.bars else [Unknown(data.title, "", data.empty_note)]
    else:
        yield from (Unknown("", one.label, one.note) for one in data if _DASH.search(one.value_text))


def _of_panel(data: PanelData) -> Iterator[Unknown]:
    if not data.fields:
        yield Unknown(data.title, "", data.empty_note)
    for field in data.fields:
        words = field.value if isinstance(field.value, str) else "\n".join(field.value)
        if _DASH.search(words) or not words.strip():
            yield Unknown(data.title, field.label, "" if field.substitute in _NO_REASONS else field.substitute)


def _of_chart(data: ChartSpec) -> Iterator[Unknown]:
    shown = "\n".join("".join(text for text, _ in line) for line in legend_lines(data, 400))
    for series in data.series:
        if _DASH.search(series.total_text):
            reason = series.why if f"{series.why}" in shown else ""
            yield Unknown(data.title, series.name, reason if data.known else data.empty_note)
