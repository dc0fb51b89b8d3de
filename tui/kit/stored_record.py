"""The base of screens about what the cache holds of one record: its document, its history."""

from abc import abstractmethod
from typing import ClassVar

from store.explain.rows import stored_ref
from store.ref import Ref
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices


class StoredRecordScreen(AppScreen):
    """One record of a table. A subclass reads it by `read_record`, whenever the cache changed, too.

    Args:
        services: what the app is given.
        table: resource name.
        identity: the record's id.
        name: what people call it.
        as_of: UTC text of when it was last read; None when that is not known.

    Attributes:
        PART: what of it is shown, in a word.
    """

    PART: ClassVar[str]

    def __init__(self, services: AppServices, table: str, identity: str, name: str, as_of: str | None = None) -> None:
        super().__init__(services)
        self.table = table
        self.identity = identity
        self._called = name
        self._as_of = as_of

    @abstractmethod
    def read_record(self) -> None:
        """Ask the cache."""

    def crumbs(self) -> tuple[str, ...]:
        """Where the user is."""
        return (self.table.replace("_", " ").capitalize(), self._called or self.identity, self.PART)

    def manageable(self) -> tuple[Ref, ...]:
        """The record."""
        return (stored_ref(self.table, self.identity),)

    def data_age(self) -> str | None:
        """When it was last read."""
        return self._as_of

    def cache_changed(self) -> None:
        """Read it again."""
        self.read_record()
