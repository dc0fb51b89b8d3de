"""What is shown, saved: the same numbers, exact, and nothing that acts in a spreadsheet."""

from datetime import UTC, date, datetime
from pathlib import Path

from store.queries.reader import Reader
from store.queries.rows import RowList
from store.queries.views import VOUCHERS
from store.sync.tasks import SyncRequest
from tests.store.syncing import ZONE, Project
from tui.saving import chart_table, save_chart, save_rows
from widgets.bars import Bar, BarSpec
from widgets.chart import ChartSpec, Series

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_chart_keeps_unknown_apart_from_zero(tmp_path: Path) -> None:
    days = (date(2026, 11, 1), date(2026, 11, 2))
    spec = ChartSpec("Redemptions", (Series("ok", (3, None)), Series("=bad", (0, 10**15))), dates=days)
    path, rows = save_chart(spec, "Summer", tmp_path, NOW)
    assert rows == 2
    assert path.read_text() == f"day,ok,'=bad\n2026-11-01,3,0\n2026-11-02,,{10**15}\n"


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
