"""A customer's wallet: every code they hold, its status and balance as the API works them out, else by its record."""

from collections.abc import Sequence
from typing import Any

from store.queries.customers import WALLET
from store.queries.freshness import data_state
from tui.campaign_kit.lists.codes import code_status
from tui.kit.context import SubjectContext
from tui.kit.figures import state_words
from tui.kit.lists.spec import Facet, ListRecord, ListSpec, end, list_column, number, text, when
from widgets.table.rows import Cell, CellText
from widgets.text import glyphs

REDEEMABLES = "customer_redeemables"
_TYPES = {"DISCOUNT_VOUCHER": "discount", "GIFT_VOUCHER": "gift card", "LOYALTY_CARD": "loyalty card"}


def _by_api(record: ListRecord) -> Cell:
    """The status that the API has worked out (schema CustomerRedeemable); one that is not documented as received."""
    signs = glyphs.current()
    known = {
        "ACTIVE": CellText(f"{signs.active} active", "status-active"),
        "USED": CellText(f"{signs.expired} used up", "status-ended"),
        "NO_BALANCE": CellText(f"{signs.expired} empty", "status-ended"),
        "EXPIRED": CellText(f"{signs.expired} expired", "status-ended"),
        "NOT_ACTIVE_YET": CellText(f"{signs.scheduled} not yet", "status-scheduled"),
        "DISABLED": CellText(f"{signs.disabled} disabled", "status-off"),
    }
    status = str(record["status"])
    return known.get(status, CellText(f"{signs.unknown} {status}", "status-alarm"))


def _status(record: ListRecord) -> Cell:
    return _by_api(record) if record["by_wallet"] and record["status"] else code_status(record)


def _balance(record: ListRecord) -> Cell:
    balance, kind = record["held"], str(record["type"] or "")
    words = record.scene.money(balance) if kind == "GIFT_VOUCHER" else record.scene.points(balance)
    return CellText(words, "muted") if balance == 0 else words


def _is_newer(context: SubjectContext) -> bool:
    """Whether the wallet was read after the records of codes were."""
    wallet = context.reader.ask(data_state, REDEEMABLES, context.subject)
    own = context.reader.ask(data_state, "vouchers", context.subject)
    return wallet.as_of is not None and (own.as_of is None or wallet.as_of >= own.as_of)


def _decide(context: SubjectContext, rows: Sequence[dict[str, Any]]) -> None:
    """Which of two readings a row's status and balance are of: the later one, or the only one."""
    newer = _is_newer(context)
    for row in rows:
        by_wallet = row["status"] is not None and (newer or row["active"] is None)
        names = ("wallet_balance", "own_balance") if by_wallet else ("own_balance", "wallet_balance")
        row["by_wallet"] = by_wallet
        row["held"] = next((row[name] for name in names if row[name] is not None), None)


def _note(context: SubjectContext) -> str:
    """Where status and balance come from, and how old that is."""
    now = context.reader.now()
    wallet = context.reader.ask(data_state, REDEEMABLES, context.subject)
    if wallet.as_of is None:
        return f"Status and balance by the codes' own records. r asks the API for the wallet ({context.cost})."
    words = f"the wallet that the API worked out: {state_words(wallet, now)}"
    return f"Status and balance by {words}." if _is_newer(context) else f"By the codes' own records; older is {words}."


WALLET_ROWS = ListSpec(
    id="wallet",
    noun=("code", "codes"),
    view=WALLET,
    columns=(
        text("code", "Code", 18, flex=2, most=40, priority=100),
        list_column("status", "Status", _status, width=12, kind="status", sort="", priority=95),
        list_column("balance", "Balance", _balance, width=10, kind="number", priority=90),
        list_column("campaign_id", "Campaign", lambda row: row.named("campaigns", "campaign_id"), width=16, flex=1,
                    most=34, priority=80),
        list_column("type", "Kind", lambda row: _TYPES.get(str(row["type"]), str(row["type"] or "")), width=12,
                    priority=60),
        number("redeemed_quantity", "Uses", priority=55),
        text("holder_role", "Role", 9, priority=40),
        end("expiration_date", "Expires", priority=50),
        when("created_at", "Held since", priority=30),
    ),
    facets=(Facet("Kind", column="type", words=lambda kind: _TYPES.get(str(kind), str(kind))),
            Facet("Role", column="holder_role")),
    lookups={"campaign_id": "campaigns"},
    derive=_decide,
    note=_note,
    place="code",
)  # fmt: skip
