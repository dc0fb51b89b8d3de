"""Records as people name them on a command line: by any id, code, address, source id or order."""

from store.queries.reader import Reader
from store.queries.search import search
from store.queries.search_hits import Hit, Match
from store.queries.search_query import KINDS, ORDER_KIND, SearchQuery
from store.ref import SEARCH, Ref
from tui.cli.exits import USAGE, Failure

_NAMING = ("id", "code", "email", "source_id", "name", "phone", "request_id")
"""The fields that say which record it is, the surest first."""
_SEVERAL = 20


def one_record(reader: Reader, wanted: str) -> Ref:
    """The record that a text means; the search box on it where none is cached that is called so.

    Raises:
        Failure: several records are called so.
    """
    kind, sign, identity = wanted.partition(":")
    if sign and kind in KINDS:
        return Ref(kind, identity)
    found = reader.ask(search, SearchQuery(wanted.strip()), reader.now(), reader.zone, _SEVERAL, Match.EXACT)
    ranked = sorted((rank, hit.ref.kind, hit.ref.id) for hit in found.hits if (rank := _rank(hit)) is not None)
    best = [Ref(kind, identity) for rank, kind, identity in ranked if rank == ranked[0][0]]
    if not best:
        return Ref(SEARCH, wanted)
    if len(best) > 1:
        named = ", ".join(f"{ref.kind}:{ref.id}" for ref in best)
        raise Failure(f"{len(best)} records are called “{wanted}”: {named}. Name one so.", USAGE)
    return best[0]


def _rank(hit: Hit) -> int | None:
    """How surely a record is the one that is meant; None for one that only names it."""
    if not hit.names_itself:
        return None
    return _NAMING.index("code" if hit.ref.kind == ORDER_KIND else hit.field)
