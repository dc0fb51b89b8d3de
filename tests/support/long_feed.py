"""A customer with as many events as are wanted, two a request, ten minutes apart."""

import sqlite3

from store.cache.database import transaction
from store.times import shifted, text_of
from tests.support.syncing import NOW

WHO = "cust_1"
KINDS = ("customer.order.paid", "customer.order.created")


def event_id(number: int) -> str:
    """Of an event by its number, the newest being 0."""
    return f"evcus_m{number:06d}"


def fill(connection: sqlite3.Connection, count: int) -> None:
    """Write the events."""
    events = [(event_id(n), shifted(text_of(NOW), -n * 600_000), KINDS[n % 2], f"v-{n // 2}") for n in range(count)]
    with transaction(connection):
        connection.executemany(
            f"insert into customer_activity (id, created_at, type, customer_id, group_id) values (?, ?, ?, '{WHO}', ?)",
            events,
        )
        connection.executemany(
            "insert into customer_activity_raw (id, json, source) values (?, ?, 'api')",
            ((key, f'{{"id":"{key}","type":"{kind}","data":{{"data":{{"order":{{"source_id":"web-{group}"}}}}}}}}')
             for key, _, kind, group in events),
        )  # fmt: skip
