"""A figure's number in words, for commands and screens alike: nothing here needs a screen."""

from store import words as fmt
from store.models import Figure, Unit


def value_words(value: int | None, unit: Unit, currency: str | None) -> str:
    """An exact integer in its unit's words; unknown is a dash."""
    if unit is Unit.MINOR:
        return fmt.money(value, currency)
    if unit is Unit.POINTS:
        return fmt.points(value)
    if unit is Unit.PERMILLE:
        return fmt.percent(value, 1000)
    return fmt.count(value)


def known_words(figure: Figure, currency: str | None) -> str:
    """What is known of a figure: its value, of a sum that is not complete `≥ 50`, else a dash."""
    if figure.value is None and figure.at_least is not None:
        return fmt.at_least(value_words(figure.at_least, figure.unit, currency))
    return value_words(figure.value, figure.unit, currency)
