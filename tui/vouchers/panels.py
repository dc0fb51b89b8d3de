"""What a code's own record says: whether it works, who holds it, what it gives and holds, and what is not cached."""

from collections.abc import Callable, Iterator

from store import words as fmt
from store.domain.discount import voucher_value_text
from store.domain.validity import validity_text
from store.domain.values import inside, visible, word
from store.models import Freshness
from store.queries.card_ledger import card_ledger
from store.queries.freshness import list_state
from store.queries.names import person
from store.times import is_endless
from tui.campaign_kit.card_balances import verdict
from tui.campaign_kit.lists.codes import worked_out
from tui.kit.figures import state_words, unknown_field, value_field
from tui.kit.lists.spec import ListRecord
from tui.vouchers.context import LISTS, VoucherContext
from tui.vouchers.standing import reasons, status_span
from widgets.panel.panel import Field, PanelData
from widgets.table.rows import CellText

NOT_CACHED = "its own record is not cached"
_KINDS = {"DISCOUNT_VOUCHER": "discount code", "GIFT_VOUCHER": "gift card", "LOYALTY_CARD": "loyalty card"}


def code_facts(context: VoucherContext) -> PanelData:
    """Status with its reasons, dates on the project's clock, campaign, ids."""
    record, voucher = context.record, context.voucher
    words, role = status_span(context)
    fields = [Field("Code", visible(voucher.code) or voucher.id, "strong"), Field("Status", words, role)]
    if why := reasons(context):
        fields.append(Field("Why", tuple(why), "warn"))
    if voucher.is_cached:
        fields += _validity(context)
    fields.append(_campaign(context))
    for label, told in (
        ("Kind", _KINDS.get(str(record["type"]), word(record["type"]))),
        ("Category", visible(record["category"])),
        ("Note", word(context.document.get("additional_info"))),
        ("Created", record.scene.when(record["created_at"], named=True)),
        ("Changed", record.scene.when(record["updated_at"], named=True)),
        ("Id", voucher.id),
        ("Same code", ", ".join(voucher.namesakes)),
    ):
        if told:
            fields.append(Field(label, told))
    return PanelData("Code", tuple(fields), _source(context))


def _source(context: VoucherContext) -> str:
    return state_words(context.reader.ask(list_state, "vouchers", context.subject), context.reader.now())


def _validity(context: VoucherContext) -> Iterator[Field]:
    record = context.record
    start, end = record["start_date"], record["expiration_date"]
    yield Field("Valid from", record.scene.when(start, named=True) or "at once")
    yield Field("Valid until", "no end" if is_endless(end) or not end else record.scene.when(end, named=True))
    if told := validity_text(context.document):
        yield Field("Valid", told, substitute="est. in project time")


def _campaign(context: VoucherContext) -> Field:
    voucher = context.voucher
    name = context.campaign.display_name if context.campaign else visible(voucher.campaign) or voucher.campaign_id
    return Field("Campaign", name) if name else Field("Campaign", "none", "muted")


def use_facts(context: VoucherContext) -> PanelData:
    """What it gives, how often it was used and may be."""
    if not context.voucher.is_cached:
        return PanelData("What it gives", (unknown_field("Gives", NOT_CACHED), unknown_field("Uses", NOT_CACHED)))
    record = context.record
    limit, used = record["redemption_quantity"], record["redeemed_quantity"]
    fields = [value_field("Gives", voucher_value_text(context.document, context.currency) or _held(context))]
    fields.append(value_field("Used", fmt.counted(used, "time") if isinstance(used, int) else ""))
    if isinstance(limit, int):
        fields.append(Field("May be used", fmt.counted(limit, "time")))
        left = max(0, limit - used) if isinstance(used, int) else None
        fields.append(value_field("Left", "" if left is None else fmt.counted(left, "time")))
    elif "quantity" in (inside(context.document, "redemption") or {}):
        fields.append(Field("May be used", "any number of times"))
    else:
        fields.append(unknown_field("May be used", fmt.NOT_STATED))
    fields.append(_worked_out(record, "publish_count", "Published", lambda row: row.scene.count(row["publish_count"])))
    return PanelData("What it gives", tuple(fields), _source(context))


