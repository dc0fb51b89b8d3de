"""One change on its way: the request, the world it changes, and what changes share."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from store.sandbox.exports import body_of
from store.sandbox.problems import bad_payload, not_found
from store.sandbox.routes import Answer, Call, RecordKey
from store.sandbox.table import Document
from store.sandbox.world import World, moments
from store.sandbox.writes.background import Background
from store.sandbox.writes.habits import WriteHabits


@dataclass(frozen=True, slots=True)
class Change:
    """One request that writes.

    Attributes:
        call: the request.
        world: what it changes.
        background: takes what is done later.
        habits: see `WriteHabits`.
    """

    call: Call
    world: World
    background: Background
    habits: WriteHabits

    @property
    def at(self) -> str:
        """The instant of the change, as columns hold it."""
        return moments.text(moments.milliseconds(self.call.now))

    @property
    def body(self) -> Document:
        """The JSON object of the request; empty without a body."""
        return body_of(self.call)

    def items(self) -> list[Document]:
        """The JSON array of objects of the request. Raises Problem for anything else."""
        try:
            items = json.loads(self.call.request.body)
        except (ValueError, RecursionError):
            raise bad_payload("The body is no JSON") from None
        if not isinstance(items, list) or not items or not all(isinstance(one, dict) for one in items):
            raise bad_payload("The body should be array of objects")
        return items

    def named(self, key: RecordKey, parameter: str) -> str:
        """The id of the record that a path parameter names. Raises Problem 404 when there is none."""
        return self.id_of(key, self.call.path[parameter])

    def id_of(self, key: RecordKey, text: str) -> str:
        """The id of the record with this id, code or name. Raises Problem 404 when there is none."""
        found = key.find(self.call.project, text)
        if found is None:
            raise not_found(key.kind, text)
        return found

    def row(self, table: str, key: str | None) -> Any:
        """A row of a large table by id. Raises KeyError when there is none."""
        row = self.world.tables[table].find(key)
        if row is None:
            raise KeyError(key)
        return row

    def shown(self, table: str, key: str | None) -> Document:
        """A record as the API shows it."""
        document = self.world.tables[table].document_of(key)
        if document is None:
            raise KeyError(key)
        return document

    def edit(self, table: str, key: str, **members: Any) -> Document:
        """Change a record and its `updated_at`; the record as it is then."""
        self.world.tables[table].edit(key, **members, updated_at=self.at)
        return self.shown(table, key)

    def new_id(self, prefix: str) -> str:
        """A new id."""
        return self.world.new_id(prefix, self.at)


Writer: TypeAlias = Callable[[Change], Answer]
WriteRoute: TypeAlias = tuple[str, str, Writer]
"""Method, path template, and what carries it out."""


def switches(path: str, table: str, key_of: Callable[[Change], str]) -> tuple[WriteRoute, WriteRoute]:
    """The routes that enable and disable the records of a table; both answer with the record."""

    def switch(is_on: bool, change: Change) -> Answer:
        return change.edit(table, key_of(change), active=is_on)

    return ("POST", f"{path}/enable", partial(switch, True)), ("POST", f"{path}/disable", partial(switch, False))
