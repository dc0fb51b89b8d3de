"""What has to be typed before something is sent: the one rule of the command line and the screens."""

from store.actions.action import Action


def words_to_type(action: Action, number: int, *, production: bool) -> str:
    """The words that send it; "" where a yes is enough.

    Words are wanted where value moves, of many records, and in production.

    Args:
        action: what is done.
        number: of records.
        production: whether the profile reaches a live project.
    """
    wants_words = action.moves_value or number > 1 or production
    return f"{action.id.replace('-', ' ').upper()} {number}" if wants_words else ""
