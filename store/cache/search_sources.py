"""What can be searched: for each kind of record its table, the texts in it, and the ids by which others name it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from store.cache.columns import as_text, dig
from store.folding import fold
from store.json_text import stored_object

BOOKS = (
    "create table if not exists search_states (number integer primary key, upto integer, anchor text)",
    (
        "create table if not exists search_changed (number integer not null, row integer not null,"
        " primary key (number, row)) without rowid"
    ),
)
"""How far each table is in the search index, and which of its rows changed since."""
METADATA = ("metadata",)
Field = tuple[str, str]
"""A text of a record under the name of the column or member it stands in."""


@dataclass(frozen=True, slots=True)
class SearchSource:
    """One kind of record.

    Attributes:
        number: its place in the index, never given to another kind; 0 for one that is always read row by row.
        kind: what `Ref` calls it.
        table: where its rows lie.
        texts: columns that are searched beside the id.
        members: paths in the document; every text inside is searched.
        links: columns that hold the ids of other records, found by the whole id; each leads an index.
        linked_by: the same as an SQL condition on `:linked`, for ids that no column holds.
    """

    number: int
    kind: str
    table: str
    texts: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    linked_by: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of its texts, `id` first."""
        return ("id", *self.texts)

    @property
    def select(self) -> str:
        """Its texts as SQL: columns, then the document or NULL; from rows `t` and documents `r`."""
        document = "cast(r.json as blob)" if self.members else "null"
        return ", ".join([*(f't."{name}"' for name in self.columns), document])

    @property
    def tables(self) -> str:
        """What `select` reads from."""
        return f'"{self.table}" t' + (f' left join "{self.table}_raw" r on r.id = t.id' if self.members else "")

    def fields(self, row: tuple[Any, ...]) -> list[Field]:
        """The texts of a row of `select`, folded, in order; empty ones are left out."""
        columns, document = row[: len(self.columns)], row[len(self.columns)]
        found = [(name, searchable(value)) for name, value in zip(self.columns, columns, strict=True) if value]
        if document is not None:
            found += [(name, searchable(text)) for name, text in self._inside(document)]
        if "phone" in self.texts:
            found += [("phone", digits) for name, text in found if name == "phone" and (digits := _digits(text))]
        return found

    def _inside(self, document: bytes) -> Iterator[Field]:
        known = _decoded(document)
        for path in self.members:
            yield from _leaves(path, dig(known, path.split(".")))


class _Searched(msgspec.Struct):
    """The members of a document that are searched: the others are skipped, not built."""

    metadata: Any = None
    order: Any = None
    data: Any = None


_decode = msgspec.json.Decoder(_Searched).decode


def _decoded(document: bytes) -> Mapping[str, Any]:
    try:
        found = _decode(document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return stored_object(document)
    return {"metadata": found.metadata, "order": found.order, "data": found.data}


def _leaves(path: str, value: Any) -> Iterator[Field]:
    waiting = [(path, value)]
    while waiting:
        name, one = waiting.pop()
        if isinstance(one, dict):
            waiting += [(f"{name}.{key}", inner) for key, inner in reversed(one.items())]
        elif isinstance(one, list):
            waiting += [(name, inner) for inner in reversed(one)]
        elif text := as_text(one):
            yield name, text


def searchable(text: object) -> str:
    """A text in the form that is compared: folded, and without NUL, at which SQLite's tokenizer ends."""
    return fold(str(text)).replace("\0", "\1")


def _digits(text: str) -> str:
    """A phone number as people type it: digits alone; "" where that is no other text."""
    digits = "".join(sign for sign in text if sign.isdigit())
    return digits if digits != text else ""


_ORDER = ("order.source_id", "order.metadata")
SEARCH_SOURCES = (
    SearchSource(1, "campaign", "campaigns", ("name", "category"), METADATA),
    SearchSource(2, "voucher", "vouchers", ("code",), METADATA, ("holder_id",)),
    SearchSource(3, "customer", "customers", ("name", "email", "phone", "source_id"), METADATA),
    SearchSource(
        4, "redemption", "redemptions",
        ("voucher_code", "order_id", "tracking_id", "failure_code", "failure_message", "reason"),
        (*METADATA, *_ORDER),
        ("customer_id", "voucher_id", "parent_redemption_id", "undone_redemption_id"),
    ),
    SearchSource(
        5, "publication", "publications",
        ("voucher_code", "source_id", "tracking_id", "distribution_id", "failure_code", "failure_message"),
        METADATA, ("customer_id", "voucher_id"),
    ),
    SearchSource(6, "transaction", "transactions", ("source_id", "reason", "order_id"), (), ("voucher_id",)),
    SearchSource(7, "promotion_tier", "promotion_tiers", ("name", "banner"), METADATA),
    SearchSource(8, "promotion_stack", "promotion_stacks", ("name",)),
    SearchSource(9, "loyalty_tier", "loyalty_tiers", ("name",), METADATA),
    SearchSource(10, "earning_rule", "earning_rules", ("name", "event"), METADATA),
    SearchSource(11, "reward", "rewards", ("name",), METADATA),
    SearchSource(12, "reward_assignment", "reward_assignments", (), (), ("reward_id",)),
    SearchSource(13, "validation_rule", "validation_rules", ("name",)),
    SearchSource(
        14, "rule_assignment", "validation_rules_assignments", (), (), ("rule_id", "related_object_id")
    ),
    SearchSource(15, "segment", "segments", ("name",)),
    SearchSource(16, "category", "categories", ("name",)),
    SearchSource(17, "area", "areas", ("name",)),
    SearchSource(18, "deletion", "trash_bin", ("resource_name",), (), ("resource_id",)),
    SearchSource(19, "background_task", "async_actions", ("request_id", "type")),
    SearchSource(20, "request", "api_log", ("request_id", "url", "user_email")),
    SearchSource(
        21, "webhook_delivery", "webhook_deliveries", ("type", "entity_id", "group_id"),
        linked_by="t.id in (select delivery_id from webhook_records where record_id = :linked)",
    ),
    SearchSource(22, "holder", "holders", (), (), ("customer_id", "redeemable_id")),
    SearchSource(23, "pending_points", "pending_points", ("order_id",), (), ("voucher_id",)),
    SearchSource(24, "points_expiration", "points_expiration", (), (), ("voucher_id",)),
    SearchSource(25, "metadata_schema", "metadata_schemas", ("related_object",)),
    SearchSource(
        26, "event", "customer_activity",
        ("type", "voucher_code", "order_id", "redemption_id", "group_id", "performed_by"),
        ("data.data.order.source_id",), ("customer_id", "voucher_id"),
    ),
    SearchSource(0, "unreadable", "unreadable", ("reason",)),
)  # fmt: skip

INDEXED = tuple(source for source in SEARCH_SOURCES if source.number)
NUMBERS: Mapping[str, int] = {source.table: source.number for source in INDEXED}
NOT_SEARCHED = frozenset({"access_settings", "customer_redeemables", "customer_segments"})
"""Tables whose rows are another table's records."""
