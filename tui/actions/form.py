"""The form of an action: a line to type in for each field, with what it takes or what is wrong with it below."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Label, TextArea

from store.actions.action import Action, Document, Field, FieldKind, ValueRefused, Values
from store.actions.typed_values import edited_keys, typed_value
from store.json_text import stored_object
from tui.actions.words import JSON_KINDS, text_of
from widgets.frame.typed_line import TypedLine
from widgets.text import escaped, plain, safe

NEEDED = "This is needed."
UNCHANGED = "Nothing is changed yet."


def first_texts(
    action: Action, records: Sequence[Document], given: Values, now: datetime, zone: tzinfo
) -> dict[str, str]:
    """What the lines begin with: a value that was given, else what the record has where the field edits that."""
    edits = action.is_repeatable and not action.moves_value and len(records) == 1
    held: dict[str, Any] = {**(records[0] if edits else {}), **given}
    texts = {one: text_of(one, held.get(one.name), now, zone) for one in action.fields}
    return {one.name: escaped(text) if one.kind in JSON_KINDS else plain(text) for one, text in texts.items()}


def values_of(
    action: Action, texts: Mapping[str, str], first: Mapping[str, str], given: Values, now: datetime, zone: tzinfo
) -> tuple[dict[str, Any], dict[str, str]]:
    """The values that were typed, and what is wrong with others, by the names of fields; "" is for the form.

    A line that stands as it began says nothing: what it shows of a record is never sent back. Of a JSON object the
    same holds for each key.
    """
    values, wrong = dict(given), dict[str, str]()
    for one in action.fields:
        text = texts.get(one.name, "")
        if text == first.get(one.name, ""):
            if one.required and one.name not in values:
                wrong[one.name] = NEEDED
            continue
        try:
            value = typed_value(one, text, now, zone)
            if one.kind is FieldKind.JSON and one.name not in given and not text.startswith("@"):
                value = edited_keys(one, stored_object(first.get(one.name)), value)
            if value or one.kind is not FieldKind.JSON:
                values[one.name] = value
        except ValueRefused as no:
            wrong[one.name] = str(no)
    if not wrong and not values and any(first.values()):
        wrong[""] = UNCHANGED
    return values, wrong


class JsonArea(TextArea):
    """Several lines for a JSON object; `enter` breaks a line here."""

    DEFAULT_CSS = """
    JsonArea, JsonArea:focus { width: 1fr; height: auto; max-height: 12; border: none; padding: 0; }
    JsonArea { background: $foreground 7%; }
    JsonArea:focus { background: $foreground 15%; }
    """

    def __init__(self, text: str) -> None:
        super().__init__(text, soft_wrap=True, compact=True, highlight_cursor_line=False)
        self.cursor_blink = False


class FormLine(Vertical):
    """One field.

    Args:
        field: which.
        text: to begin with.
        help: what it takes, in words.
    """

    DEFAULT_CSS = """
    FormLine { height: auto; margin-bottom: 1; }
    FormLine Horizontal { height: auto; }
    FormLine .form--name { width: 22; color: $text-accent; }
    FormLine TypedLine { width: 1fr; background: $foreground 7%; }
    FormLine TypedLine:focus { width: 1fr; background: $foreground 15%; }
    FormLine .form--note { width: 100%; height: auto; padding-left: 22; color: $text-muted; }
    FormLine .form--note.-wrong { color: $text-error; }
    """
    LONGEST = 1_000_000
    """Characters of a line: what a record holds is never cut."""

    def __init__(self, field: Field, text: str, help: str) -> None:  # noqa: A002 - what it is
        super().__init__()
        self.field = field
        self._text, self._help = text, help

    def compose(self) -> ComposeResult:
        """Name, line, and a note."""
        name = self.field.name.replace("_", " ")
        with Horizontal():
            yield Label(safe(f"{name} (needed)" if self.field.required else name), classes="form--name")
            if self.field.kind in JSON_KINDS:
                yield JsonArea(self._text)
            else:
                line = TypedLine()
                line.max_length, line.value = self.LONGEST, self._text
                yield line
        yield Label(safe(self._help), classes="form--note")

    @property
    def line(self) -> TypedLine | JsonArea:
        """Where it is typed."""
        found = self.query(TypedLine)
        return found.first() if found else self.query_one(JsonArea)

    @property
    def text(self) -> str:
        """What stands there."""
        line = self.line
        return line.value if isinstance(line, TypedLine) else line.text

    def show_wrong(self, words: str) -> None:
        """Say what is wrong, or again what it takes."""
        note = self.query_one(".form--note", Label)
        note.set_class(bool(words), "-wrong")
        note.update(safe(words or self._help))


class ActionForm(VerticalScroll, can_focus=False, inherit_bindings=False):
    """The fields of an action, one below the other."""

    DEFAULT_CSS = """
    ActionForm { height: 1fr; padding: 1 2 0 2; scrollbar-size: 1 1; }
    """

    async def show_fields(self, fields: Sequence[Field], texts: Mapping[str, str], helps: Mapping[str, str]) -> None:
        """Begin anew with these."""
        await self.remove_children()
        await self.mount_all(FormLine(one, texts.get(one.name, ""), helps[one.name]) for one in fields)

    @property
    def texts(self) -> dict[str, str]:
        """What stands in the lines."""
        return {one.field.name: one.text for one in self.query(FormLine)}

    def show_wrong(self, wrong: Mapping[str, str]) -> None:
        """Say beside each field what is wrong with it, and go to the first such."""
        lines = list(self.query(FormLine))
        for one in lines:
            one.show_wrong(wrong.get(one.field.name, ""))
        first = next((one for one in lines if one.field.name in wrong), lines[0] if lines else None)
        if first is not None:
            first.line.focus()

    def step(self, step: int) -> None:
        """To the next field, or the one before."""
        lines = [one.line for one in self.query(FormLine)]
        at = next((index for index, line in enumerate(lines) if line.has_focus), -step)
        if lines:
            lines[(at + step) % len(lines)].focus()
