"""What a page of an action knows: where it is, and the records with their plans and ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from store.actions.action import Action, Fate, Values
from store.actions.plan import Plan
from store.actions.subjects import ManagedRecord
from tui.actions.desk import Draft
from tui.actions.work import Prepared, RowResult


class Stage(Enum):
    """Where the page is."""

    OPENING = auto()
    FORM = auto()
    READING = auto()
    REVIEW = auto()
    RUNNING = auto()
    RESULT = auto()
    CANNOT = auto()


@dataclass
class Job:
    """The action, its records, and all that is known of them so far."""

    action: Action
    records: tuple[str, ...]
    given: Values
    values: Values = field(default_factory=dict)
    managed: Mapping[str, ManagedRecord] = field(default_factory=dict)
    first: Draft = field(default_factory=dict)
    prepared: Prepared = field(default_factory=lambda: Prepared({}, {}, None))
    results: dict[str, RowResult] = field(default_factory=dict)

    @property
    def titles(self) -> list[str]:
        """What people call the records."""
        return [self.managed[one].title if one in self.managed else one for one in self.records]

    @property
    def key(self) -> tuple[tuple[str, str], tuple[str, ...]]:
        """Of the draft of its form."""
        return (self.action.kind, self.action.id), self.records

    @property
    def wants_form(self) -> bool:
        """Whether anything is to be asked for."""
        fields = self.action.fields
        lacks = any(one.required and one.name not in self.given for one in fields)
        return bool(fields) and (lacks or not self.given)

    @property
    def campaigns(self) -> tuple[str, ...]:
        """The campaigns the records belong to, or are."""
        return tuple({one.campaign_id: None for one in self.managed.values() if one.campaign_id})

    def plan_of(self, record: str) -> Plan | None:
        """What was sent to a record, or would be; None where it is read when its turn comes."""
        result = self.results.get(record)
        return (result.plan if result is not None else None) or self.prepared.plans.get(record)

    @property
    def to_send(self) -> dict[str, Plan | None]:
        """The records that a yes sends, with their plans."""
        left_out = self.prepared.left_out
        return {one: self.prepared.plans.get(one) for one in self.records if one not in left_out}

    @property
    def unfinished(self) -> tuple[str, ...]:
        """What was not tried, or surely not done."""
        ends = {one: result.fate for one, result in self.results.items()}
        return tuple(one for one in self.to_send if ends.get(one, Fate.NOT_DONE) is Fate.NOT_DONE)
