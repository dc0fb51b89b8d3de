"""What reading one code from the API is, and what it costs."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from store import words as fmt
from store.queries.reader import Reader

if TYPE_CHECKING:
    from store.sync.request import SyncRequest


def reading_of(voucher_id: str, lists: Iterable[str]) -> "SyncRequest":
    """Its record and what it has in these lists."""
    from store.sync.catalogue import OF_CODES
    from store.sync.request import SyncRequest

    return SyncRequest(codes=(voucher_id,), only=frozenset(one.name for one in OF_CODES) & {"vouchers", *lists})


def price_of(reader: Reader, voucher_id: str, lists: Iterable[str]) -> str:
    """The calls that takes, in words."""
    from store.cache.ledger import Ledger
    from store.sync.catalogue import OF_CODES
    from store.sync.pricing import NOT_COUNTED, Bound
    from store.sync.resource import Task

    request, ledger = reading_of(voucher_id, lists), Ledger(reader.connection)
    prices = [
        one.strategy.price(Task(one, voucher_id=voucher_id).known(ledger, request), NOT_COUNTED)
        for one in OF_CODES
        if request.wants(one.name)
    ]
    calls = fmt.counted(sum(price.calls for price in prices), "call")
    return calls if all(price.bound is Bound.EXACT for price in prices) else f"{calls} at least"
