"""The ways to narrow a customer's activity, as choices with their numbers. Pure but for what `read_ways` asks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from store import words as fmt
from store.domain.customer_events import channel_words, event_type
from store.queries.breakdowns import span_bounds
from store.queries.customer_activity import (
    EventFilter,
    activity_campaign_types,
    activity_campaigns,
    activity_channels,
    activity_types,
    uncategorised,
)
from tui.customers.context import CustomerContext
from tui.kit.lists.narrowing import date_spans
from widgets.dialog.picker import PickerItem
from widgets.text import glyphs

_CATEGORIES = (("ACTION", "what the customer did"), ("EFFECT", "what it led to"))
_MOST_CAMPAIGNS = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """What a reader wants to see.

    Attributes:
        events: the filter of the cache.
        group: one group of types; "" for all.
        problems: only what went wrong.
        noise: messages and profile updates, too.
        words: what is in force, in words, by what it narrows.
    """

    events: EventFilter = field(default_factory=EventFilter)
    group: str = ""
    problems: bool = False
    noise: bool = True
    words: tuple[tuple[str, str], ...] = ()

    def narrowed(self, by: str, words: str, **changes: Any) -> "Shown":
        """With another choice in force of one thing to narrow by; no words lift it."""
        rest = tuple(pair for pair in self.words if pair[0] != by)
        return replace(self, words=(*rest, (by, words)) if words else rest, **changes)

    @property
    def told(self) -> str:
        """All that is in force, in words."""
        text = f"“{self.events.text.strip()}”" if self.events.text.strip() else ""
        parts = [text, *(words for _, words in self.words), "" if self.noise else "without noise"]
        return f" {glyphs.current().dot} ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Way:
    """One choice: its line, what is shown then, and whether it needs the categories of types, which are not known."""

    item: PickerItem
    then: Shown
    unlearnt: bool = False


def read_ways(context: CustomerContext, shown: Shown) -> list[Way]:
    """Ask what there is to narrow by."""
    ask, customer = context.reader.ask, context.subject.id
    found = [Way(PickerItem("all", "Everything", "", " "), Shown(noise=shown.noise))]
    types: list[tuple[str, int]] = ask(activity_types, customer)
    failed = sum(count for kind, count in types if event_type(kind).problem)
    item = _item("problems", "Only problems", failed, shown.problems)
    found.append(Way(item, shown.narrowed("problems", "problems", problems=True)))
    found += _campaign_ways(ask(activity_campaigns, customer), shown)
    for kind, count in ask(activity_campaign_types, customer):
        events, words = replace(shown.events, campaign_type=kind), kind.lower().replace("_", " ")
        item = _item(f"kind:{kind}", f"Campaign type: {words}", count, events == shown.events)
        found.append(Way(item, shown.narrowed("campaign type", words, events=events)))
    found += _type_ways(types, shown)
    unknown = ask(uncategorised, customer) > 0
    for name, words in _CATEGORIES:
        note = "not known yet: read once more" if unknown else words
        then = shown.narrowed("category", words, events=replace(shown.events, category=name))
        sign = glyphs.current().active if shown.events.category == name else " "
        found.append(Way(PickerItem(f"category:{name}", f"Category: {name.lower()}", note, sign), then, unknown))
    for channel, count in ask(activity_channels, customer):
        events = replace(shown.events, channel=channel)
        item = _item(f"channel:{channel}", f"Channel: {channel_words(channel)}", count, events == shown.events)
        found.append(Way(item, shown.narrowed("channel", channel_words(channel), events=events)))
    for index, (label, note, span) in enumerate(date_spans(context)):
        since, until = ("", "") if span is None else span_bounds(span, context.zone)
        events = replace(shown.events, since=since, until=until)
        then = shown.narrowed("dates", "" if span is None else note or label, events=events)
        found.append(Way(PickerItem(f"date:{index}", f"Date: {label}", note, " "), then))
    return found


def _item(identity: str, title: str, count: int, current: bool) -> PickerItem:
    return PickerItem(identity, title, fmt.count(count), glyphs.current().active if current else " ")


def _campaign_ways(campaigns: Sequence[tuple[str, str, int]], shown: Shown) -> list[Way]:
    found = []
    for identity, name, count in campaigns[:_MOST_CAMPAIGNS]:
        events = replace(shown.events, campaigns=(identity,))
        item = _item(f"campaign:{identity}", f"Campaign: {name}", count, events == shown.events)
        found.append(Way(item, shown.narrowed("campaign", name, events=events)))
    return found


def _type_ways(types: Sequence[tuple[str, int]], shown: Shown) -> list[Way]:
    """The groups of types, then each type."""
    groups = Counter[str]()
    for kind, count in types:
        groups[event_type(kind).group] += count
    found = []
    for group, count in groups.most_common():
        item = _item(f"group:{group}", f"About: {group}", count, shown.group == group)
        found.append(Way(item, shown.narrowed("group", f"about {group}", group=group)))
    for kind, count in types:
        events = replace(shown.events, types=(kind,))
        item = _item(f"type:{kind}", f"Event: {event_type(kind).title}", count, events == shown.events)
        found.append(Way(item, shown.narrowed("type", event_type(kind).title, events=events)))
    return found
