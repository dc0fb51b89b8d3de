"""A baseline comes back as it was written, and one that cannot be read is left as it is."""

import stat
from pathlib import Path

import pytest

from store.checks.baseline import BaselineUnusable, read_baseline, write_baseline

KNOWN = {"limits": {"0123456789abcdef", "ffffffffffffffff"}, "metadata": set[str]()}


def test_it_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    assert write_baseline(path, KNOWN, "2026-11-20T12:00:00.000Z") == 2
    assert read_baseline(path) == {"limits": frozenset(KNOWN["limits"])}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert write_baseline(path, {}, None) == 0
    assert read_baseline(path) == {}
    assert [one.name for one in tmp_path.iterdir()] == ["known.json"]


DAMAGED = {
    "no JSON": b'{"format":1,"known":{"limits":["0123',
    "binary": b"\xff\xfe\x00",
    "a list": b"[]",
    "no format": b'{"known":{}}',
    "a later release": b'{"format":2,"known":{}}',
    "no cases": b'{"format":1}',
    "cases of another kind": b'{"format":1,"known":{"limits":[12]}}',
    "no fingerprint": b'{"format":1,"known":{"limits":["0123456789ABCDEF"]}}',
    "nested without end": b"[" * 100_000,
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_one_says_so_and_stays(tmp_path: Path, case: str) -> None:
    path = tmp_path / "known.json"
    path.write_bytes(DAMAGED[case])
    with pytest.raises(BaselineUnusable, match=r"known\.json"):
        read_baseline(path)
    assert path.read_bytes() == DAMAGED[case]


def test_a_link_is_replaced_and_what_it_leads_to_is_not(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("mine")
    path = tmp_path / "known.json"
    path.symlink_to(other)
    write_baseline(path, KNOWN, None)
    assert other.read_text() == "mine"
    assert not path.is_symlink()


def test_one_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "known.json"
    path.mkdir(parents=True)
    (path / "x").write_text("mine")
    with pytest.raises(IsADirectoryError):
        write_baseline(path, KNOWN, None)
    assert (path / "x").read_text() == "mine"
    assert [one.name for one in path.parent.iterdir()] == ["known.json"]
