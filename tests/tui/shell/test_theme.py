"""Every text colour of the themes can be read on every background it stands on."""

import pytest
from textual.color import Color
from textual.filter import Monochrome, NoColor

from tests.support.app_host import DemoHost
from tui.kit.preferences import ANSI, DARK, LIGHT, NAMES, Preferences
from tui.shell.theme import THEMES
from widgets.table.rows import THEMED_ROLES

BY_NAME = {theme.name: theme for theme in THEMES}
TEXTS = (
    "text", "text-muted", "text-primary", "text-secondary", "text-accent", "text-success", "text-warning",
    "text-error", *THEMED_ROLES,
)  # fmt: skip
LEAST = 4.5


def contrast(one: Color, other: Color) -> float:
    def luminance(color: Color) -> float:
        channels = [value / 255 for value in (color.r, color.g, color.b)]
        linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", [DARK, LIGHT])
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("ground", ["background", "surface", "panel"])
def test_contrast(name: str, text: str, ground: str) -> None:
    theme = BY_NAME[name]
    variables = {**theme.to_color_system().generate(), **theme.variables}
    assert contrast(Color.parse(variables[text]), Color.parse(variables[ground])) >= LEAST


@pytest.mark.parametrize("name", [DARK, LIGHT])
def test_cursor_line_contrast(name: str) -> None:
    variables = BY_NAME[name].variables
    ink, ground = (Color.parse(variables[f"block-cursor-{part}"]) for part in ("foreground", "background"))
    assert contrast(ink, ground) >= LEAST
    foreground = BY_NAME[name].foreground
    assert foreground is not None
    assert contrast(Color.parse(foreground), Color.parse(variables["block-cursor-background"])) >= LEAST


def test_ansi_theme_names_only_terminal_colours() -> None:
    theme = BY_NAME[ANSI]
    colours = [theme.primary, theme.foreground, theme.background, *(theme.variables[name] for name in TEXTS)]
    assert all(colour is not None and colour.startswith("ansi_") for colour in colours)
    assert theme.ansi


def test_every_theme_fills_every_role() -> None:
    for theme in THEMES:
        assert set(THEMED_ROLES) <= set(theme.variables)
    assert set(NAMES.values()) == set(BY_NAME)


def test_without_colours_the_terminals_own_theme_keeps_the_terminals_own(
    demo_host: DemoHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shades of grey of colours that are the terminal's own, and have no value, are black on black."""
    monkeypatch.setenv("NO_COLOR", "1")
    for name, wanted in ((ANSI, NoColor), (DARK, Monochrome)):
        demo_host.preferences = Preferences(theme=name)
        kinds = {type(one) for one in demo_host.app().get_line_filters()}
        assert kinds & {NoColor, Monochrome} == {wanted}
