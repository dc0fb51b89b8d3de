"""The screen of a record of any kind that has no room of its own."""

from functools import partial

from store.queries.record import read_record
from store.queries.search_query import KINDS
from store.ref import Ref
from tui.kit.record_screen import RecordScreen
from tui.kit.record_view import RecordRequested, RecordView
from tui.kit.services import AppServices
from tui.search.words import formatter_of, kind_words, record_view

_MOST_CRUMBS = 3


def record_screen(services: AppServices, ref: Ref, above: tuple[str, ...]) -> RecordScreen | None:
    """The screen of a record; None for a kind that nothing is kept of.

    Args:
        services: what the app is given.
        ref: which record.
        above: where the reader comes from.
    """
    if ref.kind not in KINDS:
        return None
    place = kind_words(ref.kind, many=True).capitalize()
    opened = RecordRequested(read=partial(_read, services, ref), place=place, personal=True, reveal=False)
    return RecordScreen(services, opened, above[-_MOST_CRUMBS:], "")


def _read(services: AppServices, ref: Ref, reveal: bool) -> RecordView:
    record = services.reader.ask(read_record, ref, services.now(), services.zone)
    return record_view(record, ref.kind, formatter_of(services.settings, services.now(), reveal=reveal))
