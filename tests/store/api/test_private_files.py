"""Files of the user's own: links, other people's files and pipes are refused and stay as they are."""

from pathlib import Path

import pytest

from store.private_files import create_private, create_private_text, open_to_others


def test_a_new_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "new"
    with create_private_text(path) as file:
        file.write("a\ud800")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("a\\ud800", 0o600)
    with pytest.raises(FileExistsError):
        create_private(path)


@pytest.mark.parametrize("there", [True, False])
def test_a_new_file_is_never_made_through_a_link(tmp_path: Path, there: bool) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    if there:
        target.write_text("mine")
    link.symlink_to(target)
    with pytest.raises(FileExistsError):
        create_private(link)
    assert target.exists() == there


@pytest.mark.parametrize(("mode", "is_open"), [(0o600, False), (0o700, False), (0o640, True), (0o604, True)])
def test_a_mode_is_open_to_others_by_any_bit_of_theirs(mode: int, is_open: bool) -> None:
    assert open_to_others(0o100000 | mode) is is_open
