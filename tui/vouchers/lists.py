"""The lists of one code: those of its campaign, each row under its own id instead of the code they all share."""

from dataclasses import replace

from store.queries.views import HOLDERS
from tui.campaign_kit.lists import traffic
from tui.kit.lists.spec import Facet, ListRecord, ListSpec, list_column, money, points, text, when
from tui.vouchers.context import VoucherContext
from widgets.table.rows import Cell


def _own(spec: ListSpec, title: str, width: int = 22) -> ListSpec:
    """A shared list, named by the row's id instead of the code."""
    others = (column for column in spec.columns if column.column.id not in ("code", "voucher_code"))
    return replace(spec, columns=(text("id", title, width, flex=1, most=36, priority=100), *others))


def _outcome(record: ListRecord) -> Cell:
    """The rollback of a redemption, the redemption that a rollback undoes, else why an attempt was refused."""
    if record["rolled_back_by"]:
        return f"undone by {record['rolled_back_by']}"
    if record["undone_redemption_id"] and not record["failure_code"]:
        return f"undoes {record['undone_redemption_id']}"
    return str(record["failure_code"] or "")


_OUTCOME = list_column("failure_code", "Failure, or linked with", _outcome, width=23, flex=2, most=46, priority=94)
_AMOUNTS = {
    "GIFT_VOUCHER": money("amount", "Credits", priority=65),
    "LOYALTY_CARD": points("amount", "Points", priority=65),
}
_DISCOUNT = money("discount_amount", "Discount", priority=65)
_TRANSACTIONS = {"GIFT_VOUCHER": traffic.GIFT_TRANSACTIONS, "LOYALTY_CARD": traffic.POINTS_TRANSACTIONS}

PUBLICATION_ROWS = _own(traffic.PUBLICATION_ROWS, "Publication")
HOLDER_ROWS = ListSpec(
    id="holders",
    noun=("holder", "holders"),
    view=HOLDERS,
    columns=(
        list_column("customer_id", "Customer", lambda row: row.customer(), width=18, flex=1, most=36, priority=100),
        text("holder_role", "Role", 12, priority=95),
        when("created_at", "Since", priority=90),
        text("id", "Id", 22, flex=1, most=36, priority=40),
    ),
    facets=(Facet("Role", column="holder_role"),),
    lookups={"customer_id": "customers"},
    personal=True,
)


def redemption_rows(context: VoucherContext) -> ListSpec:
    """Redemptions and rollbacks, each beside the row it is linked with."""
    amount = _AMOUNTS.get(str(context.values.get("type")), _DISCOUNT)
    spec = traffic.redemption_list("redemptions", amount)
    columns = (_OUTCOME if column.column.id == "failure_code" else column for column in spec.columns)
    return _own(replace(spec, columns=tuple(columns)), "Redemption", 20)


def transaction_rows(context: VoucherContext) -> ListSpec:
    """Movements in the unit of the card."""
    return _own(_TRANSACTIONS.get(str(context.values.get("type")), traffic.ANY_TRANSACTIONS), "Transaction")


def worded(spec: ListSpec, context: VoucherContext) -> ListSpec:
    """A list whose empty text names the key only where that key reads it."""
    if context.online:
        return spec
    what = "its campaign's rows" if context.campaign else "the project's lists"
    way = "--campaign" if context.campaign else "--all"
    return replace(spec, empty=f"No {spec.noun[1]} are synced yet. `promoscope sync {way}` fetches {what}.")
