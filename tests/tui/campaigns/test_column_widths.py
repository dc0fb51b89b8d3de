"""The list knows the widths of its columns before its rows are made. All rows together need the same widths."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from store.domain.status import Status, StatusKind
from store.models import Source
from store.queries.campaigns import CampaignRow
from store.times import NOT_A_DATE
from tui.campaigns.rows import COLUMNS, campaign_row, column_texts
from widgets.table.measuring import widest_at_hand, widest_cells
from widgets.table.rows import MadeRows, Row

ZONE = ZoneInfo("Pacific/Auckland")
NOW = datetime(2026, 1, 1, 8, tzinfo=UTC)
WORDS = st.sampled_from(["", "–", "Autumn", "Łódź 🎁", "東京セール", "a\x1b[31mb", "x" * 60])
NUMBERS = st.sampled_from([None, 0, 7, 12, 999_999, 1_000_000, 12_345_678, -5])
DATES = st.sampled_from([
    None, "2026-01-01T10:59:00.000Z", "2025-12-31T11:00:00.000Z", "2026-02-10T00:00:00.000Z",
    "2026-02-09T10:00:00.000Z", "1950-05-05T00:00:00.000Z", "9999-12-31T00:00:00.000Z", "2031-03-30T23:00:00.000Z",
    f"soon{NOT_A_DATE}",
])  # fmt: skip
SPARKS = st.sampled_from([(None,) * 14, (0,) * 14, (None,) * 7 + (0,) * 7, (None, *range(13)), ()])


@st.composite
def campaigns(draw: st.DrawFn) -> list[CampaignRow]:
    found = []
    for index in range(draw(st.integers(0, 4))):
        status = Status(draw(st.sampled_from(list(StatusKind))), draw(st.sampled_from(["", "ends in 3 d"])))
        values: dict[str, Any] = {name: draw(WORDS) for name in ("name", "campaign_type", "category", "value_text")}
        values |= {name: draw(NUMBERS) for name in ("vouchers_count", "redemptions", "publications")}
        values |= {name: draw(DATES) for name in ("start_date", "expiration_date")}
        values |= {name: draw(st.booleans()) for name in ("complete", "publications_complete")}
        found.append(
            CampaignRow(
                id=f"camp_{index}", status=status, success_permille=draw(st.sampled_from([None, 5, 699, 1000])),
                spark=draw(SPARKS), source=Source.ROWS, as_of=draw(st.sampled_from([None, "2025-12-30T00:00:00.000Z"])),
                metadata="", missing_since=None, received="{}", **values,
            )
        )  # fmt: skip
    return found


@settings(max_examples=150, deadline=None)
@given(campaigns())
def test_columns_are_as_wide_as_all_rows_make_them(shown: list[CampaignRow]) -> None:
    def make(identity: str) -> Row:
        raise AssertionError(f"{identity} was made to measure it")

    rows = MadeRows([one.id for one in shown], make, lambda most: column_texts(shown[:most], ZONE, NOW))
    all_rows = [campaign_row(one, ZONE, NOW) for one in shown]
    assert widest_at_hand(rows, (), len(COLUMNS)) == widest_cells(all_rows, len(COLUMNS))


def test_a_row_is_made_once_and_when_it_is_looked_at() -> None:
    made: list[str] = []

    def make(identity: str) -> Row:
        made.append(identity)
        return Row(identity, ())

    rows = MadeRows(["a", "b", "c", "d"], make, lambda _most: ())
    window = rows.window(1, 4)
    assert (rows.count(), len(window), rows.index_of("c"), rows.index_of("x")) == (4, 3, 2, None)
    assert rows.ids(2) == ["a", "b"]
    assert made == []
    assert [window[1], window[1], window[-1]] == [Row("c", ()), Row("c", ()), Row("d", ())]
    assert made == ["c", "d"]
