"""Where an unfinished reading goes on: what is stored comes back, and what is not understood begins anew."""

import json
from pathlib import Path
from typing import Any

import pytest

from store.api.places import AfterId, AfterInstant, AtPage, InsteadOfInstants, Place, Swept, UntilDate
from store.cache.ledger import FULL_REFRESH, PROJECT, Ledger
from store.sync.resume import Forward, Gap, OtherEnd, PassProgress, Resume, load_window, resume_text
from tests.support.list_server import ListServer
from tests.support.one_list import OneList, row

AT = "2026-11-20T10:00:00.000Z"
BEFORE = (
    '{"page":{"after":"2026-11-22T11:58:20.999Z","tie":null,"total":450},"mark":{"high":"2026-11-22T11:58:21.000Z",'
    '"doubt":null,"last_id":"x_000099","total":450},"way":0}'
)
"""As version 0.1 stored it."""


def one_list(path: Path, count: int = 450, **habits: Any) -> OneList:
    records = [row(n, 86_400 + 60 * (count - n)) for n in range(count)]
    return OneList("redemptions", ListServer(records, **habits), path / "c.db")


@pytest.mark.parametrize(
    "resume",
    [
        Forward(AtPage(3, 100, 200, 9), PassProgress(AT, AT, "x", 9), 1),
        Forward(AfterInstant(AT, AT, 9, Swept(2, 50, 50, (60, None))), PassProgress()),
        Forward(InsteadOfInstants("not sorted", None, AtPage(2)), PassProgress()),
        Forward(AfterId("x"), PassProgress()),
        Forward(UntilDate(AT), PassProgress()),
        Forward(None, PassProgress()),
        OtherEnd(AT, PassProgress(total=9)),
        OtherEnd(AT, PassProgress(), 1, AtPage(2)),
        Gap("too long", None),
    ],
)
def test_what_is_stored_comes_back(tmp_path: Path, resume: Resume) -> None:
    ledger = Ledger(one_list(tmp_path).connect())
    ledger.open_window("redemptions", PROJECT, FULL_REFRESH, AT)
    ledger.move_window("redemptions", PROJECT, FULL_REFRESH, resume_text(resume))
    window = load_window(ledger, "redemptions", PROJECT, FULL_REFRESH)
    assert window is not None
    assert (window.name, window.started_at, window.resume) == (FULL_REFRESH, AT, resume)


@pytest.mark.parametrize(
    ("stored", "place"),
    [
        ({"page": 3, "size": 100, "rows": 200, "counted": 450}, AtPage(3, 100, 200, 450)),
        ({"after": AT, "tie": None, "total": 450}, AfterInstant(AT, None, 450)),
        ({"after": AT}, AfterInstant(AT)),
        (
            {"after": AT, "tie": AT, "total": 9, "swept": {"page": 2, "size": 50, "came": 50, "totals": [60]}},
            AfterInstant(AT, AT, 9, Swept(2, 50, 50, (60,))),
        ),
        (
            {"plain": "why", "total": 9, "page": 2, "size": 100, "rows": 100, "counted": 9},
            InsteadOfInstants("why", 9, AtPage(2, 100, 100, 9)),
        ),
        ({"cursor": "x", "page": 1}, AfterId("x")),
        ({"end_date": AT}, UntilDate(AT)),
    ],
)
def test_places_without_a_tag_are_read(tmp_path: Path, stored: dict[str, object], place: Place) -> None:
    """As releases before stored them."""
    ledger = Ledger(one_list(tmp_path).connect())
    ledger.open_window("redemptions", PROJECT, FULL_REFRESH, AT)
    text = json.dumps({"type": "forward", "page": stored, "progress": {"total": 9}, "filter": 1})
    ledger.move_window("redemptions", PROJECT, FULL_REFRESH, text)
    window = load_window(ledger, "redemptions", PROJECT, FULL_REFRESH)
    assert window is not None
    assert window.resume == Forward(place, PassProgress(total=9), 1)


@pytest.mark.parametrize("stored", [BEFORE, '{"type":"unheard of"}', "not JSON", "[]", "[" * 100_000])
def test_a_place_that_is_not_understood_begins_the_list_anew(tmp_path: Path, stored: str) -> None:
    """What it had returned is forgotten with it: a record deleted since is missing, and none is lacking."""
    one = one_list(tmp_path)
    assert one.run(max_calls=3).ended
    assert 0 < len(one.held()) < 450
    connection = one.connect()
    connection.execute("update sync_windows set resume = ? where resource = 'redemptions'", (stored,))
    connection.close()
    del one.server.records[7]
    report = one.sync()
    assert (report.state, report.missing) == ("complete", 1)
    connection = one.connect()
    there = connection.execute("select id from redemptions where missing_since is null").fetchall()
    assert {identity for (identity,) in there} == one.there()
    assert connection.execute("select count(*) from sync_windows").fetchone() == (0,)
    connection.close()


def test_a_reading_goes_on_from_its_page(tmp_path: Path) -> None:
    one = one_list(tmp_path)
    one.run(max_calls=3)
    assert len(one.queries) == 2
    assert one.sync().state == "complete"
    assert len(one.queries) == 3
    assert one.held() == one.there()


def test_a_gap_is_forgotten_by_a_full_reading_alone(tmp_path: Path) -> None:
    one = one_list(tmp_path, 1_300, honours_filter=False, cap=5)
    for full, calls in ((False, 11), (False, 1), (True, 11)):
        report = one.sync(full=full)
        assert "it was read from both ends" in str(report.reason)
        assert len(one.queries) >= calls
        assert (len(one.queries) < 5) == (calls == 1)
