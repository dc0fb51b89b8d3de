"""What the traffic of all campaigns shares while a world is made: people, row lists, ids, chances."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from random import Random
from typing import NamedTuple

from store.sandbox.world import moments
from store.sandbox.world.notes import (
    Batch,
    BucketNote,
    HolderNote,
    OrderNote,
    PendingNote,
    PublicationNote,
    RedemptionNote,
    TransactionNote,
)
from store.sandbox.world.programs import Program
from store.sandbox.world.records import CustomerRecord
from store.sandbox.world.terms import COUNTRIES
from store.sandbox.world.vocabulary import CITIES, FIRST_NAMES, LAST_NAMES, Words

_HOURS = (2, 1, 1, 1, 1, 2, 5, 9, 12, 14, 15, 16, 17, 15, 14, 15, 17, 21, 26, 28, 25, 17, 9, 4)
_MONTHS = (0.8, 0.85, 0.95, 1.0, 1.05, 1.0, 0.9, 0.9, 1.0, 1.1, 1.6, 1.9)
_WEEKDAYS = (1.35, 0.85, 0.85, 0.95, 1.0, 1.2, 1.5)


class StagedCustomer(NamedTuple):
    """A customer: the row as it was at first, the instant it was created, and the country its metadata name."""

    row: CustomerRecord
    created: int
    country: str | None


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
        people: customers by creation; everywhere else a customer is a number in this list, -1 for none.
        programs: loyalty programs by campaign id.
        touched: the last instant something happened to each customer, or 0.
        referrals: by customer id.
        words: what people type.
        spare_codes: codes given by hand, still to be used once each.
        taken: redemptions by campaign and customer, where the campaign limits them.
    """

    rng: Random
    now: int
    earliest: int
    people: list[StagedCustomer]
    programs: dict[str, Program]
    words: Words
    accruals: int = 0
    spare_codes: list[str] = field(default_factory=list)
    taken: Counter[tuple[str, int]] = field(default_factory=Counter)
    touched: list[int] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    redemptions: list[RedemptionNote] = field(default_factory=list)
    publications: list[PublicationNote] = field(default_factory=list)
    orders: list[OrderNote] = field(default_factory=list)
    transactions: list[TransactionNote] = field(default_factory=list)
    pending: list[PendingNote] = field(default_factory=list)
    buckets: list[BucketNote] = field(default_factory=list)
    holders: list[HolderNote] = field(default_factory=list)
    referrals: dict[str, list[Referral]] = field(default_factory=dict)
    _births: list[int] = field(default_factory=list)
    _serial: "count[int]" = field(default_factory=count)

    def __post_init__(self) -> None:
        self._births = [person.created for person in self.people]
        self.touched = [0] * len(self.people)
        self.spare_codes = list(self.words.codes)

    def timed_key(self, prefix: str, ms: int) -> str:
        """A new id whose text order is the order of time, as redemption and transaction ids have."""
        return f"{prefix}_0{ms // 1000:x}{next(self._serial):07x}"

    def person_at(self, ms: int, countries: Sequence[str] = (), *, inside: bool = True) -> int:
        """A customer who existed at `ms`, the same few rather often; -1 when none did.

        Args:
            ms: the instant.
            countries: where the person lives, if anybody does; empty for anywhere.
            inside: False for a customer who lives elsewhere.
        """
        known = bisect_right(self._births, ms)
        if not known:
            return -1
        first = person = int(known * self.rng.random() ** 1.6)
        while countries and (self.people[person].country in countries) is not inside:
            person = (person + 1) % known
            if person == first:
                break
        return person

    def touch(self, person: int, ms: int) -> None:
        """Note that something happened to a customer."""
        if ms > self.touched[person]:
            self.touched[person] = ms

    def below(self, limit: int) -> int:
        """A whole number from 0 on: `randrange` without its checks, which cost more than the draw."""
        draw, bits = self.rng.getrandbits, limit.bit_length()
        value = draw(bits)
        while value >= limit:
            value = draw(bits)
        return value

    def order_amount(self, least: int = 0) -> int:
        """A believable basket in minor units: many small ones, few large ones, none below `least`."""
        amount = 900 + int(14_000 * self.rng.random() ** 2.2) + 10 * self.below(30)
        return amount if amount >= least else least + amount // 4

    def times(
        self, begin: int, end: int, wanted: int, *, days: frozenset[int] | None = None, hours: Iterable[int] = ()
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
        first = moments.day_of(begin)
        span = range(first, moments.day_of(max(begin, end)) + 1)
        weights = [_season(day) * (0.75 + 1.5 / (1 + age / 6)) for age, day in enumerate(span)]
        if days is not None:
            weights = [weight if day in days else 0.0 for weight, day in zip(weights, span, strict=True)]
        if not any(weights):
            weights = [1.0] * len(weights)
        rng, chance, hour_long, day_long = self.rng, self.rng.random, moments.HOUR, moments.DAY
        open_hours = list(hours) or range(24)
        clock = rng.choices(open_hours, [_HOURS[hour] for hour in open_hours], k=wanted)
        found = []
        for day, hour in zip(rng.choices(span, weights, k=wanted), clock, strict=True):
            ms = day * day_long + hour * hour_long + int(chance() * hour_long)
            if not begin <= ms <= end:
                ms = begin + int(chance() * max(1, min(end, begin + day_long) - begin))
            found.append(ms if ms % 32 else ms - ms % moments.SECOND)
        found.sort()
        return found


@lru_cache(maxsize=2_048)
def _season(day: int) -> float:
    month = int(moments.day_text(day)[5:7]) - 1
    return _MONTHS[month] * _WEEKDAYS[moments.weekday(day)]


def make_people(rng: Random, now: int, wanted: int, words: Words) -> list[StagedCustomer]:
    """Customers sorted by creation, some of them without an address, an email or a source id."""
    births = sorted(now - int(rng.random() ** 0.8 * 560 * moments.DAY) - moments.HOUR for _ in range(wanted))
    people = []
    for i, born in enumerate(births):
        first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
        city, country = rng.choice(CITIES)
        email = f"{first}.{last}.{i}@example.com".lower().replace(" ", "")
        source_id = (email, f"shop/{10_000 + i}", f"crm-{i:05d}", None)[i % 4]
        bare = i % 29 == 7
        name = words.people[i % 3] if words.people and i % 97 == 13 else f"{first} {last}"
        row = CustomerRecord(
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
        people.append(StagedCustomer(row, born, None if bare else COUNTRIES[country]))
    return people
