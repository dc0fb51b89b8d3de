"""How values of rows are worded on tabs: currency, zone, now, and whether personal data may be read."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from store import words as fmt
from store.days import last_day, local_date, local_time, parse_instant
from store.domain.values import visible
from store.times import NOT_A_DATE, date_text, is_endless
from tui.kit.context import SubjectContext
from tui.kit.masking import masked

_FORM_CELLS = 24


def _instant(value: object) -> str:
    """An instant in the cache's form; what is none as received, and nothing for no text at all."""
    if not isinstance(value, str):
        return ""
    return date_text(value.removesuffix(NOT_A_DATE)) or ""


@dataclass(frozen=True, slots=True)
class Formatter:
    """What wording depends on.

    Attributes:
        currency: ISO code for amounts, None when the profile sets none.
        zone: the project's time zone.
        now: the instant ages are worked out for.
        reveal: whether names and addresses of customers are shown in full.
        in_table: whether the year is left out where it is this one.
    """

    currency: str | None
    zone: tzinfo
    now: datetime
    reveal: bool = False
    in_table: bool = False

    @classmethod
    def of(cls, context: SubjectContext, *, reveal: bool = False) -> "Formatter":
        """The scene of a tab."""
        return cls(context.currency, context.zone, context.reader.now(), reveal)

    def money(self, minor: object) -> str:
        """Minor units; blank when there are none."""
        return fmt.money(minor, self.currency) if isinstance(minor, int) else ""

    def points(self, value: object) -> str:
        """Points; blank when there are none."""
        return fmt.points(value) if isinstance(value, int) else ""

    def count(self, value: object) -> str:
        """A count; blank when it is not known."""
        return fmt.count(value) if isinstance(value, int) else ""

    def when(self, instant: object, *, named: bool = False) -> str:
        """A clock time in the project's zone; blank when there is none, as received when it is no instant."""
        text = _instant(instant)
        if not text or len(text) != _FORM_CELLS:
            return text
        at = local_time(parse_instant(text), self.zone)
        return fmt.clock(at, self.zone, named=named, year=self._names_year(at))

    def _names_year(self, day: date) -> bool:
        return not self.in_table or day.year != local_time(self.now, self.zone).year

    def day_of(self, day: date) -> str:
        """A local day."""
        return fmt.day(day, year=self._names_year(day))

    def day(self, instant: object) -> str:
        """The local day of an instant; blank when there is none, as received when it is no instant."""
        text = _instant(instant)
        return self.day_of(local_date(text, self.zone)) if len(text) == _FORM_CELLS else text

    def last_day(self, end: object) -> str:
        """The last local day before an end; `never` for none, as received when it is no instant."""
        text = _instant(end)
        if not text or is_endless(text):
            return "never"
        return self.day_of(last_day(text, self.zone)) if len(text) == _FORM_CELLS else text

    def named_day(self, day: object, blank: str) -> str:
        """A day of the calendar that the API names without a time; `blank` for none, as received when it is no day."""
        text = _instant(day)
        if not text or is_endless(text):
            return blank
        return self.day_of(date.fromisoformat(text[:10])) if len(text) == _FORM_CELLS else text

    def until(self, instant: object) -> str:
        """The distance to an instant: `in 3 d`, `tomorrow`, `2 h ago`; blank when there is none."""
        text = _instant(instant)
        return fmt.distance(parse_instant(text), self.now, self.zone) if len(text) == _FORM_CELLS else ""

    def name(self, name: object) -> str:
        """A customer's name or address, masked unless revealed."""
        text = visible(name)
        return text if self.reveal or not text else masked(text)
