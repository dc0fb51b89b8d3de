"""A screen about one thing is drawn once it is read, and then nothing on it moves; a slow cache holds it up briefly."""

from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest
from textual.geometry import Region
from textual.screen import Screen

from tests.support.app_host import DemoHost, press, settle
from tui.campaigns.detail_screen import CampaignDetailScreen
from tui.kit import first_frame
from tui.kit.bodies import LoadedPanel, LoadedStats
from widgets.panel.panel import PanelData

Frame = list[tuple[Region, bool]]


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> list[Frame]:
    """Of each frame of a campaign's screen: where its figures and panels are, and whether they hold anything."""
    drawn: list[Frame] = []
    refresh = Screen._compositor_refresh

    def seen(screen: CampaignDetailScreen) -> Iterator[tuple[Region, bool]]:
        for stats in screen.query(LoadedStats):
            yield stats.region, bool(stats.data)
        for panel in screen.query(LoadedPanel):
            yield panel.region, panel.data.empty_note != "…"

    def recorded(screen: Screen[None]) -> None:
        refresh(screen)
        if isinstance(screen, CampaignDetailScreen) and not screen.app._batch_count:
            drawn.append(list(seen(screen)))

    monkeypatch.setattr(Screen, "_compositor_refresh", recorded)
    return drawn


async def test_a_campaign_is_drawn_once_it_is_read(
    demo_host: DemoHost, monkeypatch: pytest.MonkeyPatch, frames: list[Frame]
) -> None:
    monkeypatch.setattr(first_frame, "_AT_MOST", 60.0)
    demo_host.online = False
    async with demo_host.run() as (_app, pilot):
        await press(pilot, "enter")
        await settle(pilot)
        assert len(frames[0]) > 2
        assert all(region.height and is_filled for region, is_filled in frames[0])
        assert all(frame == frames[0] for frame in frames)


async def test_a_cache_that_hangs_holds_no_frame_up_for_long(
    demo_host: DemoHost, monkeypatch: pytest.MonkeyPatch, frames: list[Frame]
) -> None:
    answers, load = Event(), CampaignDetailScreen.load
    monkeypatch.setattr(CampaignDetailScreen, "load", lambda screen: answers.wait(60) and load(screen))
    async with demo_host.run() as (app, pilot):
        await app.run_action("screen.open")
        while not frames:
            await pilot.pause(0.01)
        assert frames[0] == []
        answers.set()
        await settle(pilot)
        assert len(frames[-1]) > 2


async def test_an_answer_that_comes_after_the_first_frame_is_shown(
    demo_host: DemoHost, monkeypatch: pytest.MonkeyPatch, frames: list[Frame]
) -> None:
    answers, prepare = Event(), LoadedPanel.prepare

    def late(panel: LoadedPanel, context: Any, load: Callable[[Any], PanelData]) -> None:
        def load_late(asked: Any) -> PanelData:
            answers.wait(60)
            return load(asked)

        prepare(panel, context, load_late)

    monkeypatch.setattr(first_frame, "_AT_MOST", 0.6)
    monkeypatch.setattr(LoadedPanel, "prepare", late)
    demo_host.online = False
    async with demo_host.run() as (app, pilot):
        await app.run_action("screen.open")
        while not frames or not frames[-1]:
            await pilot.pause(0.01)
        assert not all(is_filled for _, is_filled in frames[-1])
        answers.set()
        await settle(pilot)
        assert all(is_filled for _, is_filled in frames[-1])
