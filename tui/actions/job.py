"""What a page of an action knows: where it is, and the records with their plans and ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from enum import Enum, auto

from store.actions.action import Action, Fate, Values
from store.actions.batch import Row, RowResult
from store.actions.change_words import warning_lines
from store.actions.plan import Plan
from store.actions.subjects import ManagedRecord
from tui.actions.desk import Draft
from tui.actions.work import Prepared


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
    prepared: Prepared = field(default_factory=Prepared)
    results: dict[str, RowResult] = field(default_factory=dict)
    batch: str = ""

    @property
    def titles(self) -> list[str]:
        """What people call the records."""
        return [self.title_of(one) for one in self.records]

    def title_of(self, record: str) -> str:
        """What people call one. Outside text."""
        return self.managed[record].title if record in self.managed else record

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
    def to_send(self) -> tuple[Row, ...]:
        """The records that a yes sends, with what was shown of them."""
        left_out, plans = self.prepared.left_out, self.prepared.plans
        return tuple(Row(one, self.values, plans.get(one)) for one in self.records if one not in left_out)

    @property
    def unfinished(self) -> tuple[str, ...]:
        """What was not tried, or surely not done."""
        ends = {one: result.fate for one, result in self.results.items()}
        again = (Fate.NOT_DONE, Fate.NOT_TRIED)
        return tuple(row.record for row in self.to_send if ends.get(row.record, Fate.NOT_TRIED) in again)

    def warnings(self, zone: tzinfo) -> tuple[str, ...]:
        """What people should know before; of several records without the instant until which each can be changed."""
        plans = self.prepared.plans.values()
        lines = [line for one in plans for line in (warning_lines(one, zone) if len(plans) == 1 else one.warnings)]
        return tuple(dict.fromkeys(lines))
