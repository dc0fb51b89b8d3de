"""What a code's screen is built from, read from the cache at once."""

from dataclasses import replace
from datetime import date

from store.days import local_date
from store.domain.discount import voucher_value_text
from store.domain.values import members, visible
from store.models import Unit
from store.queries.activity import VOUCHER_SOURCES
from store.queries.campaigns import get_campaign
from store.queries.freshness import data_state
from store.queries.reader import document
from store.queries.rows import RowList
from store.queries.views import CODES
from store.queries.vouchers import voucher_called
from store.ref import VOUCHER, Ref
from store.times import is_instant
from store.words import DateSpan
from tui.campaign_kit.card_balances import BalanceChart
from tui.campaign_kit.price import campaign_price
from tui.campaign_kit.rules_tab import RulesTab, count_rules
from tui.kit.activity.tab import activity_tab
from tui.kit.bodies import box
from tui.kit.context import Period, SubjectContext
from tui.kit.dashboard import Dashboard
from tui.kit.lists.tab import list_tab
from tui.kit.metadata_tab import Metadata, metadata_tab
from tui.kit.services import AppServices
from tui.kit.spec import Contents, PanelSpec, TabSpec
from tui.kit.subject_screen import Loaded
from tui.vouchers import panels
from tui.vouchers.context import VoucherContext, lists_of
from tui.vouchers.lists import HOLDER_ROWS, PUBLICATION_ROWS, redemption_rows, transaction_rows, worded
from tui.vouchers.reading import price_of
from tui.vouchers.standing import reasons, status_span
from widgets.text import glyphs
from widgets.text.lines import Span


def _this_card(context: SubjectContext) -> tuple[str]:
    return (context.subject.id,)


def _course(context: VoucherContext) -> BalanceChart:
    unit = Unit.MINOR if context.values.get("type") == "GIFT_VOUCHER" else Unit.POINTS
    return BalanceChart(context, _this_card, unit)


_COURSE: PanelSpec[VoucherContext] = PanelSpec("Balance over time", _course, wide=True)


def _code(context: VoucherContext) -> Dashboard:
    balance, course = ([box("Balance", panels.balance_facts)], [_COURSE]) if context.is_card else ([], [])
    shown: tuple[PanelSpec[VoucherContext], ...] = (
        box("Code", panels.code_facts), box("What it gives", panels.use_facts), *balance,
        box("Owner", panels.owner_facts), box("What is cached", panels.coverage), *course,
    )  # fmt: skip
    return Dashboard(Contents(shown), context)


_CODE: TabSpec[VoucherContext] = TabSpec("code", "Code", _code)
_RULES = TabSpec("rules", "Rules", RulesTab, count_rules)
_HISTORY = replace(activity_tab(VOUCHER_SOURCES, "vouchers"), id="history", title="History")


def load_voucher(services: AppServices, wanted: str, *, reveal: bool) -> Loaded[VoucherContext] | None:
    """Ask the cache for a code by its id or exact text, in a worker thread; None when nothing cached names it.

    Args:
        services: the reader, the clock, the currency.
        wanted: as typed.
        reveal: whether panels show personal data in full.

    Raises:
        CacheError: the cache cannot be read.
    """
    reader, zone, today = services.reader, services.zone, services.today()
    voucher = reader.ask(voucher_called, wanted)
    if voucher is None:
        return None
    ref = Ref(VOUCHER, voucher.id)
    rows = RowList(reader, CODES, ref).window(0, 1)
    values = dict(zip(CODES.columns, rows[0], strict=True)) if rows else {}
    campaign_id = voucher.campaign_id
    campaign = reader.ask(get_campaign, campaign_id, services.now(), zone) if campaign_id else None
    online = services.run_sync is not None
    kinds = lists_of(campaign.campaign_type if campaign else "", str(values.get("type") or ""))
    cost = price_of(reader, voucher.id, kinds) if online else ""
    if not online and campaign is not None:
        cost = campaign_price(reader, campaign, zone)
    made = str(values.get("created_at") or "")
    life = DateSpan(min(local_date(made, zone), today) if made and is_instant(made) else date(today.year, 1, 1), today)
    name = visible(voucher.code) or voucher.id
    context = VoucherContext(
        reader, ref, name, Period(life, ""), services.settings.currency, zone, today, cost, voucher, values,
        reader.ask(document, "vouchers", voucher.id), campaign, online, reveal,
    )  # fmt: skip
    state = reader.ask(data_state, "vouchers", ref)
    return Loaded(context, header(context), contents(context), state, life, life)


def header(context: VoucherContext) -> list[Span]:
    """`● active · Its campaign is disabled. · 20 % off order · Summer sale`."""
    dot: Span = (f" {glyphs.current().dot} ", "muted")
    status = status_span(context)
    spans: list[Span] = [status]
    if status[1] == "good" and (why := reasons(context)):
        spans += [dot, (why[0], "warn")]
    if value := voucher_value_text(context.document, context.currency):
        spans += [dot, (value, "strong")]
    if name := context.campaign.display_name if context.campaign else visible(context.voucher.campaign):
        spans += [dot, (name, "text")]
    return spans


def contents(context: VoucherContext) -> Contents[VoucherContext]:
    """The tabs of a code: those its kind can have rows in."""
    lists = {
        "redemptions": list_tab("redemptions", "Redemptions", worded(redemption_rows(context), context)),
        "publications": list_tab("publications", "Publications", worded(PUBLICATION_ROWS, context)),
        "transactions": list_tab("transactions", "Transactions", worded(transaction_rows(context), context)),
        "holders": list_tab("holders", "Holders", worded(HOLDER_ROWS, context)),
    }
    shown = [name for name in context.lists if name in lists]
    listed = [lists[name] for name in shown if name != "holders"]
    holders = [lists["holders"]] if "holders" in shown else []
    return Contents((), (_CODE, *listed, _RULES, *holders, metadata_tab(_metadata), _HISTORY))


def _metadata(context: VoucherContext) -> Metadata:
    return Metadata(members(context.document.get("metadata")), "voucher")
