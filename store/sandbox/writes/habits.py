"""How changes behave where the documentation leaves it open, or where a test wants misfortune."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class WriteHabits:
    """May be changed while the sandbox runs.

    Attributes:
        waiting: seconds that a background task is enqueued.
        working: seconds that it then takes.
        failing: types of background tasks that end `DONE` and `FAILED`, e.g. `CAMPAIGN.VOUCHERS_GENERATE`.
        unpaid: route templates that the plan does not include: 402.
        inaccessible: ids of campaigns that the key does not reach: 403 when they are changed.
        busy: ids of redemptions that another request is rolling back: 400 `multiple_requests`.
    """

    waiting: float = 1.0
    working: float = 2.0
    failing: frozenset[str] = frozenset()
    unpaid: frozenset[str] = frozenset()
    inaccessible: frozenset[str] = frozenset()
    busy: set[str] = field(default_factory=set)
