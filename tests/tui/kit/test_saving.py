"""What is shown, saved: the same numbers, exact, and nothing that acts in a spreadsheet."""

import csv
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from store.export import short_path
from store.queries import views as views_module
from store.queries.activity import Activity
from store.queries.people import PARTICIPANTS, REFEREES, REFERRERS
from store.queries.reader import Reader
from store.queries.rows import RowList, RowView
from store.queries.views import RESOURCE_VIEWS, VOUCHERS
from store.sync.request import SyncRequest
from tests.support.syncing import ZONE, Project
from tests.support.tab_host import campaigns_of, context_of
from tui.campaign_kit.lists.traffic import ANY_TRANSACTIONS, GIFT_TRANSACTIONS, POINTS_TRANSACTIONS, REDEMPTION_ROWS
from tui.kit.activity.export import save_entries
from tui.kit.context import SubjectContext
from tui.kit.csv_export import chart_table, save_chart, save_rows
from tui.kit.export_way import MINOR, THOUSANDTHS, ExportWay, Wording, export_questions, way_of
from tui.kit.lists.spec import ListSpec
from widgets.chart.bars import Bar, BarSpec
from widgets.chart.plot import ChartSeries, ChartSpec

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
EXACT, READABLE = ExportWay(), ExportWay(readable=True)
WORDING = Wording("EUR", ZONE)


def any_context(reader: Reader) -> SubjectContext:
    """What an export asks of a context: currency, zone and names."""
    return context_of(reader, next(iter(campaigns_of(reader).values())))


def bare(view: RowView) -> ListSpec:
    """A list without columns of its own, all of whose columns are saved."""
    return ListSpec(view.name, ("row", "rows"), view, ())


