"""Text compared without regard to capitals and to how accents are written, by the rules of Unicode."""

from unicodedata import normalize


def fold(text: str) -> str:
    """The text's caseless form: equal for `ŁÓDŹ`, `łódź` and the same with its accents apart; accents still count."""
    return text.lower() if text.isascii() else normalize("NFC", normalize("NFD", text).casefold())


def holds(text: object, needle: str) -> bool:
    """Whether a text contains a needle that is folded already; what is no text contains nothing."""
    return isinstance(text, str) and needle in fold(text)
