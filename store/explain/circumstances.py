"""What an explanation takes from its surroundings: the moment, the project's clock and its currency."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from store import words as fmt
from store.days import WeekStart
from store.times import instant_of, utc_text


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What surrounds a question about a refusal.

    Attributes:
        now: the aware instant that counts as now.
        zone: the project's time zone, in which recurring windows and periodic limits run.
        week_start: the weekday that weekly limits begin with.
        currency: ISO 4217 code of the profile; None where it is not set.
    """

    now: datetime
    zone: tzinfo
    week_start: WeekStart = WeekStart.MONDAY
    currency: str | None = None

    def when(self, instant: object, *, named: bool = False) -> str:
        """An instant by the project's clock, with its zone where that is asked for; "" for what is none."""
        known = utc_text(instant)
        return fmt.clock(instant_of(known), self.zone, named=named) if known else ""
