"""The data of a customer's event, read for its one line: texts, money, points, names (API §6)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from store.domain.values import called, entries, inside, members, number, shown, visible, word
from store.times import utc_text
from store.words import money, points

ARROW, BETWEEN, MINUS = " → ", " · ", "−"
_PAIRS = 3
"""Metadata pairs shown of a custom event."""
_RECORDED = (
    "redemption_rollback.date", "redemption.date", "sent_at", "recovered_at", "failed_at", "publication.created_at",
    "transaction.created_at", "validation.created_at", "event.created_at",
)  # fmt: skip
"""Where the data says when something happened, which may be another instant than when it was recorded."""


def payload(document: Any) -> Mapping[str, Any]:
    """The data of an event, from `data.data`; empty where it is missing."""
    return members(inside(document, "data", "data"))


def happened_at(document: Any) -> str | None:
    """When it happened by its data (UTC text); None where the data does not say it."""
    data = payload(document)
    return next((found for path in _RECORDED if (found := utc_text(inside(data, *path.split("."))))), None)


@dataclass(frozen=True, slots=True)
class EventFacts:
    """The data of one event.

    Attributes:
        data: the `data.data` of the API.
        currency: of the profile; amounts are minor units.
        names: what ids in it are called, where the cache knows it.
    """

    data: Mapping[str, Any]
    currency: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    def at(self, path: str) -> Any:
        """The value at a dotted path."""
        return inside(self.data, *path.split("."))

    def text(self, *paths: str) -> str:
        """The first of some texts that shows something."""
        return next((found for path in paths if (found := visible(self.at(path)))), "")

    def name(self, path: str) -> str:
        """What an object is called."""
        return called(self.at(path))

    def known(self, identity: Any) -> str:
        """What an id is called in the cache, else the id."""
        return self.names.get(word(identity)) or word(identity)

    @property
    def code(self) -> str:
        """The code it is about."""
        return self.text("voucher.code", "publication.voucher.code", "redemption.voucher.code")

    @property
    def order(self) -> str:
        """The order by the shop's own id, and its money before and after discounts."""
        name = self.text("order.source_id", "order.id")
        before, after = number(self.at("order.amount")), number(self.at("order.total_amount"))
        if before is None:
            return name
        amounts = money(before, self.currency)
        if after is not None and after != before:
            amounts += ARROW + money(after, self.currency)
        return f"{name} {amounts}".strip()

    def amount(self, value: Any, *, unit: str = "") -> str:
        """A signed change of a balance: points, or money where it is of a gift card."""
        known = number(value)
        if known is None:
            return ""
        sign = MINUS if known < 0 else "+"
        size = money(abs(known), self.currency) if unit == "amount" else points(abs(known), short=False)
        return f"{sign}{size}"

    def moved(self, member: str = "balance") -> str:
        """What a balance moved by and what it came to."""
        unit = "amount" if number(self.at(f"{member}.amount")) is not None else "points"
        change, left = self.amount(self.at(f"{member}.{unit}"), unit=unit), number(self.at(f"{member}.balance"))
        if left is None:
            return change
        return f"{change}{ARROW}{money(left, self.currency) if unit == 'amount' else f'{left:,}'}"

    @property
    def pairs(self) -> str:
        """The first metadata of an event of the shop's own."""
        pairs = list(members(self.at("event.metadata")).items())
        more = f" and {len(pairs) - _PAIRS} more" if len(pairs) > _PAIRS else ""
        return ", ".join(f"{name} {shown(value)}" for name, value in pairs[:_PAIRS]) + more

    def listed(self, path: str) -> Iterator[str]:
        """What the entries of a list are called."""
        for entry in entries(self.at(path)):
            if name := self.known(members(entry).get("id")):
                yield name


def line(*parts: str) -> str:
    """Parts that are there, with a dot between them."""
    return BETWEEN.join(part for part in parts if part)
