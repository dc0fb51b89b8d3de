"""Windows of rows: the same rows at any depth as sorting everything by hand gives, and every view on any cache."""

from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.cache.database import connect_writer
from store.cache.deliveries import Delivery, keep_deliveries
from store.cache.errors import CacheError
from store.cache.marks import note_look, watch
from store.queries import customers, people, row_tops, views
from store.queries import rows as row_lists
from store.queries.reader import Reader
from store.queries.rows import PRESENT, SHALLOW, Condition, RowList, RowView
from store.queries.views import RESOURCE_VIEWS, VOUCHERS
from store.ref import CAMPAIGN, CUSTOMER, Ref, Scope
from store.sync.request import SyncRequest
from tests.support.deliveries import body, enveloped
from tests.support.syncing import ZONE, Project

DEEP, FEW = 60_000, 2_500
EVERY_VIEW = {
    **RESOURCE_VIEWS,
    **{
        f"{name} (tab)": view
        for name, view in [*vars(views).items(), *vars(people).items(), *vars(customers).items()]
        if isinstance(view, RowView)
    },
}
_CODES = ("100%", "50_50", "a\\b", "A-1", "a-1", "[red]x[/]", "ÄÖ", "", None)


@dataclass(frozen=True)
class Voucher:
    """What the reference answer is worked out from."""

    rowid: int
    id: str
    code: str | None
    campaign_id: str
    active: int | None
    balance: int | None
    created_at: str | None
    missing_since: str | None


def make(count: int) -> list[Voucher]:
    """Codes with special characters, ties in every column and values that are missing."""
    return [
        Voucher(
            i + 1, f"v_{i * 7919 % count:06d}", _CODES[i % 9] if i % 4 == 0 else f"CODE-{i * 31 % 997:03d}",
            f"camp_{i % 3}", (1, 0, None)[i % 5 % 3], None if i % 11 == 0 else i * 13 % 101,
            None if i % 17 == 0 else f"2026-{i % 12 + 1:02d}-{i % 28 + 1:02d}T00:00:00.000Z",
            "2026-11-20T00:00:00.000Z" if i % 23 == 0 else None,
        )
        for i in range(count)
    ]  # fmt: skip


def fill(path: Path, rows: list[Voucher]) -> Reader:
    connection = connect_writer(path)
    connection.execute("begin")
    columns = ", ".join(field.name for field in fields(Voucher))
    marks = ", ".join("?" * len(fields(Voucher)))
    connection.executemany(f"insert into vouchers ({columns}) values ({marks})", [astuple(row) for row in rows])
    connection.execute("commit")
    connection.close()
    return Reader(path, ZONE)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    reader = fill(tmp_path_factory.mktemp("few") / "c.db", FEW_ROWS)
    yield reader
    reader.close()


@pytest.fixture(scope="module")
def deep(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    reader = fill(tmp_path_factory.mktemp("deep") / "c.db", make(DEEP))
    yield reader
    reader.close()


FEW_ROWS = make(FEW)


def folded(text: str) -> str:
    """Letters in one case by the rules of Unicode; the texts here hold no accents apart from their letters."""
    return text.casefold()


def ordered(rows: list[Voucher], sort: str, *, descending: bool) -> list[str]:
    """Ids sorted by a column, missing values first, ties by age; all of it the other way round when descending."""

    def key(row: Voucher) -> tuple[Any, ...]:
        value = getattr(row, sort)
        comparable = value.encode() if isinstance(value, str) else value
        return (value is not None, 0 if value is None else comparable, row.rowid)

    return [row.id for row in sorted(rows, key=key, reverse=descending)]


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda have, wanted: have == wanted,
    "!=": lambda have, wanted: have != wanted,
    ">=": lambda have, wanted: have is not None and have >= wanted,
    "<": lambda have, wanted: have is not None and have < wanted,
    "in": lambda have, wanted: have is not None and have in wanted,
    "contains": lambda have, wanted: have is not None and folded(str(wanted)) in folded(str(have)),
    "null": lambda have, _: have is None,
    "not null": lambda have, _: have is not None,
}

