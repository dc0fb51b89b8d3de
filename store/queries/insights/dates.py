"""Campaigns that end within seven days, start tomorrow, or could not be made."""

from collections.abc import Iterator
from datetime import timedelta

from store.days import local_time
from store.domain.status import StatusKind
from store.queries.insights.insight import Insight, InsightContext, recent_redemptions, recent_words
from store.ref import Ref
from store.times import text_of
from store.words import clock, counted

_WEEK = timedelta(days=7)


def ends_soon(context: InsightContext) -> Iterator[Insight]:
    """Active campaigns whose end is at most seven days away, to the instant."""
    for one in context.active:
        ends = one.status.ends_at
        if ends is None or not context.now < ends <= context.now + _WEEK:
            continue
        recent = recent_redemptions(one)
        yield Insight(
            one.status.hint, f"{recent_words(recent)} · ends {clock(ends, context.zone)}",
            "Active campaigns whose end is at most 7 times 24 hours away.",
            Ref.campaign(one.id), one.display_name, recent, text_of(ends),
        )  # fmt: skip


def starts_tomorrow(context: InsightContext) -> Iterator[Insight]:
    """Scheduled campaigns whose start lies on the project's next day."""
    tomorrow = context.today + timedelta(days=1)
    for one in context.campaigns:
        starts = one.status.starts_at
        if one.status.kind is not StatusKind.SCHEDULED or starts is None:
            continue
        local = local_time(starts, context.zone)
        if local.date() == tomorrow:
            codes = "" if one.vouchers_count is None else f" · {counted(one.vouchers_count, 'code')}"
            yield Insight(
                f"starts tomorrow at {local:%H:%M}", f"{one.value_text or 'no value stated'}{codes}",
                "Scheduled campaigns whose start lies on the next day of the project's clock.",
                Ref.campaign(one.id), one.display_name, None, text_of(starts),
            )  # fmt: skip


def generation_failed(context: InsightContext) -> Iterator[Insight]:
    """Campaigns whose making, or that of their codes, the API calls failed."""
    for one in context.campaigns:
        if one.status.kind is not StatusKind.FAILED:
            continue
        creation, codes = (one.document.get(name) for name in ("creation_status", "vouchers_generation_status"))
        what = "campaign was not created" if creation == "FAILED" else "codes were not generated"
        states = f"creation {creation or 'not stated'} · codes {codes or 'not stated'}"
        there = "" if one.vouchers_count is None else f" · {counted(one.vouchers_count, 'code')} there"
        yield Insight(
            what, f"{states}{there}", "The API states FAILED for the campaign's creation or its codes' generation.",
            Ref.campaign(one.id), one.display_name,
        )  # fmt: skip
