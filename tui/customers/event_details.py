"""All there is to read of one event: its facts, its payload, and the calls the API log has of its request."""

from dataclasses import dataclass
from typing import Any

from textual.containers import Horizontal
from textual.widget import Widget

from store.domain.customer_events import channel_words
from store.domain.documents import diff
from store.domain.event_facts import payload
from store.domain.values import inside, members, number
from store.explain.rows import EVENT, explained
from store.json_text import stored_object
from store.queries.customer_activity import (
    TABLE,
    CustomerEvent,
    EventStub,
    logged_calls,
    read_events,
)
from store.queries.reader import raw_document
from store.ref import CAMPAIGN, CUSTOMER, ORDER, VOUCHER, Ref
from store.words import money, points
from tui.customers.context import CustomerContext
from tui.customers.feed_source import other_clock
from tui.kit.activity.drawer import PayloadPane
from tui.kit.formatter import Formatter
from tui.kit.masking import masked_addresses, masked_document
from tui.kit.record_view import RecordLink, RecordRequested, RecordView
from widgets.panel.drawer import Drawer
from widgets.panel.panel import DetailPanel, Field, PanelData

_SIDE_BY_SIDE = 100
_DIFFERENCES = 12


@dataclass(frozen=True, slots=True)
class EventDetails:
    """An event, its payloads by name as JSON text or values, and what else its facts name."""

    event: CustomerEvent
    documents: tuple[tuple[str, Any], ...]
    links: tuple[RecordLink, ...]


def read_details(context: CustomerContext, stub: EventStub) -> EventDetails | None:
    """Ask for all there is of an event; None when it is gone. Blocks; raises `CacheError`."""
    ask = context.reader.ask
    found = ask(read_events, [stub], context.currency)
    if not found:
        return None
    event = found[0]
    text = ask(raw_document, TABLE, event.id) or "{}"
    documents: list[tuple[str, Any]] = [("event", text)]
    for name, call in ask(logged_calls, event.group_id):
        documents += [(f"{part} of {name}", call[f"{part}_body"]) for part in ("request", "response")
                      if call.get(f"{part}_body") is not None]  # fmt: skip
    return EventDetails(event, tuple(documents), _links(event, stored_object(text)))


def _links(event: CustomerEvent, document: dict[str, Any]) -> tuple[RecordLink, ...]:
    """The things an event is about, each to be opened in the room of its kind."""
    data = payload(document)
    named = (
        ("campaign", CAMPAIGN, event.campaign_id, event.campaign),
        ("code", VOUCHER, event.voucher_id, event.voucher_code),
        ("redemption", "redemption", event.redemption_id, None),
        ("order", ORDER, event.order_id, None),
        ("referrer", CUSTOMER, inside(data, "referrer", "id"), None),
        ("holder", CUSTOMER, inside(data, "holder", "id"), None),
    )
    return tuple(
        RecordLink(Ref(kind, identity), relation, words or identity)
        for relation, kind, identity, words in named
        if isinstance(identity, str) and identity and identity != event.customer_id
    )


def event_fields(context: CustomerContext, details: EventDetails, scene: Formatter) -> tuple[Field, ...]:
    """What an event says."""
    event = details.event
    document = stored_object(details.documents[0][1]) if isinstance(details.documents[0][1], str) else {}
    said = event.line if scene.reveal else masked_addresses(event.line)
    fields = [
        Field("What", event.title, "strong"), Field("Says", said), Field("At", scene.when(event.at, named=True)),
        Field("Happened", other_clock(event, scene)), Field("Balance after", _balance(document, context)),
        Field("Campaign", event.campaign or event.campaign_id or ""), Field("Code", event.voucher_code or ""),
        Field("Order", event.order_id or ""), Field("Redemption", event.redemption_id or ""),
        Field("By", event.performed_by or ""), Field("Channel", channel_words(event.channel)),
        Field("Category", (event.category or "").lower() or "not known"), Field("Request", event.group_id or ""),
        Field("Type", event.type), Field("Id", event.id),
    ]  # fmt: skip
    if event.type.endswith((".created", ".updated")) and isinstance(payload(document).get("customer"), dict):
        fields.insert(2, Field("Differs from now", _differences(context, payload(document)["customer"])))
    return tuple(field for field in fields if field.value)


def _balance(document: dict[str, Any], context: CustomerContext) -> str:
    """What a card held after an event."""
    balance = members(payload(document).get("balance"))
    left = number(balance.get("balance"))
    if left is None:
        return ""
    return money(left, context.currency) if number(balance.get("amount")) is not None else points(left)


def _differences(context: CustomerContext, then: dict[str, Any]) -> tuple[str, ...]:
    """Where the customer of an event differs from the one that is cached: names of members alone, no values."""
    now = {name: context.customer.document.get(name) for name in then}
    paths = [change.path.lstrip("/") for change in diff(then, now)]
    more = (f"and {len(paths) - _DIFFERENCES} more",) if len(paths) > _DIFFERENCES else ()
    return (*paths[:_DIFFERENCES], *more) or ("nothing",)


def details_requested(
    context: CustomerContext, stub: EventStub, *, reveal: bool, as_json: bool = False
) -> RecordRequested:
    """An event, to be opened on a screen of its own."""

    def read(shown: bool) -> RecordView:
        details = read_details(context, stub)
        if details is None:
            return RecordView(f"Event {stub.id}")
        fields = event_fields(context, details, Formatter.of(context, reveal=shown))
        about = explained(Ref(EVENT, stub.id), {"type": stub.type})
        return RecordView(details.event.title, fields, shown_documents(details, reveal=shown), about=about)

    return RecordRequested(read=read, place="Activity", personal=True, reveal=reveal, as_json=as_json)


def shown_documents(details: EventDetails, *, reveal: bool) -> tuple[tuple[str, Any], ...]:
    """The payloads, with personal data masked unless revealed."""
    return tuple(
        (name, content if reveal or not isinstance(content, str) else masked_document(content))
        for name, content in details.documents
    )


class EventDrawer(Drawer):
    """Details of one event: facts and payloads, request and response beside each other where there is room."""

    DEFAULT_CSS = """
    EventDrawer { height: 60%; }
    EventDrawer.-right { width: 50%; }
    EventDrawer > Horizontal { height: 1fr; min-height: 8; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.details: EventDetails | None = None

    def show_event(self, context: CustomerContext, details: EventDetails | None, *, reveal: bool) -> None:
        """Open an event."""
        self.details = details
        if details is None:
            self.open(DetailPanel(PanelData("Details", empty_note="The event is gone from the cache.")))
            return
        fields = event_fields(context, details, Formatter.of(context, reveal=reveal))
        panes = [PayloadPane(name, content) for name, content in shown_documents(details, reveal=reveal)]
        beside = len(panes) > 1 and self.app.size.width >= _SIDE_BY_SIDE and not self.has_class("-right")
        content: list[Widget] = [Horizontal(*panes)] if beside else list(panes)
        self.open(DetailPanel(PanelData(details.event.title, fields)), *content)