def saved(path: Path) -> list[dict[str, str]]:
    """Rows of a file, by their heads; the file is removed."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    path.unlink()
    return rows


def test_visible_columns_have_decimals_local_times_and_masks(tmp_path: Path) -> None:
    """Each readable cell is compared with what is stored, worked out here from the raw file."""
    project = Project(tmp_path / "c.db")
    project.copy_synced()
    reader = Reader(project.path, ZONE, project.clock)
    context, spec = any_context(reader), REDEMPTION_ROWS
    rows = RowList(reader, spec.view)
    ways = {
        "raw": ExportWay(), "all": READABLE,
        "shown": replace(READABLE, all_columns=False), "full": replace(READABLE, all_columns=False, reveal=True),
    }  # fmt: skip
    raw, everything, shown, full = (
        saved(save_rows(rows, name, tmp_path, NOW, way, spec, context)[0]) for name, way in ways.items()
    )
    assert len(raw) == len(everything) == len(shown) == len(full) > 100
    zone = str(ZONE)
    assert any(row["discount_amount (minor units)"] for row in raw)
    for one, other, third in zip(raw, everything, shown, strict=True):
        at = datetime.fromisoformat(one["created_at"]).astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")
        assert other[f"created_at ({zone})"] == at
        assert at in third.values()
        minor = one["discount_amount (minor units)"]
        sign, digits = ("-" if minor.startswith("-") else ""), minor.removeprefix("-").rjust(3, "0")
        decimals = f"{sign}{digits[:-2]}.{digits[-2:]}" if minor else ""
        assert other[f"discount_amount ({context.currency})"] == third[f"Discount ({context.currency})"] == decimals
    assert set(shown[0]) == {
        f"{one.title} ({context.currency})" if one.unit else f"{one.title} ({zone})" if one.column.kind == "date"
        else one.title for one in spec.columns
    }  # fmt: skip
    names = {row[0] for row in reader.connection.execute("select name from customers where name like '% %'")}
    assert names & {value for row in full for value in row.values()}
    assert not names & {value for row in [*shown, *everything] for value in row.values()}
    reader.close()


def test_values_that_have_no_readable_form_stay_as_they_are() -> None:
    assert WORDING.readable(-5, MINOR) == Decimal("-0.05")
    assert str(WORDING.readable(10**40 + 1, MINOR)) == f"1{'0' * 38}.01"
    assert WORDING.readable(None, MINOR) is None
    for text in ("9999-12-31T23:59:59.999Z", "soon (not a date)", "SUMMER"):
        assert WORDING.readable(text) == text
    assert WORDING.readable("2026-07-01T12:00:00.000Z") == "2026-07-01 14:00:00"
    assert Wording("EUR", ZoneInfo("America/New_York")).readable("0001-01-01T00:00:00.000Z").startswith("0001")
    assert Wording(None, ZONE).heading("amount", MINOR, readable=True) == "amount (no currency set)"


def test_the_guard_of_formulas_can_be_turned_off(tmp_path: Path) -> None:
    spec = BarSpec("Codes", (Bar("=1+1", -5), Bar("+48 600", None)))
    for guard, sign in ((True, "'"), (False, "")):
        way = ExportWay(guard=guard)
        path, _ = save_chart(spec, f"guard {guard}", tmp_path, NOW, way, WORDING)
        assert path.read_text().splitlines()[1:] == [f"{sign}=1+1,-5", f"{sign}+48 600,"]


def test_entries_of_an_activity_are_masked_unless_asked_in_full(tmp_path: Path) -> None:
    entry = Activity(
        "a1", "2026-07-01T12:00:00.000Z", "change", "Edited by ann@example.com", "name", "journal", record_id="camp_1"
    )
    for way, title, at in (
        (READABLE, "Edited by a•••@e•••", "2026-07-01 14:00:00"),
        (ExportWay(reveal=True), "Edited by ann@example.com", "2026-07-01T12:00:00.000Z"),
    ):
        path, count = save_entries([entry], "Summer activity", tmp_path, NOW, way, WORDING)
        [row] = saved(path)
        assert (count, row["title"], row["record_id"]) == (1, title, "camp_1")
        assert row["at (Europe/Warsaw)" if way.readable else "at"] == at


def test_one_dialog_asks_what_there_is_to_ask() -> None:
    asked = export_questions(columns=True, personal=True, guard=False)
    assert [one.title for one in asked] == ["Columns", "Personal data", "Values", "CSV formula guard"]
    first = way_of({one.id: one.taken for one in asked})
    assert first == ExportWay(all_columns=False, reveal=False, readable=True, guard=False)
    assert way_of({one.id: one.answers[-1][0] for one in asked}) == ExportWay(reveal=True, guard=False)


def test_paths_are_as_short_as_they_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, other = tmp_path / "home", tmp_path / "other"
    for place in (home, other):
        (place / "here").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home / "here")
    assert short_path(home / "here" / "x.csv") == "x.csv"
    assert short_path(home / "x.csv") == "~/x.csv"
    assert short_path(other / "x.csv") == str(other / "x.csv")


def test_a_chart_keeps_unknown_apart_from_zero(tmp_path: Path) -> None:
    days = (date(2026, 11, 1), date(2026, 11, 2))
    spec = ChartSpec("Redemptions", (ChartSeries("ok", (3, None)), ChartSeries("=bad", (0, 10**15))), dates=days)
    path, rows = save_chart(spec, "Summer", tmp_path, NOW, EXACT, WORDING)
    assert rows == 2
    assert path.read_text() == f"day,ok,'=bad\n2026-11-01,3,0\n2026-11-02,,{10**15}\n"


def test_headings_say_what_bare_numbers_count(tmp_path: Path) -> None:
    spec = ChartSpec("Orders", (ChartSeries("orders", (1999,)),), (date(2026, 11, 1),), saved_as=MINOR)
    assert chart_table(spec, EXACT, WORDING) == (["day", "orders (minor units)"], [["2026-11-01", 1999]])
    readable = (["day", "orders (EUR)"], [["2026-11-01", Decimal("19.99")]])
    assert chart_table(spec, READABLE, WORDING) == readable
    rate = ChartSpec("Rate", (ChartSeries("rate", (873,)),), (date(2026, 11, 1),), saved_as=THOUSANDTHS)
    assert chart_table(rate, READABLE, WORDING) == (["day", "rate (%)"], [["2026-11-01", Decimal("87.3")]])
    assert REDEMPTION_ROWS.units == {"discount_amount": MINOR, "order_amount": MINOR}
    assert GIFT_TRANSACTIONS.units == {"amount": MINOR, "balance": MINOR}
    assert POINTS_TRANSACTIONS.units == {"amount": "points", "balance": "points"}
    assert ANY_TRANSACTIONS.units == {}
    project = Project(tmp_path / "c.db")
    project.sync(SyncRequest())
    reader = Reader(project.path, ZONE, project.clock)
    rows = RowList(reader, REDEMPTION_ROWS.view)
    path, _ = save_rows(rows, "Redemptions", tmp_path, NOW, EXACT, REDEMPTION_ROWS, any_context(reader))
    head = path.read_text().splitlines()[0].split(",")
    assert {"order_amount (minor units)", "discount_amount (minor units)", "voucher_code"} <= set(head)
    reader.close()


def test_a_ranking_is_saved_by_label() -> None:
    spec = BarSpec("Codes", (Bar("+1 code", 5), Bar("x", None)), label_head="code", unit="uses")
    assert chart_table(spec, READABLE, WORDING) == (["code", "uses"], [["+1 code", 5], ["x", None]])


def test_a_list_is_saved_whole_in_its_order(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.copy_synced()
    reader = Reader(project.path, ZONE, project.clock)
    listed = RowList(reader, VOUCHERS, sort="code", descending=False)
    path, rows = save_rows(listed, "Vouchers", tmp_path, NOW, EXACT, bare(VOUCHERS), any_context(reader))
    lines = path.read_text().splitlines()
    assert rows == len(lines) - 1 == 400
    assert lines[0].startswith("id,code,type,")
    reader.close()


def test_what_is_masked_on_screen_is_masked_in_the_file_unless_it_is_revealed(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.copy_synced()
    reader = Reader(project.path, ZONE, project.clock)
    people = dict(reader.connection.execute("select id, name from customers where name like '% %'").fetchall())
    addresses = {row[0] for row in reader.connection.execute("select email from customers where email is not null")}
    assert people
    assert addresses
    for view in (PARTICIPANTS, REFERRERS, REFEREES):
        rows = RowList(reader, view)
        context = any_context(reader)
        masked, count = save_rows(rows, f"masked {view.name}", tmp_path, NOW, EXACT, bare(view), context)
        in_full = replace(EXACT, reveal=True)
        full, _ = save_rows(rows, f"full {view.name}", tmp_path, NOW, in_full, bare(view), context)
        with masked.open(newline="") as one, full.open(newline="") as other:
            hidden, shown = list(csv.DictReader(one)), list(csv.DictReader(other))
        assert len(hidden) == len(shown) == count > 0
        named = [row for row in shown if row["name"] in people.values()]
        assert named
        assert not {row["name"] for row in hidden} & set(people.values())
        assert not {value for row in hidden for value in row.values()} & addresses
        for ours, theirs in zip(hidden, shown, strict=True):
            same = set(view.columns) - {"name", "email", "referrer"}
            assert [ours[name] for name in same] == [theirs[name] for name in same]
            if theirs in named:
                first, *others = theirs["name"].split()
                assert ours["name"] == " ".join([first, *(f"{other[0]}." for other in others[:2])])
    reader.close()


def test_every_view_says_which_of_its_columns_name_customers() -> None:
    views = {name: view for name, view in vars(views_module).items() if isinstance(view, RowView)}
    for name, view in {**views, **RESOURCE_VIEWS}.items():
        joined = {column for column, told in view.columns.items() if re.search(r"\b[a-z]\.(name|email|phone)\b", told)}
        if "customers" in view.source:
            assert joined <= view.personal, name
