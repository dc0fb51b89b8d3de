"""Three themes of equal care: dark (near-black, warm accent), light, and one that takes the terminal's own colours.

Campaign types and statuses have roles of their own (`type-*`, `status-*` variables), so that nothing else on screen
speaks in their colours. Colour never says anything alone: a glyph and a word are beside it.
"""

from typing import NamedTuple

from textual.theme import Theme

from tui.kit.preferences import ANSI, DARK, LIGHT


class Colours(NamedTuple):
    """What a theme is made of; every other colour follows.

    Attributes:
        foreground, muted, disabled: text, from loud to quiet.
        primary: the accent: titles, borders in focus, the first campaign type.
        secondary: keys, and what is scheduled.
        success, warning, error: good, doubtful and bad.
        background, surface, panel: from the lowest layer to the highest.
        types: campaign types from the second to the fifth, and all others.
        off: the status of what was switched off.
        cursor: text and background of the row under the cursor.
        line, line_hover: borders out of focus and scrollbars.
    """

    foreground: str
    muted: str
    disabled: str
    primary: str
    secondary: str
    success: str
    warning: str
    error: str
    background: str
    surface: str
    panel: str
    types: tuple[str, str, str, str, str]
    off: str
    cursor: tuple[str, str]
    line: str
    line_hover: str


def _theme(name: str, colours: Colours, *, dark: bool, ansi: bool = False, **more: str) -> Theme:
    """A theme of these colours; `more` are further variables, underscores for hyphens."""
    second, third, fourth, fifth, other = colours.types
    variables = {
        "text": colours.foreground,
        "text-muted": colours.muted,
        "text-disabled": colours.disabled,
        "text-primary": colours.primary,
        "text-secondary": colours.secondary,
        "text-accent": colours.primary,
        "text-success": colours.success,
        "text-warning": colours.warning,
        "text-error": colours.error,
        "type-1": colours.primary,
        "type-2": second,
        "type-3": third,
        "type-4": fourth,
        "type-5": fifth,
        "type-other": other,
        "status-active": colours.success,
        "status-scheduled": colours.secondary,
        "status-draft": other,
        "status-off": colours.off,
        "status-ended": colours.muted,
        "status-alarm": colours.error,
        "block-cursor-foreground": colours.cursor[0],
        "block-cursor-background": colours.cursor[1],
        "border": colours.primary,
        "border-blurred": colours.line,
        "scrollbar": colours.line,
        "scrollbar-hover": colours.line_hover,
        "scrollbar-active": colours.primary,
        "scrollbar-background": colours.background,
        "scrollbar-corner-color": colours.background,
    }
    return Theme(
        name=name,
        primary=colours.primary,
        secondary=colours.secondary,
        accent=colours.primary,
        warning=colours.warning,
        error=colours.error,
        success=colours.success,
        foreground=colours.foreground,
        background=colours.background,
        surface=colours.surface,
        panel=colours.panel,
        boost=colours.panel,
        dark=dark,
        ansi=ansi,
        variables={**variables, **{key.replace("_", "-"): value for key, value in more.items()}},
    )


_DARK = Colours(
    foreground="#e9e4da", muted="#a39c8f", disabled="#8a8478", primary="#f0b35a", secondary="#8fb8d8",
    success="#8cc98a", warning="#e8c468", error="#f08a7c", background="#100f0d", surface="#171512", panel="#1f1c18",
    types=("#8cc9b8", "#b9a5e8", "#8fb8d8", "#e69ab0", "#b8b1a4"), off="#d09a86", cursor=("#fff6e6", "#4a3618"),
    line="#3a352d", line_hover="#57503f",
)  # fmt: skip
_LIGHT = Colours(
    foreground="#24211c", muted="#5f594f", disabled="#6b655a", primary="#8a4b00", secondary="#1d5a86",
    success="#226b2c", warning="#7a5600", error="#a3271b", background="#fbf9f4", surface="#f4f0e7", panel="#ece6d9",
    types=("#0f665a", "#5b3fa0", "#1d5a86", "#98284f", "#5f594f"), off="#8a3d22", cursor=("#24211c", "#f3d9ae"),
    line="#cfc6b4", line_hover="#b3a88f",
)  # fmt: skip
_ANSI = Colours(
    foreground="ansi_default", muted="ansi_default", disabled="ansi_default", primary="ansi_yellow",
    secondary="ansi_cyan", success="ansi_green", warning="ansi_yellow", error="ansi_red",
    background="ansi_default", surface="ansi_default", panel="ansi_default",
    types=("ansi_cyan", "ansi_magenta", "ansi_blue", "ansi_red", "ansi_default"), off="ansi_magenta",
    cursor=("ansi_black", "ansi_yellow"), line="ansi_bright_black", line_hover="ansi_white",
)  # fmt: skip

THEMES: tuple[Theme, ...] = (
    _theme(DARK, _DARK, dark=True, block_hover_background="#241f18", link_color=_DARK.primary),
    _theme(LIGHT, _LIGHT, dark=False, block_hover_background="#efe8d8", link_color=_LIGHT.primary),
    _theme(
        ANSI,
        _ANSI,
        dark=True,
        ansi=True,
        ansi_background="ansi_black",
        ansi_foreground="ansi_white",
        input_cursor_background="ansi_white",
        input_cursor_foreground="ansi_black",
        input_cursor_text_style="none",
        input_selection_background="ansi_yellow",
        input_selection_foreground="ansi_black",
        screen_selection_background="ansi_yellow",
        screen_selection_foreground="ansi_black",
    ),
)


def usual_theme(colours: str | None) -> str:
    """The theme where the settings name none: on a terminal of sixteen colours its own, which others would be bent to.

    Args:
        colours: what the terminal has, as rich reports it: "standard", "256", "truecolor"; None for none.
    """
    return "ansi" if colours == "standard" else "dark"
