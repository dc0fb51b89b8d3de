"""The drawer of a redemption or rollback: why it was refused, who, which order, what became of it."""

from collections.abc import Iterator

from store import words as fmt
from store.domain.redemption import AmountKind, RedemptionFacts, RedemptionResult, redemption_facts
from store.domain.values import inside, shown, visible, word
from store.queries.redemption_story import RedemptionStory, redemption_story
from tui.kit.context import SubjectContext
from tui.kit.formatter import Formatter
from tui.kit.lists.details import metadata_fields, read_document
from tui.kit.lists.spec import Detail, ListRecord, ListSpec
from widgets.panel.panel import Field
from widgets.text import glyphs
from widgets.text.lines import Role


def result_words(facts: RedemptionFacts) -> tuple[str, Role]:
    """Sign, word and role of how an attempt ended."""
    signs = glyphs.current()
    prefix = "rollback " if facts.is_rollback else ""
    words: dict[RedemptionResult, tuple[str, str, Role]] = {
        RedemptionResult.SUCCEEDED: (signs.ok, "succeeded", "good"),
        RedemptionResult.FAILED: (signs.disabled, "refused" if not facts.is_rollback else "failed", "bad"),
        RedemptionResult.ROLLED_BACK: (signs.same, "rolled back", "warn"),
        RedemptionResult.UNKNOWN: (signs.unknown, "result not stated", "muted"),
    }
    sign, word_, role = words[facts.result]
    return f"{sign} {prefix}{word_}", role


def redemption_detail(_: ListSpec, context: SubjectContext, record: ListRecord) -> Detail:
    """Everything the cache knows around a row of the redemptions list."""
    text, document = read_document(context, "redemptions", record.id)
    facts = redemption_facts(document)
    story = context.reader.ask(redemption_story, record.id, context.period.span, context.zone)
    scene = record.scene
    words, role = result_words(facts)
    fields = [Field("Result", words, role), Field("At", scene.when(record["created_at"], named=True))]
    fields += _failure(facts, story, context)
    code = word(inside(document, "voucher", "code"))
    tier = word(inside(document, "promotion_tier", "name")) or word(inside(document, "promotion_tier", "id"))
    fields += [Field(label, value) for label, value in (("Code", code), ("Tier", tier)) if value]
    fields += _people(story, scene, document)
    fields += _amounts(facts, scene, document)
    fields += _consequences(facts, story, scene)
    channel = word(inside(document, "channel", "channel_type"))
    reward = word(inside(document, "reward", "name"))
    for label, value in (
        ("Reward", reward),
        ("Reason", word(document.get("reason"))),
        ("Channel", channel),
        ("Tracking id", word(document.get("tracking_id"))),
        ("Request", story.request_id),
        ("Id", record.id),
    ):
        if value:
            fields.append(Field(label, value))
    return Detail(f"{record.id} {words}", (*fields, *metadata_fields(document)), text)


def _failure(facts: RedemptionFacts, story: RedemptionStory, context: SubjectContext) -> Iterator[Field]:
    if facts.result is not RedemptionResult.FAILED:
        return
    yield Field("Failure code", facts.failure_code or "none given", "bad")
    if facts.failure_message:
        yield Field("Message", facts.failure_message)
    refusals = story.refusals
    if refusals is not None:
        share = f"{fmt.count(refusals.same)} of {fmt.count(refusals.attempts)} attempts, {context.period.label.lower()}"
        yield Field("Same failure", share)
        if refusals.customer_same:
            yield Field("", f"{fmt.count(refusals.customer_same)} earlier by this customer")


def _people(story: RedemptionStory, scene: Formatter, document: object) -> Iterator[Field]:
    if story.customer is None:
        yield Field("Customer", "none given", "muted")
        return
    customer = story.customer
    name = visible(customer.name) or visible(inside(document, "customer", "name"))
    email = customer.email or word(inside(document, "customer", "email"))
    hint = "" if scene.reveal or not (name or email) else "masked, v reveals"
    yield Field("Customer", scene.name(name or email) or customer.id, substitute=hint)
    if name and email:
        yield Field("E-mail", scene.name(email))
    yield Field("Customer id", customer.id)


def _amounts(facts: RedemptionFacts, scene: Formatter, document: object) -> Iterator[Field]:
    order = inside(document, "order")
    if facts.order_id:
        source = word(inside(order, "source_id"))
        yield Field("Order", f"{source or facts.order_id} {scene.money(facts.order_amount)}".strip())
        total = inside(order, "total_amount")
        if isinstance(total, int):
            yield Field("Paid", scene.money(total))
    if facts.discount:
        yield Field("Discount given", scene.money(facts.discount), "strong")
    if facts.amount:
        kinds = {
            AmountKind.POINTS: ("Points", scene.points(facts.amount)),
            AmountKind.CREDITS: ("Credits", scene.money(facts.amount)),
        }
        label, words = kinds.get(facts.amount_kind, ("Amount", shown(facts.amount)))
        yield Field(label, words, "strong")


def _consequences(facts: RedemptionFacts, story: RedemptionStory, scene: Formatter) -> Iterator[Field]:
    if facts.undone_id:
        yield Field("Undoes", facts.undone_id)
    if story.rolled_back_by:
        yield Field("Rolled back by", story.rolled_back_by, "warn")
    elif facts.result is RedemptionResult.ROLLED_BACK:
        yield Field("Rolled back by", "a rollback that is not synced yet", "warn")
    if story.siblings:
        lines = tuple(
            f"{'stack' if other.is_parent else other.code or other.id} {other.result.lower().replace('_', ' ')}"
            f" {scene.money(other.discount)}".rstrip()
            for other in story.siblings
        )
        yield Field("Same stack", lines)
