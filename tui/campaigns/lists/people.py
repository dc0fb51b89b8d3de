"""Lists of customers a campaign knows: participants, referrers, referees (API §4.3, §4.4)."""

from collections.abc import Callable

from store import words as fmt
from store.queries.freshness import data_state, needs
from store.queries.names import person
from store.queries.people import PARTICIPANTS, REFEREES, REFERRERS, held_cards
from store.queries.referrals import program_numbers
from store.queries.rows import Condition
from tui.campaign_kit.lists.redemption_detail import redemption_detail
from tui.kit.context import SubjectContext
from tui.kit.figure_words import known_words
from tui.kit.lists.details import column_fields, metadata_fields, read_document
from tui.kit.lists.spec import (
    Choice,
    Detail,
    Facet,
    ListRecord,
    ListSpec,
    list_column,
    money,
    number,
    points,
    text,
    when,
)
from widgets.panel.panel import Field
from widgets.table.rows import Cell


def _who(record: ListRecord) -> Cell:
    """The customer's name, masked unless revealed; the id while the customer is not cached."""
    known = record.scene.name(record["name"]) or record.scene.name(record["email"])
    return known or str(record["holder_id"] or record["id"] or "")


def _email(record: ListRecord) -> Cell:
    return record.scene.name(record["email"])


def needs_customers(context: SubjectContext) -> str:
    """What is missing while the customers list is not complete."""
    why = needs("customers", context.reader.ask(data_state, "customers"))
    return f"Incomplete: {why}." if why else ""


def _held(noun: tuple[str, str]) -> Callable[[SubjectContext], str]:
    """The codes these customers hold: a customer may have several."""

    def note(context: SubjectContext) -> str:
        cards = context.reader.ask(held_cards, context.subject.id)
        state = context.reader.ask(data_state, "vouchers", context.subject)
        return "" if state.known(cards) is None else f"These customers have {fmt.counted(cards, *noun)}."

    return note


def _referrers_note(context: SubjectContext) -> str:
    """Whom the list has, and how many of them are referrers."""
    referrers = context.reader.ask(program_numbers, context.subject.id).referrers
    text = known_words(referrers, None)
    count = f"{text} of all customers referred somebody" if referrers.known is not None else referrers.why.capitalize()
    return f"Every customer with a code is listed. {count}. {_held(('code', 'codes'))(context)}".strip()


def _code(record: ListRecord) -> Cell:
    """The customer's first code, and how many more there are."""
    more = (record["cards"] or 1) - 1
    return f"{record['code'] or ''} +{more}" if more > 0 else str(record["code"] or "")


def _holder_detail(spec: ListSpec, context: SubjectContext, record: ListRecord) -> Detail:
    """A customer's columns, every code of theirs, and the customer as received."""
    text_, document = read_document(context, "customers", record.id)
    fields = column_fields(spec, record)
    codes = tuple(str(record["codes"] or "").split("\n"))
    if len(codes) > 1:
        fields.append(Field("Codes", codes[:_MOST_CODES]))
    fields.append(Field("Customer id", record.id))
    if not record.scene.reveal:
        fields.append(Field("", "Personal data is masked; v reveals it.", "muted"))
    return Detail(spec.noun[0].capitalize(), (*fields, *metadata_fields(document)), text_)


def _tier(record: ListRecord) -> Cell:
    """The API gives a tier by id or by name (API §11.12)."""
    return record.named("loyalty_tiers", "loyalty_tier")


_NAME = list_column("name", "Customer", _who, width=18, flex=1, most=36, priority=100)
_EMAIL = list_column("email", "E-mail", _email, width=18, flex=1, most=36, priority=50)

_JOINED = when("joined", "Joined", priority=70)
_MOST_CODES = 50


_CARD_COUNTS = (Choice("one", (Condition("cards", "=", 1),)), Choice("several", (Condition("cards", ">=", 2),)))


