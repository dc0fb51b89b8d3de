"""What every campaign has, for types this version does not know."""

from tui.spec import Contents, TypeSpec


def _contents() -> Contents:
    from tui.panels import catalogue

    return Contents(panels=(catalogue.PLAIN_DETAILS,))


SPEC = TypeSpec(
    type="",
    title="Campaign",
    short="Other",
    role="type-other",
    glyph="?",
    contents=_contents,
)