def _held(context: VoucherContext) -> str:
    return "points, as they are earned" if context.record["type"] == "LOYALTY_CARD" else ""


def _worked_out(record: ListRecord, name: str, label: str, words: Callable[[ListRecord], str]) -> Field:
    """A figure, marked where an export left it out and other lists tell it; why it is not known where none does."""
    cell = worked_out(name, words)(record)
    if isinstance(cell, CellText):
        return Field(label, cell.text.removesuffix(" est."), substitute="est., worked out from other lists")
    return value_field(label, cell)


def balance_facts(context: VoucherContext) -> PanelData:
    """What a card holds, was given and waits for, and whether its movements add up to it."""
    record = context.record
    gift = record["type"] == "GIFT_VOUCHER"
    worded = record.scene.money if gift else record.scene.points

    def figure(name: str, label: str) -> Field:
        return _worked_out(record, name, label, lambda row: worded(row[name]))

    fields = [value_field("Balance", worded(record["balance"])), figure("amount", "Given so far")]
    fields.append(figure("redeemed_amount", "Redeemed"))
    if not gift:
        fields.append(figure("pending_points", "Pending"))
        day = record.scene.named_day(record["next_expiration_date"], "")
        points = worded(record["next_expiration_points"])
        fields.append(Field("Next to expire", f"{points or 'an unknown number of points'} on {day}" if day else "none"))
    fields.append(Field("Ledger", *verdict(context.reader.ask(card_ledger, context.subject.id))))
    return PanelData("Balance", tuple(fields), _source(context))


def owner_facts(context: VoucherContext) -> PanelData:
    """The customer who holds it; name and address masked unless revealed."""
    scene = context.record.scene
    owner = context.reader.ask(person, context.record["holder_id"])
    if owner is None:
        known = context.voucher.is_cached
        return PanelData(
            "Owner", empty_note="No customer holds it." if known else f"Not known: {NOT_CACHED}.",
        )  # fmt: skip
    hint = "" if scene.reveal or not (owner.name or owner.email) else "masked, v reveals"
    fields = [Field(label, scene.name(told)) for label, told in (("Name", owner.name), ("E-mail", owner.email))]
    shown = [field for field in fields if field.value]
    if not shown:
        shown = [Field("Name", "not cached", "muted")]
    tail = (Field("Customer id", owner.id), *([Field("", hint, "muted")] if hint else []))
    return PanelData("Owner", (*shown, *tail), _source(context))


def coverage(context: VoucherContext) -> PanelData:
    """Which of its lists are cached whole, why others are not, and what reading them takes."""
    fields = []
    for name in context.lists:
        scope = None if name == "validation_rules_assignments" else context.subject
        state = context.reader.ask(list_state, name, scope)
        fields.append(_state_field(LISTS[name], state, context))
        if name == "vouchers" and not context.voucher.is_cached:
            fields[-1] = Field(LISTS[name], f"not cached: {state_words(state, context.reader.now())}", "warn")
    if context.online or any(field.role == "warn" for field in fields):
        fields.append(Field("To read", _way(context), "accent"))
    return PanelData("What is cached", tuple(fields))


def _state_field(label: str, state: Freshness, context: VoucherContext) -> Field:
    words = state_words(state, context.reader.now())
    return Field(label, words, "text" if state.complete else "warn", substitute="" if state.complete else state.brief)


def _way(context: VoucherContext) -> str:
    if context.online:
        return f"r reads this code alone ({context.cost}); rules come with any sync (R)"
    if context.campaign is not None and context.campaign.missing_since is None:
        return f"`promoscope sync --campaign` reads its campaign's rows ({context.cost})"
    if context.campaign is None:
        return "`promoscope sync --all` reads the project's lists; with `--plan` it says the price"
    return "The API no longer has its campaign: nothing more can be read."
