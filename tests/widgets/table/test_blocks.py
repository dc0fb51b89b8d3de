from hypothesis import given
from hypothesis import strategies as st

from widgets.table.blocks import Blocks
from widgets.table.rows import LocatingSource, MemoryRows, Row, RowSource


def rows(start: int, stop: int) -> list[Row]:
    return [Row(f"r{index}", (str(index),)) for index in range(start, stop)]


@given(st.integers(0, 5000), st.integers(0, 5200), st.integers(0, 60))
def test_fetching_what_is_wanted_brings_every_line_in_sight(total: int, start: int, height: int) -> None:
    blocks = Blocks(total, size=50, keep=6)
    for number in reversed(blocks.wanted(start, start + height)):
        blocks.put(number, rows(*blocks.bounds(number)))
    assert blocks.wanted(start, start + height) == []
    for index in range(start, min(total, start + height)):
        row = blocks.row(index)
        assert row is not None
        assert row.id == f"r{index}"


def test_the_lines_in_sight_come_before_their_neighbours() -> None:
    blocks = Blocks(10_000, size=200)
    assert blocks.wanted(390, 410) == [1, 2]
    assert blocks.wanted(450, 500) == [2]
    assert blocks.wanted(590, 599) == [2, 3]
    assert blocks.wanted(405, 420) == [2, 1]


def test_only_so_many_blocks_are_kept() -> None:
    blocks = Blocks(100_000, size=100, keep=3)
    for number in range(4):
        blocks.put(number, rows(*blocks.bounds(number)))
    assert blocks.row(50) is None
    assert blocks.row(150) is not None
    blocks.put(9, rows(900, 1000))
    assert blocks.row(250) is None, "the one looked at last stays"
    assert blocks.row(150) is not None


def test_short_blocks_and_places_outside() -> None:
    blocks = Blocks(250, size=100)
    blocks.fill(0, rows(0, 230))
    assert blocks.row(229) is not None
    assert blocks.row(240) is None
    assert blocks.row(-1) is None
    assert blocks.row(250) is None


def test_rows_in_memory_are_a_source() -> None:
    source = MemoryRows(rows(0, 10))
    assert isinstance(source, RowSource)
    assert isinstance(source, LocatingSource)
    assert source.count() == 10
    assert [row.id for row in source.window(8, 20)] == ["r8", "r9"]
    assert source.index_of("r7") == 7
    assert source.index_of("gone") is None
