"""How a campaign's codes are made and who may join it, in words (schemas CodeConfig, CampaignBase)."""

from collections.abc import Mapping
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits
from typing import Any

from store.domain.values import inside, members, shown, whole, word

_CHARSETS = {
    frozenset(ascii_letters + digits): "letters and digits",
    frozenset(ascii_letters): "letters",
    frozenset(ascii_lowercase): "small letters",
    frozenset(ascii_uppercase): "capital letters",
    frozenset(ascii_uppercase + digits): "capital letters and digits",
    frozenset(digits): "digits",
}
_MOST_RANDOM = 40
"""Random characters that are drawn one by one; more are counted."""


def code_pattern(config: Any) -> str:
    """What a new code looks like, `#` for each random character: `SUMMER-########`; "" where nothing says it."""
    known = members(config)
    pattern, length = word(known.get("pattern")), whole(known.get("length"))
    if not pattern and length is not None and length > 0:
        pattern = "#" * length if length <= _MOST_RANDOM else f"({length:,} random characters)"
    return f"{word(known.get('prefix'))}{pattern}{word(known.get('postfix'))}"


def charset_text(config: Any) -> str:
    """What stands for a `#`: `letters and digits`, else the characters themselves; "" where nothing says it."""
    charset = word(members(config).get("charset"))
    return _CHARSETS.get(frozenset(charset)) or (shown(charset) if charset else "")


def joining_lines(campaign: Mapping[str, Any]) -> list[str]:
    """Whether customers join by themselves, and how often; a line that the document does not say it where it is so."""
    auto, once = campaign.get("auto_join"), campaign.get("join_once")
    lines = []
    if isinstance(auto, bool):
        lines.append("customers join by themselves" if auto else "customers do not join by themselves")
    if isinstance(once, bool):
        lines.append("each customer joins once" if once else "a customer may join more than once")
    return lines or ["not stated"]


def code_config(campaign: Mapping[str, Any]) -> Any:
    """How the campaign says its codes are made."""
    return inside(campaign, "voucher", "code_config")
