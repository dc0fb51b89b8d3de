"""What to call the objects that rows point at: customers, codes, rewards, tiers, earning rules."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

_CHUNK = 500
_EXPRESSIONS = {
    "customers": "coalesce(name, email, source_id)",
    "vouchers": "code",
    "redemptions": "voucher_code",
}
"""How a table's rows are called; the others have a name."""

NAMED_TABLES = frozenset(
    {*_EXPRESSIONS, "rewards", "promotion_tiers", "loyalty_tiers", "earning_rules", "campaigns", "segments"}
)


def names_of(connection: sqlite3.Connection, table: str, ids: Iterable[str]) -> dict[str, str]:
    """Names by id; ids that are not cached, or have no name, are left out.

    Args:
        connection: a reader.
        table: one of `NAMED_TABLES`.
        ids: in any order; repeated ones are asked for once.
    """
    expression = _EXPRESSIONS.get(table, "name")
    wanted = sorted(set(ids))
    found: dict[str, str] = {}
    for begin in range(0, len(wanted), _CHUNK):
        some = wanted[begin : begin + _CHUNK]
        marks = ", ".join("?" * len(some))
        query = f'select id, {expression} from "{table}" where id in ({marks}) and {expression} is not null'
        found.update(connection.execute(query, some).fetchall())
    return found


@dataclass(frozen=True, slots=True)
class Person:
    """A customer as lists and details call them; every member but the id is personal data."""

    id: str
    name: str
    email: str
    source_id: str


def person(connection: sqlite3.Connection, customer_id: str | None) -> Person | None:
    """A customer by id; one that is not cached has the id alone, and no id is nobody."""
    if not customer_id:
        return None
    row = connection.execute("select name, email, source_id from customers where id = ?", (customer_id,)).fetchone()
    return Person(customer_id, *(value or "" for value in row or ("", "", "")))
