"""`promoscope calendar`: a table, a picture, JSON and iCalendar of the same campaigns, on any cache."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

from store.sync.resource import CAMPAIGN_TYPES
from tests.tui.cli.harness import CommandLine
from tests.tui.cli.test_list import acts
from widgets.text import cell_width, plain

TOP = {"from", "to", "timezone", "as_of", "complete", "campaigns"}
CAMPAIGN = {
    "id", "name", "type", "status", "draft", "starts", "ends", "first_day", "last_day", "recurring", "windows", "tiers",
}  # fmt: skip
RECURRENCE = ("validity_timeframe", "validity_day_of_week", "validity_hours")
WIDE = ("--from", "2024-01-01", "--to", "2028-12-31")
EDGES = ("--from", "0001-01-01", "--to", "9999-12-31")


def documents(cli: CommandLine) -> list[dict[str, Any]]:
    return list(cli("list", "campaigns", "--raw", "--json").json)


def change(cli: CommandLine, identity: str, **members: str | None) -> None:
    """Give a campaign other dates or another name, in its document and in its row."""
    with closing(sqlite3.connect(cli.database)) as connection, connection:
        for name, value in members.items():
            connection.execute(f"update campaigns set {name} = ? where id = ?", (value, identity))
            raw = f"update campaigns_raw set json = json_set(json, '$.{name}', ?) where id = ?"
            connection.execute(raw, (value, identity))


def shown_day(text: str | None, zone: str, *, before: bool = False) -> str | None:
    """The day the zone's clock shows at an instant, or right before it."""
    if text is None:
        return None
    instant = datetime.fromisoformat(text) - timedelta(milliseconds=int(before))
    return instant.astimezone(ZoneInfo(zone)).date().isoformat()


def events_of(text: str) -> list[Any]:
    """The events of an iCalendar text, as the library reads them."""
    return list(icalendar.Calendar.from_ical(text).walk("VEVENT"))


@pytest.mark.parametrize("zone", ["UTC", "Europe/Warsaw", "Asia/Kathmandu"])
@pytest.mark.parametrize(
    "days", [("2026-11-10", "2026-11-20"), ("2026-06-01", "2026-12-31"), ("2019-01-01", "2019-01-02")]
)
def test_json_has_what_meets_the_range(reading: CommandLine, zone: str, days: tuple[str, str]) -> None:
    reading.patch.setenv("PROMOSCOPE_TIMEZONE", zone)
    answer = reading("calendar", "--from", days[0], "--to", days[1], "--json").json
    assert set(answer) == TOP
    assert (answer["from"], answer["to"], answer["timezone"]) == (*days, zone)
    assert (answer["as_of"], answer["complete"]) == ("2026-11-23T12:00:00.000Z", True)
    begin = datetime.fromisoformat(days[0]).replace(tzinfo=ZoneInfo(zone))
    end = datetime.fromisoformat(days[1]).replace(tzinfo=ZoneInfo(zone)) + timedelta(days=1)
    expected = {}
    for one in documents(reading):
        start, stop = (None if text is None else datetime.fromisoformat(text)
                       for text in (one["start_date"], one["expiration_date"]))  # fmt: skip
        if (start is None or start < end) and (stop is None or stop > begin):
            expected[one["id"]] = (one["name"], start, stop)
    found = {one["id"]: (one["name"], *(text and datetime.fromisoformat(text) for text in (one["starts"], one["ends"])))
             for one in answer["campaigns"]}  # fmt: skip
    assert found == expected
    sent = {one["id"]: one for one in documents(reading)}
    for one in answer["campaigns"]:
        assert set(one) == CAMPAIGN
        document = sent[one["id"]]
        assert (one["first_day"], one["last_day"]) == (
            shown_day(document["start_date"], zone), shown_day(document["expiration_date"], zone, before=True)
        )  # fmt: skip
        assert (one["type"], one["draft"]) == (document["campaign_type"], document["creation_status"] == "DRAFT")
        assert one["recurring"] == any(document.get(name) for name in RECURRENCE)
        assert one["recurring"] or not one["windows"]
        for window in one["windows"]:
            assert days[0] <= datetime.fromisoformat(window["from"]).astimezone(ZoneInfo(zone)).date().isoformat()
            assert window["from"] < window["to"]
            assert one["starts"] is None or one["starts"] <= window["from"]
            assert one["ends"] is None or window["to"] <= one["ends"]
    assert [one["starts"] or "" for one in answer["campaigns"]] == sorted(
        one["starts"] or "" for one in answer["campaigns"]
    )


