"""What is shown, saved: the same numbers, exact, and nothing that acts in a spreadsheet."""

from datetime import UTC, date, datetime
from pathlib import Path

from store.queries.reader import Reader
from store.queries.rows import RowList
from store.queries.views import VOUCHERS
from store.sync.tasks import SyncRequest
from tests.store.syncing import ZONE, Project
from tui.saving import chart_table, save_chart, save_rows
from tui.tabs.list_spec import MINOR
from tui.tabs.lists_traffic import ANY_TRANSACTIONS, GIFT_TRANSACTIONS, POINTS_TRANSACTIONS, REDEMPTION_ROWS
from widgets.bars import Bar, BarSpec
from widgets.chart import ChartSpec, Series

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_chart_keeps_unknown_apart_from_zero(tmp_path: Path) -> None:
    days = (date(2026, 11, 1), date(2026, 11, 2))
    spec = ChartSpec("Redemptions", (Series("ok", (3, None)), Series("=bad", (0, 10**15))), dates=days)
    path, rows = save_chart(spec, "Summer", tmp_path, NOW)
    assert rows == 2
    assert path.read_text() == f"day,ok,'=bad\n2026-11-01,3,0\n2026-11-02,,{10**15}\n"


def test_headings_say_what_bare_numbers_count(tmp_path: Path) -> None:
    spec = ChartSpec("Orders", (Series("orders", (1999,)),), labels=("x",), saved_as=MINOR)
    assert chart_table(spec) == (["label", "orders (minor units)"], [["x", 1999]])
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
