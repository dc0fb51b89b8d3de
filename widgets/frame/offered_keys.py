"""Which keys work here and now, in which words: what the key line and the help show."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from msgspec import Struct
from msgspec.structs import replace
from textual.binding import ActiveBinding, Binding
from textual.dom import DOMNode
from textual.screen import Screen

from widgets.keys.command_table import key_words

_ENTER, _URGENT, _PLAIN, _EXPORT, _ESCAPE, _ALWAYS = range(6)


class KeyWords(Struct, frozen=True):
    """What a key does just now, where that differs from its declaration.

    Attributes:
        title: for the key line; "" leaves it out there.
        help: for the help; "" leaves the declared words, or the key out when there is no title either.
        urgent: before other keys, and never cut off.
    """

    title: str
    help: str = ""
    urgent: bool = False


HIDDEN = KeyWords("")
"""A key that would do nothing just now."""


@runtime_checkable
class NamesKeys(Protocol):
    """A screen or widget that says what keys do in the state it is in."""

    def key_label(self, binding: Binding) -> KeyWords | None:
        """Other words for a key of its own, of a widget in it or of the app; None keeps the declared ones."""


class OfferedKey(Struct, frozen=True):
    """A key that works.

    Attributes:
        key: Textual's name of it.
        sign: as people read it.
        title: for the key line; "" when it is not for that.
        help: what it does, in a short sentence.
        id: of its binding.
        action: what it runs; keys of the same action of the same owner do the same.
        owner: the widget, screen or app it belongs to.
        rank: the lower, the further to the left in the key line.
    """

    key: str
    sign: str
    title: str
    help: str
    id: str
    action: str
    owner: DOMNode
    rank: int = _PLAIN

    @property
    def stays(self) -> bool:
        """Whether the key line shows it however narrow it is."""
        return self.rank != _PLAIN


def offered_keys(screen: Screen[object], always: tuple[str, ...] = ()) -> list[OfferedKey]:
    """Keys that do something now, those of the focused widget first.

    What a text field would take as a letter is left out, and so is what a key nearer to the focus hides.

    Args:
        screen: whose.
        always: ids of bindings to show at the right end of the key line.
    """
    # Asked once for all keys: a protocol is slow to tell, and each cursor move comes by here.
    naming = [node for node in (screen.focused or screen).ancestors_with_self if isinstance(node, NamesKeys)]
    return [key for active in screen.active_bindings.values() if (key := _offered(screen, active, always, naming))]


def line_keys(keys: list[OfferedKey]) -> list[OfferedKey]:
    """Keys for the key line, one per action: enter, what is urgent, others as declared, exports, esc, what stays."""
    seen: dict[tuple[str, str], OfferedKey] = {}
    for key in keys:
        if key.title:
            seen.setdefault((key.action, key.title), key)
    return sorted(seen.values(), key=lambda key: key.rank)


def joined(keys: list[OfferedKey]) -> list[OfferedKey]:
    """The same with one entry per action: its keys stand beside each other, without those a sign speaks for, too."""
    found: dict[tuple[int, str], OfferedKey] = {}
    for key in keys:
        place = (id(key.owner), key.action)
        sign = key_words(key.key)
        known = found.get(place)
        found[place] = replace(key, sign=f"{known.sign} {sign}" if known else sign)
    return list(found.values())


def _offered(
    screen: Screen[object], active: ActiveBinding, always: tuple[str, ...], naming: Sequence[NamesKeys]
) -> OfferedKey | None:
    binding, owner = active.binding, active.node
    sign = screen.app.get_key_display(binding)
    focused = screen.focused
    typed = len(sign) == 1 and focused is not None and focused is not owner and focused.check_consume_key(sign, sign)
    words = None if typed or not active.enabled else _words(naming, binding)
    if typed or not active.enabled or words is HIDDEN:
        return None
    title = words.title if words is not None else binding.description if binding.show else ""
    help_text = (words.help if words is not None else "") or binding.tooltip or binding.description
    rank = _PLAIN
    if binding.id in always:
        rank = _ALWAYS
    elif binding.key in _FIRST_AND_LAST:
        rank = _FIRST_AND_LAST[binding.key]
    elif words is not None and words.urgent:
        rank = _URGENT
    elif binding.id is not None and binding.id.endswith(".export"):
        rank = _EXPORT
    return OfferedKey(binding.key, sign, title, help_text, binding.id or "", binding.action, owner, rank)


_FIRST_AND_LAST = {"enter": _ENTER, "escape": _ESCAPE}


def _words(naming: Sequence[NamesKeys], binding: Binding) -> KeyWords | None:
    return next((words for node in naming if (words := node.key_label(binding)) is not None), None)
