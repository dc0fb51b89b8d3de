"""The words of a campaign's screen: its header, the period, and the period a choice of dates means. Pure."""

from datetime import date, tzinfo

from store import words as fmt
from store.domain.status import StatusKind
from store.queries.campaigns import CampaignRow
from store.queries.series import FIRST_DAY
from store.words import Bucket, DateSpan
from tui.campaigns.rows import dates_words
from tui.campaigns.status_words import long_status
from tui.kit.spec import Period, TypeSpec
from widgets.dialog.date_range import DateChoice
from widgets.text import glyphs
from widgets.text.lines import Role, Span

_ROLES: dict[StatusKind, Role] = {
    StatusKind.ACTIVE: "good",
    StatusKind.SCHEDULED: "second",
    StatusKind.DISABLED: "warn",
    StatusKind.FAILED: "bad",
}


def header_spans(spec: TypeSpec, campaign: CampaignRow, zone: tzinfo) -> list[Span]:
    """`● Active, ends in 3 d · Discount coupon · 20 % off order · 1 Sep – 26 Nov 2026`."""
    dot = f" {glyphs.current().dot} "
    spans: list[Span] = [(long_status(campaign.status), _ROLES.get(campaign.status.kind, "muted"))]
    spans += [(dot, "muted"), (spec.title, "text")]
    if campaign.value_text:
        spans += [(dot, "muted"), (campaign.value_text, "strong")]
    spans += [(dot, "muted"), (dates_words(campaign, zone), "text")]
    if campaign.category:
        spans += [(dot, "muted"), (campaign.category, "muted")]
    return spans


def period_of(choice: DateChoice, life: DateSpan, today: date) -> Period:
    """The period a choice of dates means; open sides end where the campaign's data does."""
    start = choice.range.start or max(FIRST_DAY, min(life.start, choice.range.end or today))
    end = choice.range.end or max(life.end, today, start)
    label = choice.range.label[:1].upper() + choice.range.label[1:]
    whole_life = choice.range.start is None and choice.range.end is None
    return Period(DateSpan(start, end), label, Bucket(choice.bucket), choice.previous is not None, whole_life)


def period_words(period: Period) -> list[Span]:
    """`Last 30 days vs previous 30 · 22 Oct – 20 Nov 2026 · by week`."""
    dot = f" {glyphs.current().dot} "
    spans: list[Span] = [(period.label, "accent")]
    if (before := period.before) is not None:
        as_many = before.days == period.span.days
        words = f"previous {fmt.count(before.days)}" if as_many else fmt.day_range(before.start, before.end)
        spans.append((f" vs {words}", "muted"))
    spans.append((f"{dot}{fmt.day_range(period.span.start, period.span.end)}", "muted"))
    if period.bucket is not Bucket.DAY:
        spans.append((f"{dot}by {period.bucket.value}", "muted"))
    return spans