def test_the_range_without_options_and_with_one(reading: CommandLine) -> None:
    def asked(*arguments: str) -> tuple[str, str]:
        answer = reading("calendar", *arguments, "--format", "json").json
        return answer["from"], answer["to"]

    assert asked() == ("2026-10-18", "2027-01-09")
    assert asked("--from", "2026-01-01") == ("2026-01-01", "2026-03-25")
    assert asked("--to", "2026-03-25") == ("2026-01-01", "2026-03-25")
    assert asked("--to", "0001-01-05") == ("0001-01-01", "0001-01-05")
    assert asked("--from", "9999-12-25") == ("9999-12-25", "9999-12-31")
    assert "two weeks before this month" in reading("calendar", "--help").out


def test_types_and_statuses_narrow_every_format(reading: CommandLine) -> None:
    whole = reading("calendar", *WIDE, "--json").json["campaigns"]
    for kind in CAMPAIGN_TYPES:
        typed = kind.lower().replace("_", "-")
        some = reading("calendar", *WIDE, "--type", typed, "--json").json["campaigns"]
        assert some == [one for one in whole if one["type"] == kind]
    some = reading("calendar", *WIDE, "--status", "Expired", "--status", "disabled", "--json").json["campaigns"]
    assert some == [one for one in whole if one["status"] in ("expired", "disabled")]
    table = reading("calendar", *WIDE, "--status", "expired", "--status", "disabled").out.splitlines()
    assert len(table) == len(some) + 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "someday"), ("--from", "2026-12-02", "--to", "2026-12-01"), ("--type", "coupon"),
        ("--status", "great"), ("--group", "nothing"), ("--format", "csv"), ("--to", "2026-02-30"), ("extra",),
    ],
)  # fmt: skip
def test_wrong_arguments(reading: CommandLine, arguments: tuple[str, ...]) -> None:
    done = reading("calendar", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err


def test_the_table(reading: CommandLine) -> None:
    answer = reading("calendar", *WIDE, "--json").json["campaigns"]
    reading.patch.setenv("COLUMNS", "110")
    header, *rows = reading("calendar", *WIDE).out.splitlines()
    assert header.split("  ")[0] == "CAMPAIGN"
    assert header.split()[1:] == ["TYPE", "STATUS", "STARTS", "ENDS", "DAYS", "LEFT"]
    assert len(rows) == len(answer)
    for row, one in zip(rows, answer, strict=True):
        kind, status, starts, ends, left = row.split()[-5:]
        assert (kind, status) == (one["type"], one["status"])
        assert (starts, ends) == (one["first_day"] or "–", one["last_day"] or "–")
        if left != "–":
            assert date(2026, 11, 23) + timedelta(days=int(left.replace(",", ""))) == date.fromisoformat(ends)
            assert status != "expired"
    assert {cell_width(row) <= 110 for row in rows} == {True}


@pytest.mark.parametrize("key", ["type", "category", "status", "TYPE", "metadata.region"])
def test_groups_in_every_format(reading: CommandLine, key: str) -> None:
    if key.startswith("metadata."):
        keys = {name for one in documents(reading) for name in one["metadata"]}
        key = f"metadata.{min(keys)}"
    answer = reading("calendar", *WIDE, "--group", key, "--json").json["campaigns"]
    groups = {one["group"] for one in answer}
    assert len(groups) > 1
    header, *rows = reading("calendar", *WIDE, "--group", key).out.splitlines()
    assert header.startswith("GROUP")
    assert len(rows) == len(answer)
    text = reading("calendar", *WIDE, "--group", key, "--format", "text").out
    for name in groups - {""}:
        assert plain(name).upper()[:20] in text
    events = events_of(reading("calendar", *WIDE, "--group", key, "--format", "ics").out)
    assert {str(event["categories"].cats[0]) for event in events if "categories" in event} == {
        plain(name) for name in groups - {""}
    }


@pytest.mark.parametrize("span", [(), WIDE, EDGES, ("--from", "2026-11-23", "--to", "2026-11-23")])
def test_the_picture_names_every_campaign_and_tier(reading: CommandLine, span: tuple[str, ...]) -> None:
    answer = reading("calendar", *span, "--json").json
    done = reading("calendar", *span, "--format", "text")
    assert done.code == 0
    assert not acts(done.out)
    lines = done.out.splitlines()
    assert answer["timezone"] in lines[0]
    assert all(cell_width(line) <= 100 for line in lines[1:-1])
    groups: list[list[str]] = []
    for line in lines[3:-1]:
        if line.startswith("  "):
            groups[-1].append(line)
        else:
            groups.append([line])
    for one, (row, *parts) in zip(answer["campaigns"], groups, strict=True):
        assert plain(one["name"]).split()[0][:12] in row
        assert row.strip() != plain(one["name"]), "it has at least one cell"
        # Parts of a loyalty program are earning rules.
        if one["type"] != "LOYALTY_PROGRAM":
            assert len(parts) == len(one["tiers"])
        for tier, part in zip(one["tiers"], parts, strict=False):
            assert plain(tier["name"])[:12] in part
    assert {one["status"] for one in answer["campaigns"]} <= set(lines[-1].split())


@pytest.mark.parametrize("zone", ["UTC", "Europe/Warsaw", "Asia/Kolkata"])
def test_icalendar_parsed_back(reading: CommandLine, zone: str) -> None:
    reading.patch.setenv("PROMOSCOPE_TIMEZONE", zone)
    answer = {one["id"]: one for one in reading("calendar", *WIDE, "--json").json["campaigns"]}
    out = reading("calendar", *WIDE, "--format", "ics").out
    events = events_of(out)
    assert [str(event["uid"]) for event in events] == [f"{one}@promoscope" for one in answer]
    assert all(len(line.encode()) <= 75 for line in out.split("\r\n"))
    assert out.count("\r\n") == out.count("\n")
    all_day = 0
    for event, one in zip(events, answer.values(), strict=True):
        assert str(event["summary"]) == plain(one["name"])
        start, end = event.decoded("dtstart"), event.decoded("dtend")
        assert type(start) is type(end)
        assert start < end
        if isinstance(start, datetime):
            assert one["starts"] is None or start == datetime.fromisoformat(one["starts"]).replace(microsecond=0)
            assert one["ends"] is None or end == datetime.fromisoformat(one["ends"]).replace(microsecond=0)
            assert start.tzinfo is not None
        else:
            all_day += 1
            assert start.isoformat() == (one["first_day"] or "2024-01-01")
            assert (end - timedelta(days=1)).isoformat() == (one["last_day"] or "2028-12-31")
        assert ("No end date" in event["description"]) == (one["ends"] is None)
    assert all_day
    assert reading("calendar", *WIDE, "--format", "ics").out == out, "nothing changes by itself"
    drafts = [event for event, one in zip(events, answer.values(), strict=True) if one["status"] == "draft"]
    assert {str(event["status"]) for event in drafts} <= {"TENTATIVE"}


def test_a_subscriber_keeps_one_event_a_campaign(writing: CommandLine) -> None:
    """A campaign that is renamed and moved is the same event, and recurrence makes no more of them."""
    before = {str(event["uid"]): event for event in events_of(writing("calendar", *WIDE, "--format", "ics").out)}
    one = next(one for one in writing("calendar", *WIDE, "--json").json["campaigns"] if one["recurring"])
    change(writing, one["id"], name="Moved, renamed", start_date="2026-12-01T09:30:00.000Z", expiration_date=None)
    out = writing("calendar", *WIDE, "--format", "ics").out
    after = {str(event["uid"]): event for event in events_of(out)}
    assert after.keys() == before.keys()
    moved = after[f"{one['id']}@promoscope"]
    assert (str(moved["summary"]), moved.decoded("dtstart")) == (
        "Moved, renamed",
        datetime(2026, 12, 1, 9, 30, tzinfo=UTC),
    )
    assert {uid for uid in after if after[uid] != before[uid]} == {f"{one['id']}@promoscope"}
    assert "RRULE" not in out
    assert "Runs " in moved["description"]


HOSTILE = "a;b,c\\n\r\nBEGIN:VEVENT\r\n\x1b[31m\x00\u202e,\u2028" + "é" * 90
UNREADABLE = "soon; or\r\nlater (not a date)"


def test_names_and_dates_of_an_attacker(writing: CommandLine) -> None:
    first, second = (one["id"] for one in documents(writing)[:2])
    change(writing, first, name=HOSTILE)
    change(writing, second, start_date=UNREADABLE)
    count = len(writing("calendar", *WIDE, "--json").json["campaigns"])
    for form in ("table", "text", "ics"):
        done = writing("calendar", *WIDE, "--format", form)
        assert (done.code, acts(done.out.replace("\r\n", "\n"))) == (0, False) if form == "ics" else done.code == 0
        assert "not a date" in done.err
        assert "cannot be read" in done.err
    events = icalendar.Calendar.from_ical(writing("calendar", *WIDE, "--format", "ics").out).walk("VEVENT")
    assert len(events) == count
    assert plain(HOSTILE) in {str(event["summary"]) for event in events}
    answer = writing("calendar", "--from", "1999-01-01", "--to", "1999-01-02", "--json").json["campaigns"]
    assert next(one["starts"] for one in answer if one["id"] == second) is None
    assert "UNREADABLE DATES" in writing("calendar", *WIDE, "--format", "text").out
    assert "soon" in writing("calendar").out
    assert json.loads(writing("calendar", *WIDE, "--json").out)["campaigns"][0]["id"]


def test_the_ends_of_the_calendar(writing: CommandLine) -> None:
    identity = documents(writing)[0]["id"]
    for zone in ("UTC", "Pacific/Auckland", "America/St_Johns"):
        writing.patch.setenv("PROMOSCOPE_TIMEZONE", zone)
        for start, end in (
            ("0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"),
            ("9999-12-31T23:00:00.000Z", None),
        ):
            change(writing, identity, start_date=start, expiration_date=end)
            for form in ("table", "text", "ics", "json"):
                done = writing("calendar", *EDGES, "--format", form)
                assert done.code == 0, done.err
            found = {one["id"]: one for one in writing("calendar", *EDGES, "--json").json["campaigns"]}
            assert (found[identity]["starts"], found[identity]["ends"]) == (start, end)
            assert found[identity]["first_day"] == start[:10]


def test_deleted_campaigns_are_cancelled(writing: CommandLine) -> None:
    with closing(sqlite3.connect(writing.database)) as connection, connection:
        connection.execute("update campaigns set missing_since = '2026-11-23T11:00:00.000Z'")
    assert {one["status"] for one in writing("calendar", "--json").json["campaigns"]} == {"deleted"}
    events = icalendar.Calendar.from_ical(writing("calendar", "--format", "ics").out).walk("VEVENT")
    assert {str(event["status"]) for event in events} == {"CANCELLED"}


def test_an_empty_cache_and_one_that_was_read_in_part(cli: CommandLine, writing: CommandLine) -> None:
    with closing(sqlite3.connect(writing.database)) as connection, connection:
        connection.execute(
            "update sync_states set state = 'partial', reason = 'cut short' where resource = 'campaigns'"
        )
    done = writing("calendar", "--json")
    assert (done.code, done.json["complete"]) == (0, False)
    assert "cut short" in done.err
    with closing(sqlite3.connect(writing.database)) as connection, connection:
        for table in ("campaigns", "campaigns_raw", "sync_states", "promotion_tiers"):
            connection.execute(f"delete from {table}")
    for form in ("table", "text", "ics"):
        assert writing("calendar", "--format", form).code == 0
    done = writing("calendar", "--json")
    assert (done.json["as_of"], done.json["complete"], done.json["campaigns"]) == (None, False, [])
    assert "not synced yet" in done.err


def test_offline(writing: CommandLine) -> None:
    writing.point_at("http://127.0.0.1:9")
    writing.patch.delenv("VOUCHERIFY_APP_ID")
    writing.patch.delenv("VOUCHERIFY_APP_TOKEN")
    assert writing("calendar").code == 0


def test_instants_are_utc_text(reading: CommandLine) -> None:
    for one in reading("calendar", *WIDE, "--json").json["campaigns"]:
        texts = [one["starts"], one["ends"], *(text for window in one["windows"] for text in window.values())]
        for text in texts:
            assert text is None or datetime.fromisoformat(text).astimezone(UTC).isoformat(timespec="milliseconds") == (
                text.replace("Z", "+00:00")
            )


@pytest.mark.parametrize("verb", [("calendar",), ("list", "campaigns"), ("activity", "nobody@example.test")])
def test_two_forms_at_once_are_a_mistake(reading: CommandLine, verb: tuple[str, ...]) -> None:
    other = "ics" if verb == ("calendar",) else "csv"
    done = reading(*verb, "--format", other, "--json")
    assert (done.code, done.out) == (2, "")
    assert f"--json and --format {other} name two forms; give one." in done.err
    assert reading(*verb[:1], "--help").out.count("--json") == 1
