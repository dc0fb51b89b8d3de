"""What is shown, saved: the same numbers, exact, and nothing that acts in a spreadsheet."""

import csv
import re
from datetime import UTC, date, datetime
from pathlib import Path

from store.queries import views as views_module
from store.queries.people import PARTICIPANTS, REFEREES, REFERRERS
from store.queries.reader import Reader
from store.queries.rows import RowList, RowView
from store.queries.views import RESOURCE_VIEWS, VOUCHERS
from store.sync.request import SyncRequest
from tests.support.syncing import ZONE, Project
from tui.campaign_kit.lists.traffic import ANY_TRANSACTIONS, GIFT_TRANSACTIONS, POINTS_TRANSACTIONS, REDEMPTION_ROWS
from tui.kit.csv_export import chart_table, save_chart, save_rows, ways_to_save
from tui.kit.lists.spec import MINOR
from widgets.chart.bars import Bar, BarSpec
from widgets.chart.plot import ChartSeries, ChartSpec

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_chart_keeps_unknown_apart_from_zero(tmp_path: Path) -> None:
    days = (date(2026, 11, 1), date(2026, 11, 2))
    spec = ChartSpec("Redemptions", (ChartSeries("ok", (3, None)), ChartSeries("=bad", (0, 10**15))), dates=days)
    path, rows = save_chart(spec, "Summer", tmp_path, NOW)
    assert rows == 2
    assert path.read_text() == f"day,ok,'=bad\n2026-11-01,3,0\n2026-11-02,,{10**15}\n"


def test_headings_say_what_bare_numbers_count(tmp_path: Path) -> None:
    spec = ChartSpec("Orders", (ChartSeries("orders", (1999,)),), (date(2026, 11, 1),), saved_as=MINOR)
    assert chart_table(spec) == (["day", "orders (minor units)"], [["2026-11-01", 1999]])
    assert REDEMPTION_ROWS.units == {"discount_amount": MINOR, "order_amount": MINOR}
    assert GIFT_TRANSACTIONS.units == {"amount": MINOR, "balance": MINOR}
    assert POINTS_TRANSACTIONS.units == {"amount": "points", "balance": "points"}
    assert ANY_TRANSACTIONS.units == {}
    project = Project(tmp_path / "c.db")
    project.sync(SyncRequest())
    reader = Reader(project.path, ZONE, project.clock)
    rows = RowList(reader, REDEMPTION_ROWS.view)
    path, _ = save_rows(rows, "Redemptions", tmp_path, NOW, REDEMPTION_ROWS.units)
    head = path.read_text().splitlines()[0].split(",")
    assert {"order_amount (minor units)", "discount_amount (minor units)", "voucher_code"} <= set(head)
    reader.close()


def test_a_ranking_is_saved_by_label() -> None:
    spec = BarSpec("Codes", (Bar("+1 code", 5), Bar("x", None)), label_head="code", unit="uses")
    assert chart_table(spec) == (["code", "uses"], [["+1 code", 5], ["x", None]])


def test_a_list_is_saved_whole_in_its_order(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.sync(SyncRequest(everything=True))
    reader = Reader(project.path, ZONE, project.clock)
    path, rows = save_rows(RowList(reader, VOUCHERS, sort="code", descending=False), "Vouchers", tmp_path, NOW)
    lines = path.read_text().splitlines()
    assert rows == len(lines) - 1 == 400
    assert lines[0].startswith("id,code,type,")
    reader.close()


def test_what_is_masked_on_screen_is_masked_in_the_file_unless_it_is_revealed(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    project.sync(SyncRequest(everything=True))
    reader = Reader(project.path, ZONE, project.clock)
    people = dict(reader.connection.execute("select id, name from customers where name like '% %'").fetchall())
    addresses = {row[0] for row in reader.connection.execute("select email from customers where email is not null")}
    assert people
    assert addresses
    for view in (PARTICIPANTS, REFERRERS, REFEREES):
        rows = RowList(reader, view)
        assert [way.id for way in ways_to_save(rows)] == ["as shown", "in full"]
        masked, count = save_rows(rows, f"masked {view.name}", tmp_path, NOW)
        full, _ = save_rows(rows, f"full {view.name}", tmp_path, NOW, reveal=True)
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
    assert ways_to_save(RowList(reader, VOUCHERS)) == []
    reader.close()


def test_every_view_says_which_of_its_columns_name_customers() -> None:
    views = {name: view for name, view in vars(views_module).items() if isinstance(view, RowView)}
    for name, view in {**views, **RESOURCE_VIEWS}.items():
        joined = {column for column, told in view.columns.items() if re.search(r"\b[a-z]\.(name|email|phone)\b", told)}
        if "customers" in view.source:
            assert joined <= view.personal, name
