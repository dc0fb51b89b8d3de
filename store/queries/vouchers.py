"""One code as the cache knows it: by its own record, or only by the rows that name it."""

import sqlite3
from dataclasses import dataclass

_OWN = (
    "select id, code, campaign_id, campaign from vouchers where id = ?1 or code = ?1"
    " order by id <> ?1, missing_since is not null, created_at desc, id"
)
_NAMED = (
    "select voucher_id, voucher_code, campaign_id, campaign from {table} where voucher_id is not null and {condition}"
    " order by created_at desc limit 1"
)


@dataclass(frozen=True, slots=True)
class KnownVoucher:
    """A code that something cached names.

    Attributes:
        id: of its record.
        code: as customers type it; None where no row says it.
        campaign_id, campaign: its campaign's id and name; None where no row says it.
        is_cached: whether its own record is.
        namesakes: ids of further records with exactly this code: one was deleted and made again.
    """

    id: str
    code: str | None
    campaign_id: str | None
    campaign: str | None
    is_cached: bool = True
    namesakes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deletion:
    """When a record went to the bin (UTC text), and the id of who did it; None where a request did."""

    at: str | None
    by: str | None


def voucher_called(connection: sqlite3.Connection, wanted: str) -> KnownVoucher | None:
    """The code with this id, or else with exactly this text; None where nothing cached names it.

    Of several with one text the newest that the API still returns counts. Capitals matter (API §11.17).
    """
    rows = connection.execute(_OWN, (wanted,)).fetchall()
    if rows:
        identity, code, campaign_id, campaign = rows[0]
        same = tuple(row[0] for row in rows[1:] if row[1] == code)
        return KnownVoucher(identity, code, campaign_id, campaign, namesakes=same)
    for condition in ("voucher_id = ?", "voucher_code = ?"):
        for table in ("redemptions", "publications"):
            row = connection.execute(_NAMED.format(table=table, condition=condition), (wanted,)).fetchone()
            if row is not None:
                voucher_id, code, campaign_id, campaign = row
                return KnownVoucher(voucher_id, code, campaign_id, campaign, is_cached=False)
    row = connection.execute("select campaign_id from transactions where voucher_id = ? limit 1", (wanted,)).fetchone()
    return None if row is None else KnownVoucher(wanted, None, row[0], None, is_cached=False)


def deletion_of(connection: sqlite3.Connection, voucher_id: str) -> Deletion | None:
    """The bin's entry about a code; None without one."""
    query = "select created_at, deleted_by_user_id from trash_bin where resource_id = ? order by created_at desc"
    row = connection.execute(query, (voucher_id,)).fetchone()
    return None if row is None else Deletion(*row)
