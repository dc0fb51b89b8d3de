"""The next moment at which recurring validity admits: exact to the boundary, by the project's clock."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from store.domain.validity import opening
from store.domain.windows import windows_of_all

_HORIZONS = (8, 70, 800, 3_660)
"""Days that are searched, the near ones first: ten years at most."""
_END = datetime.max.replace(tzinfo=UTC)


def next_opening(documents: Iterable[Any], after: datetime, zone: tzinfo) -> datetime | None:
    """The first instant (UTC), not before `after`, at which days, hours and intervals of all documents admit.

    Dates and switches are not looked at. Intervals across clock changes are an estimate (`store.domain.validity`).

    Args:
        documents: campaigns, promotion tiers or codes as received, all of which must admit.
        after: aware.
        zone: the project's time zone.

    Returns:
        None where nothing opens within ten years, or a configuration is not understood.
    """
    known, begin = tuple(documents), after.astimezone(UTC)
    for days in _HORIZONS:
        end = begin + min(timedelta(days=days), _END - begin)
        for start, _ in windows_of_all(known, begin, end, zone).found:
            if all(opening(document, start, zone).open for document in known):
                return start
            if any(opening(document, start, zone).open is None for document in known):
                return None
    return None
