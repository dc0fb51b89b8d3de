"""One campaign of the calendar in words: for the drawer, and for a ticket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, tzinfo

from store import words as fmt
from store.days import local_time, parse_instant
from store.domain.changes import change_words
from store.domain.clashes import Clash
from store.domain.validity import validity_text
from store.queries.calendar import CalendarCampaign
from store.queries.calendar_activity import CampaignActivity, ConfigChange, DayCounts
from store.queries.calendar_details import CalendarDetails
from store.times import is_endless
from store.words import DateSpan
from tui.campaign_kit.limits import limit_field
from tui.campaign_kit.status_words import long_status
from tui.campaign_kit.type_look import TypeLook
from tui.kit.figures import figure_field, source_words
from tui.kit.services import AppServices
from widgets.chart.plot import ChartSeries, ChartSpec
from widgets.panel.panel import Field, PanelData
from widgets.panel.panel_and_chart import PanelAndChart

_MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class DrawerData:
    """What the drawer is about.

    Attributes:
        campaign: as the calendar has it.
        look: of its type.
        day: the one under the cursor.
        clashes: others' names and what they share with it, in words.
        details: what only the cache has; None until it has answered.
        span: the days that activity is known of.
    """

    campaign: CalendarCampaign
    look: TypeLook
    day: date
    clashes: Sequence[str] = ()
    details: CalendarDetails | None = None
    span: DateSpan | None = None


class CalendarDrawer(PanelAndChart):
    """One campaign with its days."""

    def __init__(self, data: DrawerData, services: AppServices) -> None:
        self._services = services
        super().__init__(details_panel(data, services), days_chart(data, services))

    def show(self, data: DrawerData) -> None:
        """Show another campaign, or more of the same."""
        self.show_parts(details_panel(data, self._services), days_chart(data, self._services))


def details_panel(data: DrawerData, services: AppServices) -> PanelData:
    """The panel: what matters first."""
    source = ""
    if data.details is not None:
        uses = data.details.uses
        source = source_words(uses.source, uses.as_of, services.now())
    return PanelData(
        data.campaign.display_name, tuple(details_fields(data, services)), source_note=source,
        foot_note="enter opens the campaign",
    )  # fmt: skip


def details_fields(data: DrawerData, services: AppServices) -> list[Field]:
    """Status, dates by both clocks, what it gives, limits, uses, the day under the cursor, clashes, changes."""
    one, zone = data.campaign, services.zone
    fields = [
        Field("Status", long_status(one.status)),
        Field("Type", " · ".join(filter(None, (f"{data.look.glyph} {data.look.title}", one.category)))),
    ]
    if one.unreadable:
        fields.append(Field("Dates", f"cannot be read: {one.unreadable}", "bad"))
    fields += [
        Field("Starts", _both_clocks(one.starts, zone, "always was"), "strong"),
        Field("Ends", _both_clocks(None if is_endless(one.ends) else one.ends, zone, "never"), "strong"),
    ]
    if one.recurring:
        fields.append(Field("Open", validity_text(one.document), substitute=f"estimate, {fmt.zone_name(zone)}"))
    if data.details is not None:
        fields += _cached_fields(data, data.details, services)
    if data.clashes:
        more = len(data.clashes) - _MOST_SHOWN
        words = (*data.clashes[:_MOST_SHOWN], *((f"and {more:,} more",) if more > 0 else ()))
        fields.append(Field(f"Clashes {len(data.clashes):,}", words, "warn"))
    return fields


def _cached_fields(data: DrawerData, details: CalendarDetails, services: AppServices) -> list[Field]:
    currency = services.settings.currency
    fields = [Field("Gives", details.gives or "–"), figure_field("Uses", details.uses, currency)]
    fields += [limit_field(use, currency) for use in details.limits[:_MOST_SHOWN]]
    fields.append(_day_field(data, details.activity, services.today()))
    changes = details.activity.changes[-_MOST_SHOWN:]
    if changes:
        fields.append(Field("Changed", tuple(_change_line(change, services.zone) for change in reversed(changes))))
    return fields


def _change_line(change: ConfigChange, zone: tzinfo) -> str:
    """`end moved from 1 to 4 Dec 2026, seen 12 Nov`."""
    seen = fmt.day(local_time(change.at, zone).date(), year=False)
    return f"{change_words(change.resource, change.change, zone)}, seen {seen}"


def _day_field(data: DrawerData, activity: CampaignActivity, today: date) -> Field:
    day = f"{data.day:%a} {fmt.day(data.day, year=False)}"
    if data.day > today:
        return Field(day, "to come", "muted")
    made, refused = (_on(data.day, counts, data.span) for counts in (activity.redemptions, activity.refusals))
    if made is None and refused is None:
        return Field(day, "not known", "muted")
    return Field(day, f"{fmt.count(made)} redeemed, {fmt.count(refused)} refused", "strong")


def _on(day: date, known: DayCounts, span: DateSpan | None) -> int | None:
    """The count of a day; None where it is not known."""
    if day in known.counts:
        return known.counts[day]
    asked = span is not None and span.start <= day <= span.end
    return None if not asked or any(one.start <= day <= one.end for one in known.unknown) else 0


def _both_clocks(text: str | None, zone: tzinfo, otherwise: str) -> str | tuple[str, ...]:
    """A date by the project's clock and in UTC, which are one where the project's clock is UTC."""
    if text is None:
        return otherwise
    instant = parse_instant(text)
    here, there = fmt.clock(instant, zone), fmt.clock(instant, UTC)
    return here if here == there else (here, there)


def days_chart(data: DrawerData, services: AppServices) -> ChartSpec:
    """Redemptions and refusals on the days in sight, as far as they are over or today."""
    title = "By day"
    if data.details is None or data.span is None:
        return ChartSpec(title, (), empty_note="…", pending=True)
    activity, days = data.details.activity, _life(data, data.span, services.today())
    if not days:
        return ChartSpec(title, (), empty_note="It does not run on the days in sight up to today.")
    made, refused = (
        tuple(_on(day, counts, data.span) for day in days) for counts in (activity.redemptions, activity.refusals)
    )
    series = (ChartSeries("redeemed", made), ChartSeries("refused", refused, role="bad"))
    figure = activity.redemptions.figure
    return ChartSpec(
        title, series, dates=days, unit="redemptions", range_note=fmt.day_range(days[0], days[-1]),
        source_note=source_words(figure.source, figure.as_of, services.now()),
        empty_note=figure.note or "Redemptions are not synced yet. r reads them.",
    )  # fmt: skip


def _life(data: DrawerData, span: DateSpan, today: date) -> tuple[date, ...]:
    """The days in sight, none to come, on which the campaign is within its dates."""
    one = data.campaign
    start, end = max(span.start, one.first_day or span.start), min(span.end, one.last_day or span.end, today)
    return tuple(DateSpan(start, end)) if start <= end else ()


def clash_words(
    clashes: Sequence[Clash], campaign_id: str, names: Mapping[str, str], type_words: Mapping[str, str]
) -> list[str]:
    """What a campaign clashes with: the other's name and what they share; those with most in common first."""
    own = [clash for clash in clashes if campaign_id in (clash.first, clash.second)]
    found = []
    for clash in sorted(own, key=lambda clash: -len(clash.shared)):
        other = clash.second if campaign_id == clash.first else clash.first
        shared = ", ".join(
            f"{target.kind} {type_words.get(target.name, target.name) if target.kind == 'type' else target.name}"
            for target in clash.shared
        )
        found.append(f"{names.get(other, other)} ({shared})")
    return found
