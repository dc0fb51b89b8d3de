"""Outside text inside Markdown: cleaned, and with everything escaped that Markdown or HTML would act on."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from widgets.text import plain

if TYPE_CHECKING:
    from widgets.panel.panel import Field

_ACTING = frozenset("\\`*[]<>|#~!")


def quoted(text: object) -> str:
    """Text for a cell or a line of Markdown; an underscore within a word, as in `failure_code`, acts nowhere."""
    shown = plain(text)
    out = []
    for place, char in enumerate(shown):
        inside = shown[place - 1 : place].isalnum() and shown[place + 1 : place + 2].isalnum()
        out.append(f"\\{char}" if char in _ACTING or (char == "_" and not inside) else char)
    return "".join(out)


def fields_markdown(title: str, fields: "Iterable[Field]") -> str:
    """A record's readable fields as Markdown for a ticket."""
    lines = [f"### {quoted(title)}", ""]
    for field in fields:
        value = field.value if isinstance(field.value, str) else " · ".join(field.value)
        label = f"**{quoted(field.label)}:** " if field.label else ""
        lines.append(f"- {label}{quoted(value)}{f' ({quoted(field.substitute)})' if field.substitute else ''}")
    return "\n".join(lines) + "\n"
