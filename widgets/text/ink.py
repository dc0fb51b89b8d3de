"""What each role looks like: colours of the theme by name, on the ground a widget stands on.

Styles are worked out when a role is first painted. Textual's component classes would be matched against the style
sheet each time a widget or anything around it changes state, seventeen roles at a time.
"""

from collections.abc import Callable, Mapping

from msgspec import Struct
from rich.style import Style
from textual.color import Color


class Look(Struct, frozen=True):
    """How a role is painted.

    Attributes:
        color: of the letters; a colour of the theme by its name, or one that `Color.parse` reads.
        share: how much of the colour is laid over the ground, 0 to 1.
        style: bold, reverse and the like.
        ansi_style: the same where the terminal's own colours are used, which cannot be mixed.
        ground: a colour behind the letters, named alike; none keeps the widget's.
        ground_share: how much of it is laid over the widget's.
    """

    color: str = "foreground"
    share: float = 1.0
    style: str = ""
    ansi_style: str = ""
    ground: str = ""
    ground_share: float = 1.0


LOOKS: Mapping[str, Look] = {
    "text": Look(),
    "strong": Look(style="bold", ansi_style="bold"),
    "muted": Look("text-muted", ansi_style="dim"),
    "label": Look("text-muted", ansi_style="dim"),
    "source": Look("text-muted", ansi_style="dim"),
    "accent": Look("text-accent"),
    "good": Look("text-success"),
    "bad": Look("text-error"),
    "warn": Look("text-warning"),
    "second": Look("text-secondary"),
    "border": Look(share=0.35, ansi_style="dim"),
    "title": Look(style="bold", ansi_style="bold"),
    "key": Look("text-secondary"),
    "string": Look("text-success"),
    "literal": Look("text-accent"),
    "match": Look(style="bold reverse", ansi_style="bold reverse"),
    "cursor": Look(ground="foreground", ground_share=0.12, ansi_style="reverse"),
    "cursor-row": Look(
        "block-cursor-foreground", style="bold", ansi_style="bold", ground="block-cursor-background"
    ),
}  # fmt: skip


class Ink:
    """The styles of all roles on one ground; drawings can be kept by it.

    Attributes:
        base: the style of what has no role.
    """

    def __init__(self, base: Style, style_of: Callable[[str], Style]) -> None:
        self.base = base
        self._style_of = style_of
        self._styles: dict[str, Style] = {}

    def __getitem__(self, role: str) -> Style:
        style = self._styles.get(role)
        if style is None:
            style = self._styles[role] = self._style_of(role)
        return style

    @classmethod
    def bare(cls) -> "Ink":
        """No colours at all: for tests and for output without a theme."""
        return cls(Style.null(), lambda _role: Style.null())


class Mixer(Struct, frozen=True):
    """Works out the style of a role.

    Attributes:
        base: the widget's own style.
        ground: its background, as what lies behind it leaves it.
        colors: the theme's colours by name.
        looks: of the roles; any other role is the theme's colour of that name, or else plain text.
        ansi: whether the terminal's own colours are used.
    """

    base: Style
    ground: Color
    colors: Mapping[str, str]
    looks: Mapping[str, Look]
    ansi: bool = False

    def style_of(self, role: str) -> Style:
        """The style of a role."""
        look = self.looks.get(role) or (Look(role) if role in self.colors else self.looks["text"])
        ground = self.ground
        if look.ground and not (self.ansi and look.ansi_style == "reverse"):
            ground += self._color(look.ground, look.ground_share)
        letters = ground + self._color(look.color, look.share)
        style = Style.parse(look.ansi_style if self.ansi else look.style)
        return self.base + style + Style.from_color(letters.rich_color, ground.rich_color if ground.a else None)

    def _color(self, name: str, share: float) -> Color:
        # Themes also say "auto 87%", black or white, whichever can be read on the ground, and "ansi_default 50%".
        word, _, percent = self.colors.get(name, name).partition(" ")
        share *= float(percent.rstrip("%") or 100) / 100
        color = Color.automatic() if word == "auto" else Color.parse(word)
        return color if share == 1.0 else color.multiply_alpha(share)