texts = st.sampled_from(["", "%", "_", "\\", "code-1", "A-", "ä", "Ä", "[red]", "' or 1=1 --", "v_0000", "50_"])
conditions = st.one_of(
    st.builds(Condition, st.just("active"), st.sampled_from(["=", "!="]), st.sampled_from([0, 1, None])),
    st.builds(Condition, st.just("balance"), st.sampled_from([">=", "<"]), st.integers(-1, 102)),
    st.builds(Condition, st.just("balance"), st.just("in"), st.lists(st.integers(0, 101), max_size=4)),
    st.builds(Condition, st.sampled_from(["code", "balance", "missing_since"]), st.sampled_from(["null", "not null"])),
    st.just(PRESENT),
    st.builds(Condition, st.just("code"), st.just("contains"), texts),
)
sorts = st.sampled_from(["created_at", "code", "balance", "active", "id"])


@pytest.fixture(scope="module", autouse=True)
def short_pieces() -> Iterator[None]:
    """Tables of these tests take many pieces, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_tops, "_SMALLEST", 300)
        patch.setattr(row_tops, "_LARGEST", 500)
        patch.setattr(row_tops, "_SAMPLES", 40)
        patch.setattr(row_tops, "_MARGIN", 2)
        patch.setattr(row_lists, "_LONG", 1_200)
        yield


@settings(max_examples=60)
@given(
    text=texts,
    narrowed=st.lists(conditions, max_size=2),
    sort=sorts,
    descending=st.booleans(),
    campaign=st.sampled_from([None, "camp_1", "camp_9", "' or 1=1 --"]),
    start=st.integers(0, FEW + 50),
    length=st.integers(0, 60),
)
def test_a_window_is_a_slice_of_everything_sorted(
    few: Reader, text: str, narrowed: list[Condition], sort: str, descending: bool, campaign: str | None,
    start: int, length: int,
) -> None:  # fmt: skip
    kept = [
        row for row in FEW_ROWS
        if (campaign is None or row.campaign_id == campaign)
        and all(_TESTS[one.operator](getattr(row, one.column), one.value) for one in narrowed)
        and (not text or any(_TESTS["contains"](value, text) for value in (row.code, row.id)))
    ]  # fmt: skip
    expected = ordered(kept, sort, descending=descending)
    scope = None if campaign is None else Ref.campaign(campaign)
    rows = RowList(few, VOUCHERS, scope, text, tuple(narrowed), sort, descending)
    assert rows.count() == len(expected)
    assert [row[0] for row in rows.window(start, start + length)] == expected[start : start + length]
    assert [row[0] for row in rows.iterate(50)] == expected[:50]
    opened = RowList(few, VOUCHERS, scope, text, tuple(narrowed), sort, descending)
    assert [row[0] for row in opened.window(0, length)] == expected[:length], "before anything is counted"
    assert [row[0] for row in opened.last(length + 1)] == expected[-length - 1 :], "the end as well"
    assert opened.count() == len(expected)
    if expected:
        wanted = expected[start % len(expected)]
        assert rows.position(wanted) == start % len(expected)
        assert [row[0] for row in rows.window(0, 5)] == expected[:5], "also once every place is known"
    counted = dict(RowList(few, VOUCHERS, scope, text, tuple(narrowed)).value_counts("active", 10))
    assert sum(counted.values()) == len(expected)


@pytest.mark.parametrize(("sort", "descending"), [("created_at", True), ("code", False), ("balance", True)])
def test_depth_changes_nothing(deep: Reader, sort: str, descending: bool) -> None:
    expected = ordered(make(DEEP), sort, descending=descending)
    rows = RowList(deep, VOUCHERS, sort=sort, descending=descending)
    assert [row[0] for row in rows.window(DEEP // 2, DEEP // 2 + 40)] == expected[DEEP // 2 :][:40], "not counted yet"
    assert rows.count() == DEEP
    for start in (0, SHALLOW - 40, SHALLOW, DEEP // 2, DEEP - 30, DEEP, DEEP + 10):
        assert [row[0] for row in rows.window(start, start + 40)] == expected[start : start + 40], start
    assert rows.position(expected[DEEP - 1]) == DEEP - 1


@pytest.mark.parametrize(("sort", "longest"), [("created_at", 1_000), ("balance", 140)])
def test_a_window_may_be_longer_than_what_is_kept_and_fail(
    deep: Reader, sort: str, longest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By an index and without one; an error between two windows leaves no rows of another place."""
    monkeypatch.setattr(row_lists, "_STRETCH", 300)
    expected = ordered(make(DEEP), sort, descending=True)
    rows = RowList(deep, VOUCHERS, sort=sort, descending=True)
    for start, stop in ((SHALLOW + 5, SHALLOW + 45), (SHALLOW + 400, SHALLOW + 400 + longest), (0, 900)):
        assert [row[0] for row in rows.window(start, stop)] == expected[start:stop]
    with monkeypatch.context() as patch:
        for name in ("_first", "_part"):
            patch.setattr(RowList, name, Mock(side_effect=CacheError("gone")))
        with pytest.raises(CacheError, match="gone"):
            rows.window(DEEP - 50, DEEP)
    for start in (DEEP - 50, SHALLOW + 5):
        assert [row[0] for row in rows.window(start, start + 40)] == expected[start : start + 40]


