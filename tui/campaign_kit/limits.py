"""What a limit leaves, in words."""

from store import words as fmt
from store.domain.limits import amount_text
from store.queries.budget import LimitUse
from widgets.panel.panel import Field
from widgets.text.lines import Role


def limit_field(use: LimitUse, currency: str | None) -> Field:
    """What a limit leaves, as one line."""
    label = f"Left {use.limit.counts.period.now_words}".rstrip()
    of = " · ".join(part for part in (f"of {use.limit.text(currency)}", use.part, use.note) if part)
    return Field(label, left_words(use, currency), left_role(use), substitute=of)


def left_words(use: LimitUse, currency: str | None) -> str:
    """What a limit leaves: `€12.00`, `at most 7 redemptions`, `over by 731`; a dash when it is unknown."""
    left, measure = use.left, use.limit.counts.measure
    if left is None:
        return fmt.UNKNOWN
    if left < 0:
        over = amount_text(-left, measure, currency) if measure.is_money else fmt.count(-left)
        return f"over by {'at least ' if use.left_is_most else ''}{over}"
    words = amount_text(left, measure, currency)
    return f"at most {words}" if use.left_is_most else words


def left_role(use: LimitUse) -> Role:
    """A limit that is reached or passed warns."""
    return "strong" if (use.left or 0) > 0 else "bad"
