"""Events as stories and lines: folded by request, under their local days, with the mark of the last look."""

from datetime import date
from zoneinfo import ZoneInfo

from store.queries.customer_activity import EventStub
from store.times import shifted
from tui.customers.stories import (
    DAY,
    EVENT,
    LOOKED,
    STORY,
    Story,
    density,
    feed_lines,
    jump,
    next_problem,
    only_problems,
    stories,
    without_noise,
)

WARSAW = ZoneInfo("Europe/Warsaw")
NOON = "2026-11-20T12:00:00.000Z"


def stub(number: int, minutes_ago: int, kind: str = "order.paid", group: str | None = None) -> EventStub:
    return EventStub(number, f"e{number}", shifted(NOON, -minutes_ago * 60_000), f"customer.{kind}", group)


def told(*stubs: EventStub) -> list[Story]:
    return stories(sorted(stubs, key=lambda one: (one.at, one.id), reverse=True))


def test_what_one_request_caused_is_one_story_where_its_newest_event_is() -> None:
    found = told(stub(1, 10, "redemption.succeeded", "v-1"), stub(2, 9), stub(3, 8, "rewarded.loyalty_points", "v-1"),
                 stub(4, 7), stub(5, 6, group=""), stub(6, 5, group=""))  # fmt: skip
    assert [[event.id for event in story.events] for story in found] == [["e6"], ["e5"], ["e4"], ["e3", "e1"], ["e2"]]
    assert (found[3].id, found[3].at, found[3].lead.id) == ("e1", stub(3, 8).at, "e1")


def test_the_lead_is_what_went_wrong() -> None:
    (story,) = told(stub(1, 3, "redemption.succeeded", "v"), stub(2, 2, "email.failed", "v"))
    assert (story.is_problem, story.lead.id) == (True, "e2")


def test_lines_stand_under_their_local_day_and_below_the_last_look() -> None:
    # 23:30 UTC on the 19th is half past midnight on the 20th in Warsaw.
    found = told(stub(1, 12 * 60 + 30), stub(2, 13 * 60 + 30, group="v"), stub(3, 13 * 60 + 31, group="v"), stub(4, 1))
    lines = feed_lines(found, frozenset({"e3"}), WARSAW, looked=shifted(NOON, -60 * 60_000))
    assert [(line.kind, line.day, line.event and line.event.id) for line in lines] == [
        (DAY, date(2026, 11, 20), None), (STORY, date(2026, 11, 20), None), (LOOKED, None, None),
        (STORY, date(2026, 11, 20), None), (DAY, date(2026, 11, 19), None), (STORY, date(2026, 11, 19), None),
        (EVENT, date(2026, 11, 19), "e2"), (EVENT, date(2026, 11, 19), "e3"),
    ]  # fmt: skip
    assert [line.count for line in lines if line.kind == DAY] == [2, 1]
    assert len({line.id for line in lines}) == len(lines)
    assert LOOKED not in {line.kind for line in feed_lines(found, frozenset(), WARSAW, looked=NOON)}
    assert LOOKED not in {line.kind for line in feed_lines(found, frozenset(), WARSAW)}


def test_events_without_an_instant_stand_under_no_day() -> None:
    lines = feed_lines([Story((EventStub(1, "e1", "", "", None),))], frozenset(), WARSAW)
    assert [(line.kind, line.day) for line in lines] == [(DAY, None), (STORY, None)]
    assert density([Story((EventStub(1, "e1", "", "", None),))], 3) == [0, 0, 0]


def test_the_next_problem_both_ways() -> None:
    found = told(stub(1, 1), stub(2, 2, "redemption.failed"), stub(3, 3), stub(4, 4, "sms.failed"))
    lines = feed_lines(found, frozenset(), WARSAW)
    assert [next_problem(lines, at, 1) for at in (0, 2, 4)] == [2, 4, None]
    assert [next_problem(lines, at, -1) for at in (4, 2)] == [2, None]


def test_noise_and_problems() -> None:
    stubs = [stub(1, 1, "email.sent"), stub(2, 2, "updated"), stub(3, 3, "email.failed"), stub(4, 4)]
    assert [one.id for one in without_noise(stubs)] == ["e3", "e4"]
    assert [one.id for one in only_problems(stubs)] == ["e3"]


def test_density_and_the_way_to_its_busy_parts() -> None:
    found = told(stub(1, 0), stub(2, 1), stub(3, 50), stub(4, 99))
    # A hundred minutes in ten parts of ten, the newest first.
    assert density(found, 10) == [2, 0, 0, 0, 0, 1, 0, 0, 0, 1]
    lines = feed_lines(found, frozenset(), WARSAW)
    assert [jump(lines, 10, at, 1) for at in (1, 2, 3, 4)] == [3, 3, 4, None]
    assert [jump(lines, 10, at, -1) for at in (4, 3, 1)] == [3, 1, None]