class Opened:
    """A cache of 3,000 codes in one campaign and what another process does to it."""

    def __init__(self, path: Path) -> None:
        rows = [replace(row, campaign_id="camp_0", missing_since=None) for row in make(3_000)]
        self.reader = fill(path, rows)
        self.rows = rows
        self.other = connect_writer(path)

    def add(self, number: int) -> None:
        """A code that comes first in every order."""
        self.other.execute(
            "insert into vouchers (id, code, campaign_id, balance, created_at) values (?, ?, 'camp_0', ?, ?)",
            (f"z_{number}", f"Ö-CODE-{number}", 1_000 + number, f"2027-01-01T00:00:{number:02d}.000Z"),
        )


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    cache = Opened(tmp_path / "c.db")
    yield cache
    cache.other.close()
    cache.reader.close()


@pytest.mark.parametrize("text", ["", "code"])
@pytest.mark.parametrize("sort", ["created_at", "code", "balance"])
def test_rows_added_by_another_process_shift_nothing_while_scrolling(opened: Opened, sort: str, text: str) -> None:
    kept = [row for row in opened.rows if text in folded(row.code or "")]
    expected = ordered(kept, sort, descending=True)
    rows = RowList(opened.reader, VOUCHERS, Ref.campaign("camp_0"), text, (PRESENT,), sort, descending=True)
    seen: list[str] = []
    for number, start in enumerate(range(0, len(expected), 200)):
        seen += [row[0] for row in rows.window(start, start + 200)]
        opened.add(number)
        assert rows.count() == len(expected)
        assert rows.position(seen[-1]) == len(seen) - 1
    assert seen == expected
    again = RowList(opened.reader, VOUCHERS, Ref.campaign("camp_0"), text, (PRESENT,), sort, descending=True)
    assert again.window(0, 1)[0][0].startswith("z_"), "a list opened anew has them"


def test_a_row_changed_by_another_process_is_shown_as_it_is_now(opened: Opened) -> None:
    rows = RowList(opened.reader, VOUCHERS, Ref.campaign("camp_0"), sort="balance", descending=True)
    first = rows.window(0, 1_500)[1_200]
    opened.other.execute("update vouchers set code = 'RENAMED', balance = 7777 where id = ?", (first[0],))
    again = rows.window(0, 1_500)[1_200]
    code = list(VOUCHERS.columns).index("code")
    assert (again[0], again[code]) == (first[0], "RENAMED")


def test_a_campaigns_codes_are_read_as_they_lie(few: Reader) -> None:
    for question, index in (
        ("count(holder_id)", "INDEX vouchers_campaign_id_created_at"),
        ("sum(redeemed_quantity > 0)", "COVERING INDEX vouchers_campaign_id_redeemed_quantity"),
    ):
        plan = few.connection.execute(
            f"explain query plan select {question} from vouchers where campaign_id = 'camp_1'"
        ).fetchall()
        assert index in plan[0][3]


def test_a_hidden_row_has_no_position(few: Reader) -> None:
    hidden = next(row for row in FEW_ROWS if row.campaign_id == "camp_0")
    assert RowList(few, VOUCHERS, Ref.campaign("camp_1")).position(hidden.id) is None
    assert RowList(few, VOUCHERS).position("v_nowhere") is None


def test_values_are_bound_and_never_spliced(few: Reader) -> None:
    evil = "x'; drop table vouchers; --"
    for condition in (
        Condition("code", "=", evil),
        Condition("code", "in", [evil]),
        Condition("code", "contains", evil),
    ):
        assert RowList(few, VOUCHERS, conditions=(condition,)).count() == 0
    assert RowList(few, VOUCHERS, Ref.campaign(evil), text=evil).window(0, 5) == []
    assert RowList(few, VOUCHERS).count() == FEW


def test_nothing_selected_is_nothing_found(few: Reader) -> None:
    assert RowList(few, VOUCHERS, conditions=(Condition("balance", "in", []),)).count() == 0
    with pytest.raises(KeyError):
        RowList(few, VOUCHERS, sort="no such column").window(0, 1)


