"""Movements on cards that no figure counts, for panels."""

from store.domain.movements import movement_words
from store.models import Unit
from store.queries.totals import without_amount
from store.queries.wallets import other_movements
from tui.kit.context import SubjectContext
from tui.kit.figure_words import value_words
from widgets.panel.panel import Field


def other_fields(context: SubjectContext, unit: Unit) -> list[Field]:
    """Transactions of types not known here, each type by its own name with its sum, signed."""
    found = other_movements(context.reader.connection, context.subject.id)
    return [
        Field(
            movement_words(kind).capitalize() or "Without a type",
            value_words(moved.amount, unit, context.currency),
            "strong",
            substitute=without_amount(moved.unusable, "transaction") or "a type not known here",
        )
        for kind, moved in found.items()
    ]
