"""Days are the project's: another time zone on a cache counts them anew, or says whose days they are."""

import sqlite3
from contextlib import closing
from datetime import timedelta, timezone

import pytest

from store.cache.database import read_meta
from store.cache.lock import writer_lock
from store.days import parse_instant
from tests.tui.cli.harness import CommandLine

SYNCED_IN, OTHER = "UTC", "Asia/Tokyo"
TOKYO = timezone(timedelta(hours=9))
NOTE = "days of UTC until the next sync"


def first_moved(cli: CommandLine) -> tuple[str, str, str]:
    """A campaign with a redemption whose day in Tokyo is not its UTC day: its id and both days."""
    with closing(sqlite3.connect(cli.database)) as connection:
        rows = connection.execute(
            "select campaign_id, created_at from redemptions where campaign_id is not null"
            " and object is not 'redemption_rollback' and result = 'SUCCESS' order by created_at desc"
        ).fetchall()
    for campaign, at in rows:
        local = parse_instant(at).astimezone(TOKYO).date().isoformat()
        if local != at[:10]:
            return campaign, at[:10], local
    raise AssertionError("no redemption changes its day")


def by_hand(cli: CommandLine, campaign: str, day: str, hours: int) -> int:
    """Succeeded redemptions of a day, from the rows alone."""
    with closing(sqlite3.connect(cli.database)) as connection:
        rows = connection.execute(
            "select created_at from redemptions where campaign_id = ? and object is not 'redemption_rollback'"
            " and result = 'SUCCESS'",
            (campaign,),
        ).fetchall()
    zone = timezone(timedelta(hours=hours))
    return sum(parse_instant(at).astimezone(zone).date().isoformat() == day for (at,) in rows)


def redeemed(cli: CommandLine, campaign: str, day: str) -> tuple[int | None, str]:
    figure = cli("summary", campaign, "--from", day, "--to", day, "--json").json["figures"]["redemptions_succeeded"]
    return figure["value"], figure["note"]


@pytest.fixture
def synced(cli: CommandLine) -> CommandLine:
    cli.patch.setenv("PROMOSCOPE_TIMEZONE", SYNCED_IN)
    assert cli("sync", "--all", "--json").code == 0
    return cli


def test_another_zone_counts_the_days_anew_without_a_sync(synced: CommandLine) -> None:
    campaign, utc_day, tokyo_day = first_moved(synced)
    for day in (utc_day, tokyo_day):
        assert redeemed(synced, campaign, day) == (by_hand(synced, campaign, day, 0), "")
    synced.patch.setenv("PROMOSCOPE_TIMEZONE", OTHER)
    synced.patch.setenv("VOUCHERIFY_APP_ID", "")
    for day in (utc_day, tokyo_day):
        assert redeemed(synced, campaign, day) == (by_hand(synced, campaign, day, 9), "")
    assert by_hand(synced, campaign, tokyo_day, 9) != by_hand(synced, campaign, tokyo_day, 0)
    with closing(sqlite3.connect(synced.database)) as connection:
        assert read_meta(connection, "timezone") == OTHER


def test_where_nothing_can_be_written_the_figures_say_whose_days_they_are(synced: CommandLine) -> None:
    campaign, utc_day, _ = first_moved(synced)
    synced.patch.setenv("PROMOSCOPE_TIMEZONE", OTHER)
    with writer_lock(synced.database, synced.clock):
        assert redeemed(synced, campaign, utc_day) == (by_hand(synced, campaign, utc_day, 0), NOTE)
        answer = synced("summary", campaign, "--from", utc_day, "--to", utc_day).out
    noted = {name for line in answer.splitlines() if NOTE in line for name in line.split(": ")[0].split(", ")}
    shown = {line.split("  ")[0] for line in answer.splitlines()}
    counted = {"redemptions succeeded", "orders amount", "vouchers created", "publications succeeded"}
    assert counted & shown <= noted
    assert "redemptions succeeded" in noted


@pytest.mark.parametrize(("word", "weekday"), [("monday", 0), ("Saturday", 5), ("sunday", 6)])
def test_doctor_names_the_first_day_of_the_week(cli: CommandLine, word: str, weekday: int) -> None:
    from store.config import load_settings

    cli.patch.setenv("PROMOSCOPE_WEEK_START", word)
    assert load_settings().week_start == weekday
    assert f"weeks from {word.capitalize()}" in cli("doctor", "--offline").out


@pytest.mark.parametrize("word", ["friday", "7", "mon"])
def test_another_first_day_of_the_week_is_refused(cli: CommandLine, word: str) -> None:
    cli.patch.setenv("PROMOSCOPE_WEEK_START", word)
    done = cli("doctor", "--offline")
    assert done.code == 2
    assert f"The first day of the week “{word}” is not one of monday, saturday, sunday" in done.err
