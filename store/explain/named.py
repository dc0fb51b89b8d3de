"""What an id or a word names that can be explained, and which records around it are not cached."""

import sqlite3

from store.explain.case import PUBLICATION, REDEMPTION
from store.explain.cases import EVENT
from store.explain.catalogue import CATALOGUE
from store.explain.latest import FAILURE_CODE
from store.queries.reader import document
from store.queries.vouchers import voucher_called
from store.ref import CUSTOMER, VOUCHER, Ref

_BY_ID = {"redemptions": REDEMPTION, "publications": PUBLICATION, "customer_activity": EVENT}
_TABLES = {REDEMPTION: "redemptions", PUBLICATION: "publications", VOUCHER: "vouchers", CUSTOMER: "customers"}


def named(connection: sqlite3.Connection, wanted: str) -> Ref | None:
    """The attempt with this id, else the code with this id or text, else the failure code; None for none of them."""
    for table, kind in _BY_ID.items():
        if connection.execute(f"select 1 from {table} where id = ?", (wanted,)).fetchone():
            return Ref(kind, wanted)
    voucher = voucher_called(connection, wanted)
    if voucher is not None:
        return Ref(VOUCHER, voucher.id)
    if wanted in CATALOGUE:
        return Ref(FAILURE_CODE, wanted)
    # With what the index over refusals is narrowed by: a word that names nothing is not looked for in every row.
    query = (
        "select 1 from redemptions where failure_code = ? and result = 'FAILURE'"
        " and object is not 'redemption_rollback' limit 1"
    )
    seen = connection.execute(query, (wanted,)).fetchone()
    return Ref(FAILURE_CODE, wanted) if seen else None


def missing_of(connection: sqlite3.Connection, subject: Ref) -> list[str]:
    """Ids of the records that an explanation needs and that are not cached: its own, else its code and customer."""
    table = _TABLES.get(subject.kind)
    if table is None:
        return []
    if not document(connection, table, subject.id):
        return [subject.id]
    if subject.kind not in (REDEMPTION, PUBLICATION):
        return []
    row = connection.execute(f"select voucher_id, customer_id from {table} where id = ?", (subject.id,)).fetchone()
    found = zip(("vouchers", "customers"), row or (None, None), strict=True)
    return [identity for other, identity in found if identity and not document(connection, other, identity)]