PARTICIPANT_ROWS = ListSpec(
    id="participants",
    noun=("participant", "participants"),
    view=PARTICIPANTS,
    columns=(
        _NAME,
        points("balance", "Balance", priority=95),
        list_column("loyalty_tier", "Tier", _tier, width=14, priority=90),
        number("cards", "Cards", priority=85),
        list_column("code", "Card", _code, width=18, flex=1, most=32, priority=75),
        number("redeemed_quantity", "Uses", priority=60),
        _EMAIL,
        _JOINED,
        when("created_at", "First card made", priority=20),
    ),
    empty="No cards with a customer are synced yet. Press r to fetch the cards ({cost}).",
    facets=(Facet("Tier", column="loyalty_tier"), Facet("Cards", _CARD_COUNTS)),
    dates="joined",
    note=_held(("card", "cards")),
    lookups={"loyalty_tier": "loyalty_tiers"},
    detail=_holder_detail,
    place="code",
    personal=True,
)


_REFERRED = (
    Choice("has referred someone", (Condition("referred", ">=", 1),)),
    Choice("has referred no one yet", (Condition("referred", "=", 0),)),
)


REFERRER_ROWS = ListSpec(
    id="referrers",
    noun=("code holder", "code holders"),
    view=REFERRERS,
    columns=(
        _NAME,
        number("referred", "Referred", priority=95),
        when("last_referral", "Last referral", priority=70),
        list_column("code", "Code", _code, width=18, flex=1, most=32, priority=90),
        number("redeemed_quantity", "Uses", priority=60),
        _EMAIL,
        when("joined", "Code received", priority=40),
        when("created_at", "First code made", priority=20),
    ),
    empty="No codes with a customer are synced yet. Press r to fetch the codes ({cost}).",
    facets=(Facet("Referred", _REFERRED),),
    dates="joined",
    note=_referrers_note,
    detail=_holder_detail,
    place="code",
    personal=True,
)


def _referrer(record: ListRecord) -> Cell:
    return record.scene.name(record["referrer"]) or str(record["referrer_id"] or "")


_RESULTS = {"SUCCESS": "succeeded", "FAILURE": "refused"}


def _result_words(result: object) -> str:
    return _RESULTS.get(str(result), str(result or ""))


def _referee_detail(spec: ListSpec, context: SubjectContext, record: ListRecord) -> Detail:
    """The referee, and below it the redemption that made the referral count."""
    customer = context.reader.ask(person, record.id)
    text_, _ = read_document(context, "customers", record.id)
    fields = [*column_fields(spec, record), Field("Customer id", record.id)]
    if customer is not None and customer.email:
        fields.append(Field("E-mail", record.scene.name(customer.email)))
    linked = str(record["related_object_id"] or "")
    if record["related_object_type"] == "redemption" and linked:
        values = {"id": linked, "created_at": record["date"], "customer_id": record.id}
        story = redemption_detail(spec, context, ListRecord(values, record.scene, record.names))
        fields += [Field("", ""), Field("Redemption", linked, "strong"), *story.fields]
    elif linked:
        fields.append(Field("Linked to", f"{record['related_object_type'] or 'object'} {linked}"))
    return Detail("Referee", tuple(fields), text_)


REFEREE_ROWS = ListSpec(
    id="referees",
    noun=("referee", "referees"),
    view=REFEREES,
    columns=(
        list_column("name", "Referee", _who, width=18, flex=1, most=36, priority=100),
        list_column("referrer", "Referred by", _referrer, width=18, flex=1, most=36, priority=95),
        when("date", "At", priority=90),
        text("voucher_code", "Code", 16, flex=1, most=32, priority=80),
        money("order_amount", "Order", priority=70),
        list_column("result", "Redemption", lambda row: _result_words(row["result"]), width=11, priority=60),
    ),
    empty="Referees come with the customers, which are not synced yet. Press r to fetch them ({cost}).",
    facets=(Facet("Redemption", column="result", words=_result_words, shown=True, values=tuple(_RESULTS)),),
    dates="date",
    note=needs_customers,
    detail=_referee_detail,
    resource="customers",
    project_wide=True,
    personal=True,
)
