"""What to call the objects that rows point at: customers, codes, rewards, tiers, earning rules."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

_CHUNK = 500
NAME_COLUMNS: dict[str, tuple[str, ...]] = {
    "customers": ("name", "email", "source_id"),
    "vouchers": ("code",),
    "redemptions": ("voucher_code",),
    **dict.fromkeys(
        ("rewards", "promotion_tiers", "loyalty_tiers", "earning_rules", "campaigns", "segments", "areas"), ("name",)
    ),
}
"""The columns that say how a table's rows are called; the first one with more than blanks counts."""
BLANKS = (*range(9, 14), *range(28, 33), 133, 160, 5760, *range(8192, 8203), 8232, 8233, 8239, 8287, 12288)
"""Code points that show nothing. Written out: to look for them takes longer than to open a campaign's first panel."""
_BLANKS = ", ".join(map(str, BLANKS))


def called_sql(table: str, alias: str) -> str:
    """What a table's rows are called, as an SQL expression; NULL for those without a name that can be seen."""
    visible = [
        f"case when trim({alias}.{name}, char({_BLANKS})) <> '' then {alias}.{name} end" for name in NAME_COLUMNS[table]
    ]
    return f"coalesce({', '.join(visible)})" if len(visible) > 1 else visible[0]


def names_of(connection: sqlite3.Connection, table: str, ids: Iterable[str]) -> dict[str, str]:
    """Names by id; ids that are not cached, or have no name, are left out.

    Args:
        connection: a reader.
        table: one of `NAME_COLUMNS`.
        ids: in any order; repeated ones are asked for once.
    """
    expression = called_sql(table, "n")
    wanted = sorted(set(ids))
    found: dict[str, str] = {}
    for begin in range(0, len(wanted), _CHUNK):
        some = wanted[begin : begin + _CHUNK]
        marks = ", ".join("?" * len(some))
        query = f'select id, called from (select n.id, {expression} as called from "{table}" n) where id in ({marks})'
        found.update((identity, name) for identity, name in connection.execute(query, some) if name is not None)
    return found


@dataclass(frozen=True, slots=True)
class Person:
    """A customer as lists and details call them; every member but the id is personal data."""

    id: str
    name: str
    email: str


def person(connection: sqlite3.Connection, customer_id: str | None) -> Person | None:
    """A customer by id; one that is not cached has the id alone, without an id there is none."""
    if not customer_id:
        return None
    row = connection.execute("select name, email from customers where id = ?", (customer_id,)).fetchone()
    return Person(customer_id, *(value or "" for value in row or ("", "")))


def customers_called(connection: sqlite3.Connection, wanted: str) -> list[str]:
    """Ids of the customers who have this id, else this source id, else this exact e-mail in any capitals."""
    for column, found in (("id", wanted), ("source_id", wanted)):
        rows = connection.execute(f"select id from customers where {column} = ? order by id", (found,)).fetchall()
        if rows:
            return [row[0] for row in rows]
    if "@" not in wanted:
        return []
    rows = connection.execute(
        "select id from customers where email = ?1 or email = ?2 or lower(email) = lower(?1) order by id",
        (wanted, wanted.casefold()),
    ).fetchall()
    return [row[0] for row in rows]


def campaign_names(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Ids and names of the campaigns that the API still returns, the newest first."""
    query = "select id, coalesce(name, '') from campaigns where missing_since is null order by created_at desc, id"
    return connection.execute(query).fetchall()
