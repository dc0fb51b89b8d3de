"""What a customer's screen is built from, read from the cache at once, and what opening one reads from the API."""

from store import words as fmt
from store.domain.values import members, visible
from store.queries.activity import WEBHOOKS, journal_of
from store.queries.customer_activity import TABLE, reach_of
from store.queries.customers import CustomerRow, get_customer, knows_people
from store.queries.freshness import data_state
from store.queries.watching import is_watched, last_look
from store.ref import CUSTOMER, Ref
from store.words import DateSpan
from tui.campaign_kit.lists.traffic import PUBLICATION_ROWS, redemption_list
from tui.customers import panels
from tui.customers.activity_tab import FeedTab, count_events
from tui.customers.context import CustomerContext
from tui.customers.ledger_tab import ledger_tab
from tui.customers.lists import LEDGER_ROWS, ORDER_ROWS, PROGRAM_ROWS, REFERRAL_ROWS
from tui.customers.reading import price_of, reading_of
from tui.customers.segments_tab import count_segments, segments_tab
from tui.customers.wallet import WALLET_ROWS
from tui.kit.activity.tab import ActivityTab
from tui.kit.bodies import box
from tui.kit.context import Period
from tui.kit.lists.query import count_rows
from tui.kit.lists.spec import money
from tui.kit.lists.tab import list_tab
from tui.kit.masking import masked
from tui.kit.metadata_tab import Metadata, metadata_tab
from tui.kit.services import AppServices
from tui.kit.spec import Contents, TabSpec
from tui.kit.subject_screen import FirstSync, Loaded
from widgets.text import glyphs, plain
from widgets.text.lines import Span

JOURNAL = (journal_of("customers"), WEBHOOKS)
"""What tells of a customer's own record: differences between two readings, and webhooks that were received."""


def _metadata(context: CustomerContext) -> Metadata:
    return Metadata(members(context.customer.document.get("metadata")), "customer")


CONTENTS: Contents[CustomerContext] = Contents(
    (
        box("Profile", panels.identity),
        box("Totals", panels.totals),
        box("Activity", panels.activity_known),
        box("Address", panels.address),
        box("Consents", panels.consents),
    ),
    (
        TabSpec("feed", "Activity", FeedTab, count_events),
        list_tab("orders", "Orders", ORDER_ROWS),
        list_tab("redemptions", "Redemptions", redemption_list("redemptions", money("discount_amount", "Discount"))),
        list_tab("wallet", "Wallet", WALLET_ROWS),
        list_tab("loyalty", "Loyalty", PROGRAM_ROWS),
        TabSpec("ledger", "Ledger", ledger_tab, count_rows(LEDGER_ROWS)),
        list_tab("referrals", "Referrals", REFERRAL_ROWS),
        TabSpec("segments", "Segments", segments_tab, count_segments),
        list_tab("publications", "Publications", PUBLICATION_ROWS),
        metadata_tab(_metadata),
        TabSpec("history", "History", lambda context: ActivityTab(context, JOURNAL, "customers")),
    ),
)


def load_customer(services: AppServices, wanted: str, looked_at: str | None) -> Loaded[CustomerContext] | None:
    """Ask the cache for a customer by id, source id or exact e-mail, in a worker thread; None when it holds none.

    Args:
        services: the reader, the clock, the currency.
        wanted: as typed.
        looked_at: when somebody looked before this screen was opened; "" to ask the cache for it.

    Raises:
        CacheError: the cache cannot be read.
    """
    reader = services.reader
    if not reader.ask(knows_people):
        return None
    customer = reader.ask(get_customer, wanted)
    if customer is None:
        return None
    ref, today = Ref(CUSTOMER, customer.id), services.today()
    reach, state = reader.ask(reach_of, customer.id), reader.ask(data_state, TABLE, ref)
    life = DateSpan(min(today.replace(month=1, day=1), today), today)
    calls, cost = price_of(reader, customer.id)
    context = CustomerContext(
        reader, ref, display_name(customer), Period(life, ""), services.settings.currency, services.zone, today, cost,
        customer, reader.ask(last_look, ref) if looked_at == "" else looked_at, reader.ask(is_watched, ref),
        online=services.run_sync is not None,
    )  # fmt: skip
    first = FirstSync()
    if reach.state.as_of is None and services.run_sync is not None and customer.missing_since is None and calls:
        dot = glyphs.current().dot
        unread = "" if services.demo else f"{fmt.NOT_SYNCED} {dot} press r, {cost}"
        first = FirstSync(reading_of(customer.id), unread, f"being read, {cost} {dot} ctrl+x stops")
    return Loaded(context, header(context), CONTENTS, state, life, life, first)


def display_name(customer: CustomerRow) -> str:
    """The name, masked; the id of one without a name that can be seen."""
    name = visible(customer.document.get("name")) or visible(customer.document.get("email"))
    return masked(name) if name else customer.id


def header(context: CustomerContext) -> list[Span]:
    """`● watched · cust_… · 339 events back to 18 May 2025`."""
    signs, scene = glyphs.current(), context.scene
    dot: Span = (f" {signs.dot} ", "muted")
    reach = context.reader.ask(reach_of, context.subject.id)
    spans: list[Span] = [(plain(context.customer.id), "text")]
    if context.customer.missing_since:
        spans = [(f"{signs.missing} gone: deleted or merged", "warn"), dot, *spans]
    if context.watched:
        spans = [(f"{signs.active} watched", "good"), dot, *spans]
    if reach.held:
        since = f" back to {scene.day(reach.back_to)}" if reach.back_to else ""
        sure = "" if reach.whole else ", older may exist"
        spans += [dot, (f"{fmt.counted(reach.held, 'event')}{since}{sure}", "strong" if reach.whole else "warn")]
    return spans
