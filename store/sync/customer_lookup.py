"""Finding a customer whom the cache does not hold, by what people know of them (API §2, §6)."""

from datetime import UTC
from typing import TYPE_CHECKING

from store.api.addresses import segment
from store.api.errors import NotFound
from store.api.pages import Listing, PagingStyle, read_pages
from store.cache.database import transaction
from store.cache.journal import ChangeOrigin
from store.cache.tables import CUSTOMERS
from store.cache.writer import Context, Writer
from store.folding import fold
from store.json_text import stored_object
from store.sync.context import SyncContext

if TYPE_CHECKING:
    from store.api.client import ApiClient


async def look_up_customers(context: SyncContext, wanted: str) -> list[str]:
    """Ask the API for a customer by id or source id, else by e-mail, and keep the records that come.

    It takes one call. For an unknown id that looks like an address it takes one more for each hundred customers of it.

    Returns:
        The ids of all customers meant; none where the API knows nobody of that id, source id or exact e-mail.

    Raises:
        ApiError: the API does not tell.
    """
    try:
        reply = await context.client.get(f"/v1/customers/{segment(wanted)}")
        records = [reply.content]
    except NotFound:
        records = await customers_of_address(context.client, wanted) if "@" in wanted else []
    now = context.now()
    with transaction(context.connection):
        writer = Writer(context.connection, CUSTOMERS)
        _, ids = writer.apply(records, Context(zone=UTC, moment=ChangeOrigin("", now)))
    return ids


async def customers_of_address(client: "ApiClient", wanted: str) -> list[bytes]:
    """The customers of exactly this address, a call for a hundred; the filter may well find those who hold it."""
    query = (("email", wanted),)
    listing = Listing("/v1/customers", ("customers", "data"), PagingStyle.PAGE, query, page_cap=99)
    found: list[bytes] = []
    async for page in read_pages(client, listing):
        found += [row for row in page.rows if fold(str(stored_object(row).get("email") or "")) == fold(wanted)]
    return found
