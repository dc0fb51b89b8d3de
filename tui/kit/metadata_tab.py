"""Metadata, flattened, with the types of the schema that applies (API §4.2 L)."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical

from store.domain.documents import flatten
from store.domain.values import members, shown, word
from store.queries.metadata import metadata_schema
from store.times import utc_text
from tui.kit.bodies import CacheLoading
from tui.kit.context import Context, SubjectContext
from tui.kit.spec import TabSpec
from widgets.table.columns import TableColumn
from widgets.table.rows import Cell, CellText, Row
from widgets.table.virtual_table import VirtualTable
from widgets.text.lines import DataLines, Line, Role
from widgets.text.wrap import wrap_cells

_COLUMNS = (
    TableColumn("key", "Key", 18, flex=1, max_width=40, priority=3, sortable=False),
    TableColumn("value", "Value", 20, flex=3, priority=2, sortable=False),
    TableColumn("type", "Type", 18, flex=1, max_width=40, priority=1, sortable=False),
)
_NUMBERS = frozenset({"number", "integer", "decimal"})


@dataclass(frozen=True, slots=True)
class MetadataData:
    """What the tab shows: a row per leaf, and which schema types them."""

    rows: tuple[Row, ...]
    note: str
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Metadata:
    """An object's metadata.

    Attributes:
        values: the metadata, as the document has it.
        related: the kind of object whose schema types it.
        why: why that is another kind than the object's own, in words.
    """

    values: Mapping[str, Any]
    related: str
    why: str = ""


def load_metadata(context: SubjectContext, metadata: Metadata) -> MetadataData:
    """Flatten metadata and compare it with its schema."""
    related = metadata.related
    schema = context.reader.ask(metadata_schema, related)
    rows = tuple(_rows(metadata.values, members(members(schema).get("properties")), known=schema is not None))
    if schema is None:
        return MetadataData(rows, f"No metadata schema for {related}s is synced: types are those of the values.", False)
    strict = "; other keys are refused" if members(schema).get("allow_defined_only") is True else ""
    instead = f" ({metadata.why})" if metadata.why else ""
    return MetadataData(rows, f"Types of the {related} metadata schema{instead}{strict}.")


def _rows(values: Mapping[str, Any], properties: Mapping[str, Any], *, known: bool) -> Iterator[Row]:
    for path, value in flatten(values):
        if not path:
            continue
        names = [part.replace("~1", "/").replace("~0", "~") for part in path.lstrip("/").split("/")]
        yield Row(path, (".".join(names), _value(value), _type_cell(value, members(properties.get(names[0])), known)))
    for name, definition in properties.items():
        if name not in values:
            required = members(definition).get("optional") is False
            words = CellText("required, not set", "warn") if required else CellText("not set", "muted")
            yield Row(f"/{name}", (str(name), words, type_words(members(definition))))


def _value(value: Any) -> str:
    """As it is: a number may be a code or a year, which grouping would spoil."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else shown(value)


def _type_cell(value: Any, definition: Mapping[str, Any], known: bool) -> Cell:
    """The schema's type; a value of another type and a key the schema does not know stand out."""
    if not definition:
        return CellText(f"{_own_type(value)}, not in the schema", "warn") if known else _own_type(value)
    words = type_words(definition)
    return words if fits(value, definition) else CellText(f"{words}, but this is {_own_type(value)}", "bad")


def type_words(definition: Mapping[str, Any]) -> str:
    """A property's type as the schema gives it: `number`, `list of text`, `date, required`."""
    kind = word(definition.get("type")) or "any type"
    kind = {"string": "text", "boolean": "yes or no"}.get(kind, kind)
    words = f"list of {kind}" if definition.get("array") is True else kind
    return f"{words}, required" if definition.get("optional") is False else words


def fits(value: Any, definition: Mapping[str, Any]) -> bool:
    """Whether a value is of a property's type; types not known here fit everything."""
    if value is None:
        return definition.get("optional") is not False
    if definition.get("array") is True:
        return isinstance(value, list) and all(_fits_one(entry, definition) for entry in value)
    return _fits_one(value, definition)


def _fits_one(value: Any, definition: Mapping[str, Any]) -> bool:
    kind = word(definition.get("type"))
    if kind == "string":
        return isinstance(value, str)
    if kind in _NUMBERS:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in ("date", "datetime"):
        return utc_text(value) is not None
    if kind == "image_url":
        return isinstance(value, str) and re.match(r"https?://", value) is not None
    return True


def _own_type(value: Any) -> str:
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "text"
    return "nothing" if value is None else "list" if isinstance(value, list) else "object"


class _Note(DataLines[MetadataData]):
    """One quiet sentence."""

    DEFAULT_CSS = "_Note { height: auto; padding: 0 1; }"

    def draw(self, width: int) -> list[Line]:
        """The sentence, wrapped."""
        role: Role = "source" if self.data.complete else "warn"
        return [((part, role),) for part in wrap_cells(self.data.note, max(1, width))]


class MetadataTab(Vertical, CacheLoading[MetadataData]):
    """Keys, values and types."""

    DEFAULT_CSS = "MetadataTab { height: 1fr; }"

    def __init__(self, context: Context, metadata_of: Callable[[Context], Metadata]) -> None:
        super().__init__()
        self.prepare(context, lambda context: load_metadata(context, metadata_of(context)))

    def compose(self) -> ComposeResult:
        """A sentence on the schema, then the rows."""
        yield _Note(MetadataData((), ""))
        yield VirtualTable(_COLUMNS, empty_text=f"This {self.load_context.subject.kind} carries no metadata.")

    def show(self, data: MetadataData) -> None:
        """Show the rows; the cursor stays on its key."""
        self.query_one(_Note).show(data)
        self.query_one(VirtualTable).show_rows(data.rows)


def metadata_tab(metadata_of: Callable[[Context], Metadata]) -> TabSpec[Context]:
    """The Metadata tab of a subject, with the number of its values."""

    def count(context: Context) -> int:
        return sum(1 for path, _ in flatten(metadata_of(context).values) if path)

    return TabSpec("metadata", "Metadata", lambda context: MetadataTab(context, metadata_of), count)
