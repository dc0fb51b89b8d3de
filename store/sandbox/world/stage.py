"""What the traffic of all campaigns shares while a world is made: people, row lists, ids, chances."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from random import Random

from store.sandbox.world import moments
from store.sandbox.world.programs import Program
from store.sandbox.world.records import (
    CustomerRow,
    HolderRow,
    OrderRow,
    PendingPointsRow,
    PointsBucketRow,
    PublicationRow,
    RedemptionRow,
    TransactionRow,
    VoucherRow,
)
from store.sandbox.world.vocabulary import CITIES, FIRST_NAMES, LAST_NAMES

_HOURS = (2, 1, 1, 1, 1, 2, 5, 9, 12, 14, 15, 16, 17, 15, 14, 15, 17, 21, 26, 28, 25, 17, 9, 4)
_MONTHS = (0.8, 0.85, 0.95, 1.0, 1.05, 1.0, 0.9, 0.9, 1.0, 1.1, 1.6, 1.9)
_WEEKDAYS = (1.35, 0.85, 0.85, 0.95, 1.0, 1.2, 1.5)


@dataclass(slots=True)
class Person:
    """A customer while the world is made; `touched` is the last instant something happened to them, or 0."""

    row: CustomerRow
    created: int
    touched: int = 0


@dataclass(slots=True, eq=False)
class Code:
    """A voucher while the world is made: instants in milliseconds.

    `holder` is an index into people and `slot` the place among the codes on offer; -1 for none.
    """

    id: str
    code: str
    created: int
    ready: int
    balance: int = 0
    total: int = 0
    used: int = 0
    holder: int = -1
    touched: int = 0
    active: bool = True
    slot: int = -1


@dataclass(frozen=True, slots=True)
class Referral:
    """Who brought whom: the members of `customer.referrals.campaigns[]`."""

    campaign_id: str
    referrer_id: str
    related_object_id: str
    related_object_type: str
    date: str


@dataclass(slots=True)
class Stage:
    """The state the campaigns' traffic writes to.

    Attributes:
        rng: the only source of chance.
        now: the world's present, milliseconds.
        earliest: the traffic's horizon, milliseconds.
        people: customers by creation.
        programs: loyalty programs by campaign id.
        referrals: by customer id.
        spare_codes: hostile codes still to be used once each.
    """

    rng: Random
    now: int
    earliest: int
    people: list[Person]
    programs: dict[str, Program]
    spare_codes: list[str]
    accruals: int = 0
    vouchers: list[VoucherRow] = field(default_factory=list)
    redemptions: list[RedemptionRow] = field(default_factory=list)
    publications: list[PublicationRow] = field(default_factory=list)
    orders: list[OrderRow] = field(default_factory=list)
    transactions: list[TransactionRow] = field(default_factory=list)
    pending: list[PendingPointsRow] = field(default_factory=list)
    buckets: list[PointsBucketRow] = field(default_factory=list)
    holders: list[HolderRow] = field(default_factory=list)
    referrals: dict[str, list[Referral]] = field(default_factory=dict)
    _births: list[int] = field(default_factory=list)
    _serial: "count[int]" = field(default_factory=count)

    def __post_init__(self) -> None:
        self._births = [person.created for person in self.people]

    def key(self, prefix: str) -> str:
        """A new random id."""
        return f"{prefix}_{self.rng.getrandbits(96):024x}"

    def timed_key(self, prefix: str, ms: int) -> str:
        """A new id whose text order is the order of time, as redemption and transaction ids have."""
        return f"{prefix}_0{ms // 1000:x}{next(self._serial) % 0xFFFFFFF:07x}"

    def person_at(self, ms: int) -> int:
        """Somebody who existed at `ms`, the same few rather often; -1 when nobody did."""
        known = bisect_right(self._births, ms)
        return int(known * self.rng.random() ** 1.6) if known else -1

    def touch(self, person: int, ms: int) -> None:
        """Note that something happened to a customer."""
        someone = self.people[person]
        someone.touched = max(someone.touched, ms)

    def order_amount(self) -> int:
        """A believable basket in minor units: many small ones, few large ones."""
        return 900 + int(14_000 * self.rng.random() ** 2.2) + 10 * self.rng.randrange(30)

    def times(
        self,
        begin: int,
        end: int,
        wanted: int,
        *,
        days: frozenset[int] | None = None,
        hours: Iterable[int] = (),
    ) -> list[int]:
        """`wanted` instants between two, in order: seasons, weekends, evenings, fading after a launch.

        Args:
            begin: earliest, milliseconds.
            end: latest, milliseconds.
            wanted: how many.
            days: only these UTC day numbers, None for all.
            hours: only these hours of the day (UTC), none given for all.
        """
        if wanted <= 0:
            return []
        span = range(moments.day_of(begin), moments.day_of(max(begin, end)) + 1)
        weights = [_day_weight(day, day - span.start) if days is None or day in days else 0.0 for day in span]
        if not any(weights):
            weights = [1.0] * len(weights)
        rng = self.rng
        open_hours = list(hours) or range(24)
        clock = rng.choices(open_hours, [_HOURS[hour] for hour in open_hours], k=wanted)
        found = []
        for day, hour in zip(rng.choices(span, weights, k=wanted), clock, strict=True):
            ms = day * moments.DAY + hour * moments.HOUR + int(rng.random() * moments.HOUR)
            if not begin <= ms <= end:
                ms = begin + int(rng.random() * max(1, min(end, begin + moments.DAY) - begin))
            found.append(ms if ms % 32 else ms - ms % moments.SECOND)
        found.sort()
        return found


def _day_weight(day: int, age: int) -> float:
    month = int(moments.day_text(day)[5:7]) - 1
    return _MONTHS[month] * _WEEKDAYS[moments.weekday(day)] * (0.75 + 1.5 / (1 + age / 6))


def make_people(rng: Random, now: int, wanted: int) -> list[Person]:
    """Customers sorted by creation, some of them without an address, an email or a source id."""
    births = sorted(now - int(rng.random() ** 0.8 * 560 * moments.DAY) - moments.HOUR for _ in range(wanted))
    people = []
    for i, born in enumerate(births):
        first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
        city, country = rng.choice(CITIES)
        email = f"{first}.{last}.{i}@example.com".lower().replace(" ", "")
        source_id = (email, f"shop/{10_000 + i}", f"crm-{i:05d}", None)[i % 4]
        bare = i % 29 == 7
        name = ("[bold]Eve[/bold] \u202eevE", "=2+5", "\x1b[5mBlink")[i % 3] if i % 97 == 13 else f"{first} {last}"
        row = CustomerRow(
            id=f"cust_{rng.getrandbits(96):024x}",
            source_id=source_id,
            name=name,
            email=None if bare else email,
            city=None if bare else city,
            country=None if bare else country,
            phone=None if i % 3 else f"+48 600 {i % 1000:03d} {(i * 37) % 1000:03d}",
            birthdate=f"{1950 + i % 55}-{1 + i % 12:02d}-{1 + i % 28:02d}" if i % 5 else None,
            tracking_id=f"track_{i * 2654435761 % 0xFFFFFFFF:08x}",
            created_at=moments.text(born if i % 40 else born - born % moments.SECOND),
            updated_at=None,
        )
        people.append(Person(row, born))
    return people
