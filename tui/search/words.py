"""Hits, links and records in words: what the box and the screen of a record show of them."""

from datetime import datetime
from typing import Any

from store import words as fmt
from store.config import Settings
from store.explain.rows import explained
from store.queries.record import SOURCES, Record
from store.times import is_instant
from tui.campaign_kit.hits import label_of, link_to
from tui.kit.formatter import Formatter
from tui.kit.masking import is_personal_column, masked_addresses, masked_document
from tui.kit.record_view import RecordView
from widgets.panel.panel import Field
from widgets.text.lines import Role

_MONEY = frozenset({
    "order_amount", "order_total_amount", "discount_amount", "orders_amount", "orders_total_amount",
    "orders_total_discount_amount",
})  # fmt: skip
"""Columns that hold minor units, whatever else their row holds; other amounts may be points."""
_BAD, _GOOD = ("failed", "rollback failed", "disabled", "deleted"), ("succeeded", "active", "paid")


def kind_words(kind: str, *, many: bool = False) -> str:
    """A kind in words: `promotion tier`, `categories`."""
    words = kind.replace("_", " ")
    if not many or words.endswith("s") or words == "unreadable":
        return words
    return f"{words[:-1]}ies" if words.endswith("y") else f"{words}s"


def status_role(status: str) -> Role:
    """How a status is shown; it is told by its word as well."""
    return "bad" if status in _BAD else "good" if status in _GOOD else "text"


def record_view(record: Record | None, kind: str, formatter: Formatter) -> RecordView:
    """A record for its screen: fields, what it leads to, and its document."""
    if record is None:
        return RecordView(kind_words(kind).capitalize())
    hit = record.hit
    label = label_of(hit, reveal=formatter.reveal)
    links = tuple(link_to(link, formatter) for link in record.links)
    fields = [Field(label_, value, role) for label_, value, role in _fields(record, formatter)]
    if links:
        # What happened comes before what it is called: an order is read for its story.
        fields.insert(1 if hit.status else 0, Field("Links", tuple(f"{link.relation}: {link.words}" for link in links)))
    document: Any = record.document
    if document is not None and not formatter.reveal:
        document = masked_document(document)
    documents = () if record.document is None else (("as received", document),)
    title = f"{kind_words(kind).capitalize()} {label}"
    source = SOURCES.get(hit.ref.kind)
    stored = None if source is None else (source.table, hit.ref.id)
    about = explained(hit.ref, record.values)
    return RecordView(title, tuple(fields), documents, links=links, about=about, stored=stored)


def _fields(record: Record, formatter: Formatter) -> list[tuple[str, str, Role]]:
    hit = record.hit
    fields: list[tuple[str, str, Role]] = []
    if hit.status:
        fields.append(("Status", hit.status, status_role(hit.status)))
    for name, value in record.values.items():
        if words := _value(hit.ref.kind, name, value, formatter):
            fields.append((name.replace("_", " ").capitalize(), words, "text"))
    return fields


def _value(kind: str, name: str, value: Any, formatter: Formatter) -> str:
    if name == "status" and kind == "order":
        return ""
    if isinstance(value, int):
        is_money = name in _MONEY or (kind == "order" and name.endswith("amount"))
        return formatter.money(value) if is_money else fmt.count(value)
    text = str(value)
    if is_personal_column(kind, name):
        return formatter.name(text)
    if is_instant(text) and len(text) == 24 and name.endswith(("_at", "_date", "since", "date")):
        return formatter.when(text, named=True)
    return text if formatter.reveal else masked_addresses(text)


def formatter_of(settings: Settings, now: datetime, *, reveal: bool) -> Formatter:
    """How a project's values are worded."""
    return Formatter(settings.currency, settings.timezone, now, reveal)
