"""Three themes of equal care: dark (near-black, warm accent), light, and one that takes the terminal's own colours.

Campaign types and statuses have roles of their own (`type-*`, `status-*` variables), so that nothing else on screen
speaks in their colours. Colour never tells anything alone: a glyph and a word stand beside it.
"""

from textual.theme import Theme

from tui.kit.preferences import ANSI, DARK, LIGHT

_DARK_TEXT = {
    "text": "#e9e4da",
    "text-muted": "#a39c8f",
    "text-disabled": "#8a8478",
    "text-primary": "#f0b35a",
    "text-secondary": "#8fb8d8",
    "text-accent": "#f0b35a",
    "text-success": "#8cc98a",
    "text-warning": "#e8c468",
    "text-error": "#f08a7c",
}
_LIGHT_TEXT = {
    "text": "#24211c",
    "text-muted": "#5f594f",
    "text-disabled": "#6b655a",
    "text-primary": "#8a4b00",
    "text-secondary": "#1d5a86",
    "text-accent": "#8a4b00",
    "text-success": "#226b2c",
    "text-warning": "#7a5600",
    "text-error": "#a3271b",
}
_ANSI_TEXT = {
    "text": "ansi_default",
    "text-muted": "ansi_default",
    "text-disabled": "ansi_default",
    "text-primary": "ansi_yellow",
    "text-secondary": "ansi_cyan",
    "text-accent": "ansi_yellow",
    "text-success": "ansi_green",
    "text-warning": "ansi_yellow",
    "text-error": "ansi_red",
}
_DARK_ROLES = {
    "type-1": "#f0b35a",
    "type-2": "#8cc9b8",
    "type-3": "#b9a5e8",
    "type-4": "#8fb8d8",
    "type-5": "#e69ab0",
    "type-other": "#b8b1a4",
    "status-active": "#8cc98a",
    "status-scheduled": "#8fb8d8",
    "status-draft": "#b8b1a4",
    "status-off": "#d09a86",
    "status-ended": "#a39c8f",
    "status-alarm": "#f08a7c",
}
_LIGHT_ROLES = {
    "type-1": "#8a4b00",
    "type-2": "#0f665a",
    "type-3": "#5b3fa0",
    "type-4": "#1d5a86",
    "type-5": "#98284f",
    "type-other": "#5f594f",
    "status-active": "#226b2c",
    "status-scheduled": "#1d5a86",
    "status-draft": "#5f594f",
    "status-off": "#8a3d22",
    "status-ended": "#5f594f",
    "status-alarm": "#a3271b",
}
_ANSI_ROLES = {
    "type-1": "ansi_yellow",
    "type-2": "ansi_cyan",
    "type-3": "ansi_magenta",
    "type-4": "ansi_blue",
    "type-5": "ansi_red",
    "type-other": "ansi_default",
    "status-active": "ansi_green",
    "status-scheduled": "ansi_cyan",
    "status-draft": "ansi_default",
    "status-off": "ansi_magenta",
    "status-ended": "ansi_default",
    "status-alarm": "ansi_red",
}

THEMES: tuple[Theme, ...] = (
    Theme(
        name=DARK,
        primary="#f0b35a",
        secondary="#8fb8d8",
        accent="#f0b35a",
        warning="#e8c468",
        error="#f08a7c",
        success="#8cc98a",
        foreground="#e9e4da",
        background="#100f0d",
        surface="#171512",
        panel="#1f1c18",
        boost="#1f1c18",
        dark=True,
        variables={
            **_DARK_TEXT,
            **_DARK_ROLES,
            "block-cursor-background": "#4a3618",
            "block-cursor-foreground": "#fff6e6",
            "block-hover-background": "#241f18",
            "border": "#f0b35a",
            "border-blurred": "#3a352d",
            "scrollbar": "#3a352d",
            "scrollbar-hover": "#57503f",
            "scrollbar-active": "#f0b35a",
            "scrollbar-background": "#100f0d",
            "scrollbar-corner-color": "#100f0d",
            "link-color": "#f0b35a",
        },
    ),
    Theme(
        name=LIGHT,
        primary="#8a4b00",
        secondary="#1d5a86",
        accent="#8a4b00",
        warning="#7a5600",
        error="#a3271b",
        success="#226b2c",
        foreground="#24211c",
        background="#fbf9f4",
        surface="#f4f0e7",
        panel="#ece6d9",
        boost="#ece6d9",
        dark=False,
        variables={
            **_LIGHT_TEXT,
            **_LIGHT_ROLES,
            "block-cursor-background": "#f3d9ae",
            "block-cursor-foreground": "#24211c",
            "block-hover-background": "#efe8d8",
            "border": "#8a4b00",
            "border-blurred": "#cfc6b4",
            "scrollbar": "#cfc6b4",
            "scrollbar-hover": "#b3a88f",
            "scrollbar-active": "#8a4b00",
            "scrollbar-background": "#fbf9f4",
            "scrollbar-corner-color": "#fbf9f4",
            "link-color": "#8a4b00",
        },
    ),
    Theme(
        name=ANSI,
        primary="ansi_yellow",
        secondary="ansi_cyan",
        accent="ansi_yellow",
        warning="ansi_yellow",
        error="ansi_red",
        success="ansi_green",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        dark=True,
        ansi=True,
        variables={
            **_ANSI_TEXT,
            **_ANSI_ROLES,
            "ansi-background": "ansi_black",
            "ansi-foreground": "ansi_white",
            "input-cursor-background": "ansi_white",
            "input-cursor-foreground": "ansi_black",
            "input-cursor-text-style": "none",
            "input-selection-background": "ansi_yellow",
            "input-selection-foreground": "ansi_black",
            "screen-selection-background": "ansi_yellow",
            "screen-selection-foreground": "ansi_black",
            "block-cursor-background": "ansi_yellow",
            "block-cursor-foreground": "ansi_black",
            "border": "ansi_yellow",
            "border-blurred": "ansi_bright_black",
            "scrollbar": "ansi_bright_black",
            "scrollbar-hover": "ansi_white",
            "scrollbar-active": "ansi_yellow",
            "scrollbar-background": "ansi_default",
            "scrollbar-corner-color": "ansi_default",
        },
    ),
)


def usual_theme(colours: str | None) -> str:
    """The theme where the settings name none: on a terminal of sixteen colours its own, which others would be bent to.

    Args:
        colours: what the terminal has, as rich tells it: "standard", "256", "truecolor"; None for none.
    """
    return "ansi" if colours == "standard" else "dark"
