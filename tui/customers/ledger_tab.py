"""The points and credits ledger of a customer: their cards, charts of the balances, and every movement."""

from store.models import Unit
from store.queries.card_ledger import cards_of
from tui.campaign_kit.card_balances import BalanceChart, cards_facts
from tui.customers.context import CustomerContext
from tui.customers.lists import LEDGER_ROWS
from tui.kit.bodies import LoadedPanel
from tui.kit.composed_tab import ComposedTab
from tui.kit.context import SubjectContext
from tui.kit.lists.tab import rows_tab


def _cards(context: SubjectContext) -> list[str]:
    return context.reader.ask(cards_of, context.subject.id)


def ledger_tab(context: CustomerContext) -> ComposedTab:
    """The cards with their verdicts, a chart for each unit that they count in, and the movements below."""
    parts = [
        lambda inner: LoadedPanel("Cards", inner, cards_facts(_cards)),
        lambda inner: BalanceChart(inner, _cards, Unit.POINTS),
        lambda inner: BalanceChart(inner, _cards, Unit.MINOR),
    ]
    return ComposedTab(context, parts, rows_tab(LEDGER_ROWS))
