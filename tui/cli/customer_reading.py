"""Reading one customer from the API for a command: looked up where the cache has no such customer, priced before."""

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.cli.customer_names import cached_customer, one_customer
from tui.cli.exits import OK, USAGE, Failure
from tui.cli.output import say
from tui.cli.progress import ProgressLines
from tui.cli.sync_command import exit_code
from tui.cli.trouble import code_of
from tui.project import Project, open_client, open_writer
from tui.shell.signals import run_until_stopped

if TYPE_CHECKING:
    from store.api.client import ApiClient

_WAIT = 5.0
"""Seconds to wait for a sync of the same cache to end."""


@dataclass(frozen=True, slots=True)
class CustomerToRead:
    """What a command reads.

    Attributes:
        customer: as typed: an id, source id or exact e-mail.
        categories: whether the categories of types are asked for, too.
        pages: of a hundred events each, at most; None for all.
    """

    customer: str
    categories: bool = False
    pages: int | None = None


def read_customer(project: Project, wanted: CustomerToRead) -> int:
    """Read a customer's record and activity into the cache; returns the exit code of that.

    Without keys nothing is asked, which is said.

    Raises:
        Failure: there is no such customer, or the API does not say.
    """
    if not wanted.customer.strip():
        raise Failure("Name a customer by id, source id or exact e-mail.", USAGE)
    if not project.settings.app_id:
        say("No API keys: VOUCHERIFY_APP_ID is not set. This is what the cache has.")
        return OK
    progress = ProgressLines(bars=False)
    client_of = open_client(project, on_wait=progress.waiting)
    with open_writer(project, wait=_WAIT) as connection:

        async def work() -> int:
            async with client_of as (client, _):
                return await _read(project, wanted, client, connection)

        return run_until_stopped(work())


async def _read(project: Project, wanted: CustomerToRead, client: "ApiClient", connection: sqlite3.Connection) -> int:
    from store.api.errors import ApiError
    from store.cache.ledger import Ledger
    from store.queries.customer_activity import uncategorised
    from store.sync.catalogue import OF_CUSTOMERS
    from store.sync.context import SyncContext
    from store.sync.customer_lookup import look_up_customers
    from store.sync.engine import SyncEngine
    from store.sync.pricing import NOT_COUNTED
    from store.sync.request import SyncRequest
    from store.sync.resource import Task

    ledger = Ledger(connection)
    context = SyncContext(client, connection, ledger, project.clock, lambda *_: None)
    identity = cached_customer(connection, wanted.customer)
    if identity is None:
        try:
            found = await look_up_customers(context, wanted.customer)
        except ApiError as error:
            raise Failure(error.sentence, code_of(error)) from None
        if not found:
            said = f"The API knows no customer “{wanted.customer}”: name one by id, source id or exact e-mail."
            raise Failure(said, USAGE)
        identity = one_customer(found, wanted.customer)
    only = frozenset(one.name for one in OF_CUSTOMERS)
    learns = wanted.categories and (
        uncategorised(connection, identity) > 0
        or ledger.state("customer_activity", f"customer:{identity}").as_of is None
    )
    request = SyncRequest(customers=(identity,), event_pages=wanted.pages, categories=learns, only=only)
    prices = [
        one.strategy.price(Task(one, customer_id=identity).known(ledger, request), NOT_COUNTED) for one in OF_CUSTOMERS
    ]
    say(f"Asks the API: {sum(price.calls for price in prices)} calls at least, a call for each 100 events.")
    report = await SyncEngine(client, connection, zone=project.settings.timezone, clock=project.clock).run(request)
    for name, one in report.resources.items():
        if one.reason and not one.excused:
            say(f"{name}: {one.reason}")
    return exit_code(report)
