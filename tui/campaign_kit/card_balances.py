"""What the movements of gift and loyalty cards come to: verdicts, points on their way, and charts of the balance."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from store import words as fmt
from store.models import Unit
from store.queries.card_balances import balance_course
from store.queries.card_ledger import CardLedger, Waiting, card_ledger
from tui.kit.bodies import LoadedChart
from tui.kit.context import SubjectContext
from tui.kit.figures import state_words
from tui.kit.formatter import Formatter
from widgets.chart.bars import BarSpec
from widgets.chart.plot import ChartSeries, ChartSpec
from widgets.panel.panel import Field, PanelData
from widgets.text.lines import Role

MOST_CARDS = 4
_MOST_DAYS = 3
_TITLES = {Unit.MINOR: "Balance, credits", Unit.POINTS: "Balance, points"}
_ROLES: tuple[Role, ...] = ("accent", "second", "good", "muted")

Cards = Callable[[SubjectContext], Sequence[str]]
"""The ids of the cards meant, asked in a worker."""


def verdict(ledger: CardLedger) -> tuple[str, Role]:
    """Whether a card's movements add up to its balance, or from which one on they do not."""
    moves = fmt.counted(len(ledger.movements), "movement")
    if ledger.adds_up:
        return f"{moves} add up to the balance", "good"
    if ledger.adds_up is False:
        return f"{moves} do not add up: {ledger.note}", "bad"
    return f"whether {moves} add up cannot be told: {ledger.note}", "warn"


def cards_facts(cards: Cards) -> Callable[[SubjectContext], PanelData]:
    """A panel of cards: balance, verdict, and points that wait or expire, the cards that do not add up first."""

    def load(context: SubjectContext) -> PanelData:
        ledgers = [context.reader.ask(card_ledger, card) for card in cards(context)]
        ledgers.sort(key=_newest, reverse=True)
        ledgers.sort(key=lambda one: (one.adds_up is not False, one.adds_up is not None))
        fields = [_summary(ledgers)] if len(ledgers) > 1 else []
        fields += [Field(one.code, tuple(_told(context, one)), verdict(one)[1]) for one in ledgers[:MOST_CARDS]]
        if (more := len(ledgers) - MOST_CARDS) > 0:
            words = f"and {fmt.counted(more, 'card')} more; `promoscope ledger` tells of all"
            fields.append(Field("", words, "muted"))
        source = state_words(ledgers[0].state, context.reader.now()) if ledgers else ""
        return PanelData("Cards", tuple(fields), source, empty_note="No gift or loyalty card is cached.")

    return load


def _summary(ledgers: Sequence[CardLedger]) -> Field:
    """How many cards add up, in one line."""
    wrong = sum(one.adds_up is False for one in ledgers)
    unknown = sum(one.adds_up is None for one in ledgers)
    label = fmt.counted(len(ledgers), "card")
    if not wrong and not unknown:
        return Field(label, "the movements of each add up to its balance", "good")
    parts = (
        f"{fmt.count(len(ledgers) - wrong - unknown)} add up",
        f"{fmt.count(wrong)} do not" if wrong else "",
        f"{fmt.count(unknown)} cannot be told" if unknown else "",
    )
    return Field(label, ", ".join(part for part in parts if part), "bad" if wrong else "warn")


def _told(context: SubjectContext, ledger: CardLedger) -> Iterator[str]:
    scene = Formatter.of(context)
    worded = scene.money if ledger.unit is Unit.MINOR else scene.points
    yield f"holds {worded(ledger.balance) or fmt.UNKNOWN}; {verdict(ledger)[0]}"
    for label, waiting in (("pending", ledger.pending), ("expiring", ledger.expiring)):
        days = [_day_words(one, scene) for one in waiting[:_MOST_DAYS]]
        more = f" and {len(waiting) - _MOST_DAYS} more" if len(waiting) > _MOST_DAYS else ""
        if days:
            yield f"{label}: {', '.join(days)}{more}"


def _day_words(one: Waiting, scene: Formatter) -> str:
    number = scene.points(one.points) or "an unknown number"
    state = f" ({one.state.lower()})" if one.state and one.state != "ACTIVE" else ""
    return f"{number} on {scene.named_day(one.day, '')}{state}" if one.day else f"{number} without a day{state}"


class BalanceChart(LoadedChart):
    """The balance of cards of one unit over time; not shown where there is none of them.

    Args:
        context: whose.
        cards: which.
        unit: credits or points; the cards of the other one are left out.
    """

    def __init__(self, context: SubjectContext, cards: Cards, unit: Unit) -> None:
        super().__init__(_TITLES[unit], context, lambda inner: _read_chart(inner, cards, unit))
        self.display = False

    def show(self, data: ChartSpec | BarSpec) -> None:
        """Draw it, where there is a card to draw."""
        self.display = isinstance(data, ChartSpec) and bool(data.series)
        super().show(data)


def _read_chart(context: SubjectContext, cards: Cards, unit: Unit) -> ChartSpec:
    found = [context.reader.ask(card_ledger, card) for card in cards(context)]
    moved = sorted((one for one in found if one.unit is unit and one.movements), key=_newest, reverse=True)
    drawn = moved[:MOST_CARDS]
    course = balance_course(drawn, context.zone, context.week_start)
    short, in_full = _formats(unit, context.currency)
    series = tuple(
        ChartSeries(one.code, course.balances.get(one.id, ()), role=role, marker=at, total="last")
        for at, (one, role) in enumerate(zip(drawn, _ROLES, strict=False))
    )
    some = f"the {MOST_CARDS} of {len(moved)} cards that moved last" if len(moved) > MOST_CARDS else ""
    return ChartSpec(
        _TITLES[unit], series, course.starts, course.bucket.value,
        unit=(context.currency or "") if unit is Unit.MINOR else "points",
        source_note=state_words(drawn[0].state, context.reader.now()) if drawn else "", range_note=some,
        y_format=short, value_format=in_full, tick_unit=100 if unit is Unit.MINOR else 1,
        saved_as="minor units" if unit is Unit.MINOR else "points",
    )  # fmt: skip


@lru_cache(maxsize=8)
def _formats(unit: Unit, currency: str | None) -> tuple[Callable[[int], str], Callable[[int | None], str]]:
    """A value short and in full; the same functions each time, so that equal charts are equal."""
    if unit is Unit.MINOR:
        return lambda value: fmt.money_compact(value, currency), lambda value: fmt.money(value, currency)
    return fmt.compact, fmt.points


def _newest(ledger: CardLedger) -> str:
    return ledger.movements[-1].at if ledger.movements else ""
