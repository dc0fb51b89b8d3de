"""What can be done to the records at hand, and why the rest cannot. Pure but for the dialog."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Label

from store import words as fmt
from store.actions.action import Action
from store.actions.subjects import ManagedRecord, actions_of
from widgets.dialog.picker import Picker, PickerItem
from widgets.frame.offered_keys import HIDDEN, KeyWords
from widgets.text import glyphs, safe

ActionKey = tuple[str, str]
"""Kind and id of an action."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether anything can be done at all.

    Attributes:
        off: in a few words, why nothing can be sent; "" where it can.
        why: the same in a sentence, with what to do.
        no_right: actions that the API refused these keys.
    """

    off: str = ""
    why: str = ""
    no_right: Mapping[ActionKey, str] = field(default_factory=dict)


def standing_of(offline: str, writes_off: str, no_right: Mapping[ActionKey, str]) -> Standing:
    """How things stand.

    Args:
        offline: in a sentence, why the API is not asked; "" where it is.
        writes_off: in a sentence, why the app only reads; "" where it does not.
        no_right: actions that the API refused these keys, and how.
    """
    if offline:
        return Standing("offline", f"{offline} Nothing can be changed.", no_right)
    return Standing("writes off" if writes_off else "", writes_off, no_right)


def reason_against(
    action: Action, records: Sequence[ManagedRecord], standing: Standing, now: datetime
) -> tuple[str, str]:
    """Why an action cannot be done to any of the records, and what is to be said where it can be done to some.

    The records are judged as they are cached; what was not received is judged when it is read anew.
    """
    if standing.off:
        return standing.off, ""
    if refused := standing.no_right.get((action.kind, action.id)):
        return refused, ""
    found = [action.reason(one.document, now) if one.document else "" for one in records]
    against = [one for one in found if one]
    if not against:
        return "", ""
    if len(against) < len(found):
        return "", f"{len(against):,} of {len(found):,} cannot: {against[0]}"
    return against[0], ""


def menu_items(records: Sequence[ManagedRecord], standing: Standing, now: datetime) -> Iterator[PickerItem]:
    """The actions of the records' kind: those that can be done first, the others with their reasons."""
    judged = [(one, *reason_against(one, records, standing, now)) for one in actions_of(records[0].kind)]
    for action, against, note in sorted(judged, key=lambda one: bool(one[1])):
        sign = glyphs.current().disabled if against else glyphs.current().more
        yield PickerItem(action.id, action.title, note, sign, against)


def name_words(records: Sequence[ManagedRecord]) -> str:
    """What the menu is about: a record by its name, several by their number. Outside text."""
    kind = records[0].kind.replace("_", " ")
    if len(records) > 1:
        return fmt.counted(len(records), kind) if not kind.endswith("s") else f"{len(records):,} {kind}"
    return f"{kind} {records[0].title}"


class ActionMenu(Picker):
    """Pick an action; dismisses with its id.

    Args:
        records: of one kind, one at least.
        standing: whether anything can be done.
        now: when it would be done.
    """

    DEFAULT_CSS = """
    ActionMenu > Vertical { width: 76; }
    ActionMenu Label { width: 100%; height: auto; margin-top: 1; color: $text-warning; }
    """
    NOTHING = "No action matches."

    def __init__(self, records: Sequence[ManagedRecord], standing: Standing, now: datetime) -> None:
        super().__init__(list(menu_items(records, standing, now)), title=f"Manage {name_words(records)}")
        self._why = standing.why

    def on_mount(self) -> None:
        """Say below the list why nothing can be done."""
        if self._why:
            self.query_one(Vertical).mount(Label(safe(self._why)))

    def key_label(self, binding: Binding) -> KeyWords | None:
        """What cannot be done is not offered."""
        if binding.id == "picker.take":
            return HIDDEN if self.against else KeyWords("choose")
        return None
