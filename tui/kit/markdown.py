"""Outside text inside Markdown: cleaned, and with everything escaped that Markdown or HTML would act on."""

from widgets.text import plain

_ACTING = frozenset("\\`*[]<>|#~!")


def quoted(text: object) -> str:
    """Text for a cell or a line of Markdown; an underscore within a word, as in `failure_code`, acts nowhere."""
    shown = plain(text)
    out = []
    for place, char in enumerate(shown):
        inside = shown[place - 1 : place].isalnum() and shown[place + 1 : place + 2].isalnum()
        out.append(f"\\{char}" if char in _ACTING or (char == "_" and not inside) else char)
    return "".join(out)
