"""Walking a list by page numbers when the server decides how long a page is."""

from collections.abc import Collection

from store.api.cursors import ListAnswer, Params

_SHORTENINGS = 8
"""How often one walk believes that pages have become shorter still."""


class PageWalk:
    """Counts a list through by page numbers, whatever size of page the server really gives.

    A server may answer fewer records than were asked for. Page numbers count in what it gives, not in what was asked:
    going on by the asked size would step over records. So the size is learned from the answers and asked for from
    then on, which keeps the numbers true even when the server shortens differently from call to call.

    Args:
        limit: records asked for at once.
        size: records on a page, where that is known.
        page: where to go on, counted in pages of that size.

    Attributes:
        size: records on a page, as far as known.
        shortened: whether the last answer showed that pages are shorter than was thought.
    """

    def __init__(self, limit: int, size: int | None = None, page: int = 1) -> None:
        self._limit = limit
        self.size = size or limit
        self.shortened = False
        self._reached = (page - 1) * self.size
        self._furthest = self._reached
        self._known_from = self._reached
        self._shortenings = 0

    @property
    def page(self) -> int:
        """The page to ask for next, from 1."""
        return self._reached // self.size + 1

    @property
    def params(self) -> Params:
        """The query for it."""
        return (("limit", str(min(self.size, self._limit))), ("page", str(self.page)))

    @property
    def repairing(self) -> bool:
        """Whether the next page was read before."""
        return self.page * self.size <= self._furthest

    def take(self, answer: ListAnswer, known: Collection[str], came: int, fallen: int = 0) -> bool:
        """Count an answer in.

        Args:
            answer: of the page that was asked for.
            known: ids that this walk brought before.
            came: how many different records it brought so far, this answer's included.
            fallen: how many records fewer the list has than at the answer before.

        Returns:
            Whether there is more to ask for.
        """
        page, length = self.page, len(answer.rows)
        jumped = self._begins_early(answer, known, fallen)
        new = any(row.identity not in known for row in answer.rows)
        more = self._says_more(answer, came, jumped=jumped, new=new)
        self.shortened = 0 < length < self.size and more and jumped and self._shortenings < _SHORTENINGS
        if self.shortened:
            self._shortenings += 1
            self.size = length
        elif page == 1:
            self.size = max(self.size, length)
        # Records behind deleted ones have moved up: what was read before reaches less far in the list of now.
        self._reached = max(0, self._reached - fallen)
        start = (page - 1) * self.size
        end = start + (self.size if more else length)
        if start <= self._reached:
            self._reached = max(self._reached, end)
        self._furthest = max(self._furthest, self._reached, end if fallen else 0)
        return more or self._reached < min(end, end if answer.total is None else answer.total)

    def _begins_early(self, answer: ListAnswer, known: Collection[str], fallen: int) -> bool:
        """Whether an answer begins where its page number leads on pages of its own length, not of the length thought.

        How many of its first records came before decides it. A short page that begins where it should only lacks
        records the server hides.
        """
        length = len(answer.rows)
        if self.page == 1 or self._blind(length):
            return True
        leading = next((place for place, row in enumerate(answer.rows) if row.identity not in known), length)
        expected = self._reached - (self.page - 1) * length
        return leading == length or expected - fallen <= leading <= expected

    def _blind(self, length: int) -> bool:
        """Whether a page of this length may begin among records that came before this walk, so that none is known."""
        return (self.page - 1) * length < self._known_from

    def _says_more(self, answer: ListAnswer, came: int, *, jumped: bool, new: bool) -> bool:
        length, total = len(answer.rows), answer.total
        if total is None:
            # A server that states no total may also have shortened the page: only the next one shows.
            unsaid = length >= self._limit or new
            return unsaid if answer.has_more is None else answer.has_more
        if length == 0:
            return total > came
        full = length >= self.size
        # A first page whose total is its own length may be counting itself: only the next page shows.
        itself = full and self.page == 1
        claimed = answer.has_more is True and (full or new)
        covered = (self.page - 1) * self.size + length
        lacking = total > came or (self._blind(length) and total != came and not full)
        return total > covered or (lacking and jumped) or itself or claimed
