"""What a customer's own record says: who they are, where, what their orders and codes came to, with source and age."""

from collections.abc import Mapping
from typing import Any

from store import words as fmt
from store.domain.values import inside, members, number, visible, word
from store.queries.customer_activity import reach_of
from store.queries.customer_profile import consents_of
from store.queries.freshness import data_state
from store.times import utc_text
from tui.customers.context import CustomerContext
from tui.kit.figures import state_words, unknown_field
from widgets.panel.panel import Field, PanelData
from widgets.text.lines import Role

_ADDRESS = ("line_1", "line_2", "postal_code", "city", "state", "country")
_NOT_HELD = "The record itself is not cached. r reads it."


_MOST_CONSENTS = 12
_GIVEN: dict[bool | None, tuple[str, Role]] = {
    True: ("given", "good"), False: ("revoked", "warn"), None: ("received in a form that is not known", "muted"),
}  # fmt: skip


def _source(context: CustomerContext) -> str:
    return state_words(context.reader.ask(data_state, "customers", context.subject), context.reader.now())


def _document(context: CustomerContext) -> Mapping[str, Any]:
    return context.customer.document


def identity(context: CustomerContext) -> PanelData:
    """Names, addresses of mail and telephone, ids and dates; personal data masked unless revealed."""
    document, scene = _document(context), context.scene
    fields = [
        Field(label, scene.name(document.get(name)))
        for label, name in (
            ("Name", "name"),
            ("E-mail", "email"),
            ("Phone", "phone"),
            ("Source id", "source_id"),
            ("Born", "birthdate"),
            ("Description", "description"),
        )
        if visible(document.get(name))
    ]
    fields.append(Field("Id", context.customer.id))
    for label, name in (("Created", "created_at"), ("Changed", "updated_at")):
        if told := scene.when(utc_text(document.get(name)), named=True):
            fields.append(Field(label, told))
    if context.customer.missing_since:
        gone = scene.when(context.customer.missing_since)
        fields.append(Field("", f"The API did not know this customer any more on {gone}: deleted or merged.", "warn"))
    return PanelData("Profile", tuple(fields), _source(context), empty_note=_NOT_HELD)


def address(context: CustomerContext) -> PanelData:
    """The postal address; the country alone is not masked."""
    held, scene = members(_document(context).get("address")), context.scene
    fields = tuple(
        Field(
            name.replace("_", " ").capitalize(), word(held.get(name)) if name == "country" else scene.name(held[name])
        )
        for name in _ADDRESS
        if visible(held.get(name))
    )
    return PanelData("Address", fields, empty_note="The record carries no address.")


def totals(context: CustomerContext) -> PanelData:
    """What the API sums up of them: orders that were only created or canceled do not count (API §6)."""
    document, source = _document(context), _source(context)

    def count(label: str, *path: str) -> Field:
        value = number(inside(document, *path))
        return Field(label, fmt.count(value), "strong") if value is not None else unknown_field(label, fmt.NOT_STATED)

    def money(label: str, *path: str) -> Field:
        value = number(inside(document, *path))
        known = fmt.money(value, context.currency)
        return Field(label, known, "strong") if value is not None else unknown_field(label, fmt.NOT_STATED)

    redeemed, orders = ("summary", "redemptions"), ("summary", "orders")
    fields = (
        count("Redeemed", *redeemed, "total_succeeded"),
        count("Refused", *redeemed, "total_failed"),
        count("Rolled back", *redeemed, "total_rolled_back"),
        money("Gift credit redeemed", *redeemed, "gift", "redeemed_amount"),
        count("Points redeemed", *redeemed, "loyalty_card", "redeemed_points"),
        count("Orders", *orders, "total_count"),
        money("Order value", *orders, "total_amount"),
        money("Average order", *orders, "average_amount"),
        count("Points now", "loyalty", "points"),
        count("Customers referred", "referrals", "total"),
    )
    return PanelData("Totals", fields, source)


def activity_known(context: CustomerContext) -> PanelData:
    """How many events are held and how far back, and whether every sync keeps them up."""
    reach, scene = context.reader.ask(reach_of, context.subject.id), context.scene
    known = fmt.count(reach.held) if reach.whole else fmt.at_least(fmt.count(reach.held)) if reach.held else fmt.UNKNOWN
    fields = [Field("Events", known, "strong")]
    if reach.newest:
        fields.append(Field("Newest", scene.when(reach.newest, named=True)))
    if reach.back_to:
        fields.append(Field("Whole since" if not reach.whole else "Oldest", scene.when(reach.back_to, named=True)))
    if not reach.whole:
        fields.append(Field("", "Older events may exist. r reads on.", "warn"))
    fields.append(Field("Watched", "yes: every sync keeps this up" if context.watched else "no (w watches)"))
    return PanelData("Activity", tuple(fields), state_words(reach.state, context.reader.now()))


def consents(context: CustomerContext) -> PanelData:
    """Marketing permissions: by the record, else by the last event or webhook about each."""
    held, scene = context.reader.ask(consents_of, context.customer), context.scene
    fields = []
    for one in held[:_MOST_CONSENTS]:
        since = f" since {scene.when(one.at, named=True)}" if one.at else ""
        words, role = _GIVEN[one.given]
        fields.append(Field(one.name, f"{words}{since}", role))
    if (more := len(held) - _MOST_CONSENTS) > 0:
        fields.append(Field("", f"and {more} more in the record (J)", "muted"))
    note = "None are known: the record carries none, and no event that was read tells of one."
    return PanelData("Consents", tuple(fields), _source(context), empty_note=note)