def receive(project: Project) -> None:
    """Webhooks about some campaigns, which no sync brings."""
    about = [{"campaign": {"id": campaign}} for campaign in sorted(project.ids("campaigns"))[:5]]
    bodies = [body(enveloped(data=data, number=number)) for number, data in enumerate(about)]
    connection = project.connect()
    keep_deliveries(connection, [Delivery(one, "2026-11-20T12:00:02.000Z") for one in bodies])
    connection.close()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    project = Project(tmp_path_factory.mktemp("full") / "c.db")
    report = project.sync(SyncRequest(campaigns=("Autumn Warm-Up",), everything=True))
    assert report.state == "complete"
    activity = project.world.tables["customer_activity"]
    named = zip(activity.column("customer_id"), activity.column("type"), strict=True)
    chosen = next(customer for customer, kind in named if kind == "customer.segment.entered")
    people = project.world.tables["customers"].documents()
    member = next(one["id"] for one in people if one["metadata"].get("country") == "PL")
    project.sync(SyncRequest(customers=(chosen, member)))
    receive(project)
    connection = project.connect()
    for mark in (watch, note_look):
        mark(connection, Ref(CUSTOMER, chosen), "2026-11-20T00:00:00.000Z")
    connection.execute("insert into unreadable values ('vouchers', 'v_odd', 'camp_1', 'no JSON', '{', null)")
    connection.commit()
    connection.close()
    reader = Reader(project.path, ZONE, project.clock)
    yield reader
    reader.close()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    path = tmp_path_factory.mktemp("empty") / "c.db"
    connect_writer(path).close()
    reader = Reader(path, ZONE)
    yield reader
    reader.close()


def _use(reader: Reader, view: RowView, scope: Scope) -> int:
    """Ask everything of a view, sorted by every column; returns its rows."""
    rows = RowList(reader, view, scope)
    count = rows.count()
    assert len(list(rows.iterate())) == count
    for name in view.columns:
        for descending in (False, True):
            by = RowList(reader, view, scope, sort=name, descending=descending)
            found = [row[0] for row in by.window(0, SHALLOW)]
            by.position("nowhere at all")
            assert found == [row[0] for row in by.window(0, SHALLOW)]
        assert sum(n for _, n in rows.value_counts(name, 1_000_000)) == count
    assert RowList(reader, view, scope, text="%_\\[/x]").count() <= count
    return count


@pytest.mark.parametrize("name", EVERY_VIEW)
def test_every_view_runs_on_an_empty_cache(empty: Reader, name: str) -> None:
    assert _use(empty, EVERY_VIEW[name], None) == 0
    for kind in EVERY_VIEW[name].scopes:
        assert _use(empty, EVERY_VIEW[name], Ref(kind, "none_1")) == 0


@pytest.mark.parametrize("name", EVERY_VIEW)
def test_every_view_runs_on_a_full_one(full: Reader, name: str) -> None:
    view = EVERY_VIEW[name]
    assert _use(full, view, None) > 0, "the sandbox has some of everything"
    assert next(iter(view.columns)) == "id"
    assert set(view.search) <= set(view.columns)
    assert view.sort in view.columns
    rows = RowList(full, view)
    listed = [row[0] for row in rows.iterate()]
    deep_order = RowList(full, view)
    places = [deep_order.position(identity) for identity in listed[:20]]
    assert [listed[place] if place is not None else None for place in places] == listed[:20]
    if CAMPAIGN in view.scopes:
        owners = full.connection.execute("select id from campaigns").fetchall()
        assert sum(RowList(full, view, Ref.campaign(owner[0])).count() for owner in owners) <= len(listed)


def test_a_view_of_a_broken_cache_raises_and_does_not_hang(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    connection = connect_writer(path)
    connection.execute("drop table vouchers")
    connection.close()
    reader = Reader(path, ZONE)
    with pytest.raises(CacheError, match="no such table: vouchers"):
        RowList(reader, VOUCHERS).count()
    reader.close()


def test_a_row_of_an_enormous_number_holds_nothing_up(opened: Opened) -> None:
    """Another program made it: all numbers up to it are not looked at."""
    opened.other.execute("insert into vouchers (rowid, id, balance) values (?, 'z', -1)", (2**62,))
    best = ordered(opened.rows, "balance", descending=True)[:40]
    assert [row[0] for row in RowList(opened.reader, VOUCHERS, sort="balance", descending=True).window(0, 40)] == best
