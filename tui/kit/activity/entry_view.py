"""All there is to read of one activity, for a screen of its own."""

from store.explain.rows import explained_trace
from store.queries.activity import Activity
from store.queries.reader import raw_document
from tui.kit.activity.words import facts
from tui.kit.change_words import entry_changes
from tui.kit.context import SubjectContext
from tui.kit.formatter import Formatter
from tui.kit.masking import masked_document
from tui.kit.record_view import RecordRequested, RecordView


def activity_opened(
    entry: Activity, context: SubjectContext, *, reveal: bool, as_json: bool = False
) -> RecordRequested:
    """An activity, to be opened: with its payloads, or the object it is about where it brought none."""

    def read(shown: bool) -> RecordView:
        payloads = list(entry.payloads)
        if not payloads:
            text = context.reader.ask(raw_document, entry.resource, entry.record_id)
            payloads = [(f"{entry.resource.replace('_', ' ')} {entry.record_id}, as it is now", text)] if text else []
        documents = tuple((name, text if shown else masked_document(text)) for name, text in payloads)
        said = facts(entry, Formatter.of(context, reveal=shown))
        about = explained_trace(entry.resource, entry.record_id, failed=entry.failed)
        changes = entry_changes(entry, Formatter.of(context, reveal=shown))
        return RecordView(entry.title, said, documents, changes, about=about, stored=(entry.resource, entry.record_id))

    return RecordRequested(read=read, place="Activity", personal=True, reveal=reveal, as_json=as_json)
