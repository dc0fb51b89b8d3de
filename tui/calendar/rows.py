"""The lines of the calendar: groups with their campaigns, or lanes; last year's under them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.queries.calendar import CalendarCampaign
from store.queries.campaigns import LOW_SUCCESS
from tui.calendar.bars import LAST_YEAR, BarStyle, campaign_bar, campaign_rows, last_year_row
from tui.calendar.groups import LANES, NOTHING, TYPE, Group, grouped
from tui.campaign_kit.filter import status_key
from tui.campaign_kit.type_look import TypeLooks
from widgets.timeline.bars import BarActivity, TimelineRow
from widgets.timeline.grid import Grid, Step
from widgets.timeline.lanes import pack

if TYPE_CHECKING:
    from store.queries.calendar_activity import CampaignActivity


@dataclass(frozen=True)
class Lines:
    """What the timeline shows.

    Attributes:
        rows: of the timeline.
        owners: the campaign of a row, by the row's id; a lane has none, but its bars are named after theirs.
    """

    rows: Sequence[TimelineRow]
    owners: Mapping[str, str]


def calendar_lines(
    campaigns: Sequence[CalendarCampaign],
    before: Sequence[CalendarCampaign],
    key: str,
    style: BarStyle,
    looks: TypeLooks,
    packed: tuple[Grid, Step],
) -> Lines:
    """The rows.

    Args:
        campaigns: that pass the filters, in order of start; in groups what is asked about first comes first.
        before: last year's that do, moved to this year's weeks.
        key: what they are grouped by, or `LANES`.
        style: of bars.
        looks: of types.
        packed: what lanes are packed for.
    """
    by = {LANES: TYPE}.get(key, key)
    if key != NOTHING:
        campaigns, before = (sorted(some, key=status_key) for some in (campaigns, before))

    def type_words(kind: str) -> str:
        return looks.of(kind).short

    last_year = {group.key: group.campaigns for group in grouped([one for one in before if not one.unreadable], by)}
    owners: dict[str, str] = {}
    rows: list[TimelineRow] = []
    groups = grouped(campaigns, by, type_words)
    known = {group.key for group in groups}
    groups += [group for group in grouped(before, by, type_words) if group.key not in known and group.key is not None]
    for number, group in enumerate(groups):
        own = [one for one in group.campaigns if group.key in known]
        if group.name is not None:
            rows.append(TimelineRow(f"group {number}", group.name, heading=True, count=f"{len(own):,}"))
        for row, owner in _own_rows(own, group, key, style, packed):
            rows.append(row)
            if owner:
                owners[row.id] = owner
        if group.key is not None or key == NOTHING:
            for one in last_year.get(group.key, ()):
                row = last_year_row(one)
                rows.append(row)
                owners[row.id] = one.id
    return Lines(rows, owners)


def _own_rows(
    campaigns: Sequence[CalendarCampaign], group: Group, key: str, style: BarStyle, packed: tuple[Grid, Step]
) -> Iterator[tuple[TimelineRow, str]]:
    if key != LANES or any(one.unreadable for one in campaigns):
        for one in campaigns:
            for row in campaign_rows(one, style):
                yield row, one.id
        return
    for number, lane in enumerate(pack([campaign_bar(one, style) for one in campaigns], *packed), 1):
        yield TimelineRow(f"lane {group.key} {number}", f"lane {number}", lane), ""


def activities(
    found: "Mapping[str, CampaignActivity]", before: "Mapping[str, CampaignActivity]"
) -> Mapping[str, BarActivity]:
    """What happened, by id of the bar; `before` is last year's, moved to this year's weeks."""
    return {
        **{identity: _activity(one) for identity, one in found.items()},
        **{f"{LAST_YEAR}{identity}": _activity(one) for identity, one in before.items()},
    }


def _activity(one: "CampaignActivity") -> BarActivity:
    return BarActivity(
        counts=tuple(sorted(one.redemptions.counts.items())),
        against=tuple(sorted(one.refusals.counts.items())), least=LOW_SUCCESS,
        ticks=tuple(change.at for change in one.changes),
        unknown=tuple((span.start, span.end) for span in one.redemptions.unknown),
    )  # fmt: skip
