"""What `explain` is asked about: an id, a code, a failure code, or `KIND:ID`."""

import sqlite3

from store.explain.case import PUBLICATION, REDEMPTION
from store.explain.cases import DELIVERY, EVENT
from store.explain.latest import FAILURE_CODE
from store.explain.named import named
from store.queries.names import customers_called
from store.queries.reader import Reader
from store.queries.vouchers import voucher_called
from store.ref import CAMPAIGN, CUSTOMER, SEARCH, VOUCHER, Ref
from tui.cli.campaign_names import one_campaign
from tui.cli.customer_names import one_customer
from tui.cli.exits import USAGE, Failure
from tui.cli.record_names import one_record

_KINDS = (REDEMPTION, PUBLICATION, EVENT, DELIVERY, VOUCHER, CUSTOMER, CAMPAIGN)


def explained_ref(reader: Reader, connection: sqlite3.Connection, wanted: str) -> Ref | None:
    """The thing that a text means; None where nothing cached is called so.

    Raises:
        Failure: several things are called so, or it is nothing that could be refused.
    """
    kind, sign, identity = wanted.partition(":")
    if sign and kind in (*_KINDS, FAILURE_CODE):
        return _of_kind(connection, kind, identity)
    known = named(connection, wanted)
    if known is not None:
        return known
    ref = one_record(reader, wanted)
    if ref.kind == SEARCH:
        return None
    if ref.kind not in _KINDS:
        raise Failure(f"“{wanted}” is a {ref.kind.replace('_', ' ')}, which is nothing that could be refused.", USAGE)
    return ref


def _of_kind(connection: sqlite3.Connection, kind: str, identity: str) -> Ref | None:
    if kind == CAMPAIGN:
        return Ref.campaign(one_campaign(connection, identity))
    if kind == CUSTOMER:
        found = customers_called(connection, identity)
        return Ref(CUSTOMER, one_customer(found, identity)) if found else None
    if kind == VOUCHER:
        voucher = voucher_called(connection, identity)
        return Ref(VOUCHER, voucher.id) if voucher else None
    return Ref(kind, identity) if identity else None
