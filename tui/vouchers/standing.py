"""Whether a code works now, and each reason that is cached why it does not."""

from collections.abc import Iterator

from store import words as fmt
from store.days import instant_text
from store.domain.status import StatusKind, unreadable_dates
from store.domain.validity import opening
from store.queries.vouchers import deletion_of
from store.times import is_instant
from tui.campaign_kit.lists.codes import code_status
from tui.campaign_kit.status_words import long_status
from tui.vouchers.context import VoucherContext
from widgets.table.rows import CellText
from widgets.text import glyphs
from widgets.text.lines import Role, Span

_ROLES: dict[str, Role] = {
    "status-active": "good", "status-scheduled": "second", "status-off": "warn", "status-alarm": "bad",
}  # fmt: skip


def status_span(context: VoucherContext) -> Span:
    """The code's own status, as lists of codes have it."""
    if not context.voucher.is_cached:
        return f"{glyphs.current().unknown} status not known", "warn"
    cell = code_status(context.record)
    return (cell.text, _ROLES.get(cell.role, "muted")) if isinstance(cell, CellText) else (cell, "text")


def reasons(context: VoucherContext) -> list[str]:
    """Every reason that is cached why the code cannot be redeemed now, a sentence each; none says that its rules do."""
    return [*_gone(context), *_of_record(context), *_of_campaign(context)]


def _gone(context: VoucherContext) -> Iterator[str]:
    when = context.record.scene.when
    deleted = context.reader.ask(deletion_of, context.subject.id)
    if deleted is not None:
        by = f"by {deleted.by}" if deleted.by else "through the API"
        yield f"It was deleted {by}, {when(deleted.at, named=True) or 'nobody knows when'}."
    if context.record["missing_since"]:
        yield f"The API no longer returns it since {when(context.record['missing_since'], named=True)}."


def _of_record(context: VoucherContext) -> Iterator[str]:
    if not context.voucher.is_cached:
        yield "Its own record is not cached: what it gives, its dates and its limits are not known."
        return
    record, now = context.record, context.reader.now()
    here, when = instant_text(now), record.scene.when
    start, end = record["start_date"], record["expiration_date"]
    limit, used = record["redemption_quantity"], record["redeemed_quantity"]
    if record["active"] == 0:
        yield "It is switched off."
    if odd := unreadable_dates(start, end):
        yield f"A date of it cannot be read: {odd}."
    if end and is_instant(end) and end <= here:
        yield f"It expired {when(end, named=True)}."
    if start and is_instant(start) and start > here:
        yield f"It begins {when(start, named=True)}."
    if isinstance(limit, int) and isinstance(used, int) and used >= limit:
        yield "Its one use is made." if limit == 1 else f"All of its {fmt.counted(limit, 'use')} are made."
    if context.is_card and record["balance"] == 0:
        yield "Nothing is left on it."
    if told := opening(context.document, now, context.zone).reason:
        yield f"It is not open: {told}."


def _of_campaign(context: VoucherContext) -> Iterator[str]:
    campaign = context.campaign
    if campaign is None:
        if context.voucher.campaign_id:
            yield "Its campaign is not cached."
    elif campaign.status.kind is not StatusKind.ACTIVE or campaign.status.sub:
        status = long_status(campaign.status).partition(" ")[2]
        yield f"Its campaign is {status[:1].lower()}{status[1:]}."
