"""What reading one customer from the API is, and what it costs."""

from typing import TYPE_CHECKING

from store import words as fmt
from store.queries.reader import Reader

if TYPE_CHECKING:
    from store.sync.request import SyncRequest


def reading_of(customer_id: str) -> "SyncRequest":
    """Their record, wallet and segments, and the newest two thousand events, or what is new of them."""
    from store.sync.catalogue import OF_CUSTOMERS, WORKED_OUT
    from store.sync.request import PAGES_PER_RUN, SyncRequest

    only = frozenset(one.name for one in (*OF_CUSTOMERS, *WORKED_OUT))
    return SyncRequest(customers=(customer_id,), event_pages=PAGES_PER_RUN, only=only)


def price_of(reader: Reader, customer_id: str) -> tuple[int, str]:
    """Calls that reading a customer takes at least, and that in words."""
    from store.cache.ledger import Ledger
    from store.sync.catalogue import OF_CUSTOMERS, WORKED_OUT
    from store.sync.pricing import NOT_COUNTED
    from store.sync.request import PAGES_PER_RUN
    from store.sync.resource import Task

    request, ledger = reading_of(customer_id), Ledger(reader.connection)
    prices = [
        one.strategy.price(Task(one, customer_id=customer_id).known(ledger, request), NOT_COUNTED)
        for one in (*OF_CUSTOMERS, *WORKED_OUT)
    ]
    calls = sum(price.calls for price in prices)
    return calls, f"{fmt.counted(calls, 'call')} at least, {PAGES_PER_RUN} at most for events"
