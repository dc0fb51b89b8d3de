from typing import get_args

import pytest

from tests.support.hosting import WidgetHost, hosted, text_of
from widgets.frame.states import Notice, StateKind, StateLine, StatePanel, state_sign


async def test_a_panel_says_what_why_and_what_to_do() -> None:
    panel = StatePanel(
        Notice(
            "error",
            "The API refused the call",
            "Key lacks the scope [/x] \x1b[2J to read campaigns of this project, which is needed for the list.",
            "press r to try again",
        )
    )
    app = WidgetHost(panel)
    async with hosted(app, (60, 12)) as pilot:
        await pilot.pause()
        lines = [line.rstrip() for line in text_of(panel)]
        assert lines[0] == "⚠ The API refused the call"
        assert "[/x] ␛[2J" in lines[1]
        assert lines[-1] == "  press r to try again"
        panel.show(Notice("empty", "No vouchers"))
        await pilot.pause()
        assert [line.rstrip() for line in text_of(panel)] == ["○ No vouchers"]


@pytest.mark.parametrize("kind", get_args(StateKind))
def test_every_state_has_a_sign(kind: StateKind) -> None:
    assert len(state_sign(kind)[0]) == 1


async def test_a_line_keeps_its_note_and_cuts_the_rest() -> None:
    line = StateLine()
    app = WidgetHost(line)
    async with hosted(app, (40, 5)) as pilot:
        line.show("61 active · 4 end within 7 days · 9 scheduled", "148 campaigns")
        await pilot.pause()
        assert text_of(line) == ["61 active · 4 end with…   148 campaigns"[:38].ljust(38)] or text_of(line)[0].endswith(
            "148 campaigns"
        )
        assert "…" in text_of(line)[0]
